package dev.lode.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Stages a file in its target's folder. The writer holds a lock on it, so that the next writer of
/// the target can tell what a dead one left from what a living one writes.
record BesideTarget(Disk disk) implements AtomicFile.Staging {
    /// Names tried before giving up: as many writers of one target at a time.
    private static final int MOST_NAMES = 1_000;

    @Override
    public AtomicFile.Staged stage(Path target) throws IOException {
        Path folder = Folders.parent(target);
        String prefix = "." + target.getFileName() + ".lode-";
        removeLeftovers(folder, prefix);
        for (int i = 0; i < MOST_NAMES; i++) {
            Path path = folder.resolve(prefix + ProcessHandle.current().pid() + "-" + i);
            if (!Files.exists(path)) {
                var held = FileLocks.tryTake(disk, path);
                // Between its making and its lock another writer may have taken it for a leftover.
                if (held.isPresent() && Files.exists(path)) {
                    held.get().file().truncate(0);
                    return new AtomicFile.Staged(disk, path, held.get().file(), held.get());
                }
                if (held.isPresent()) {
                    held.get().close();
                }
            }
        }
        throw new FileAlreadyExistsException(folder.resolve(prefix).toString());
    }

    private void removeLeftovers(Path folder, String prefix) throws IOException {
        for (Path each : Folders.list(folder)) {
            if (each.getFileName().toString().startsWith(prefix)) {
                var held = FileLocks.tryTake(disk, each);
                if (held.isPresent()) {
                    try (var _ = held.get()) {
                        disk.delete(each);
                    }
                }
            }
        }
    }
}
