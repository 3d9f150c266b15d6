package dev.lode.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The data root of the last time, in a file of one line.
record DataRootMemory(Path file, Disk disk) {
    /// The real path that was remembered.
    Optional<Path> last() {
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(text -> !text.isEmpty())
                    .map(Path::of);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw DiskTrouble.of(file, "reading the last data root from", e);
        }
    }

    /// Remembers it; a file that says so already is left alone.
    void remember(Path root) {
        if (last().filter(root::equals).isPresent()) {
            return;
        }
        // Outside the data root, so its temporary file cannot be there; the process id keeps two
        // processes apart.
        Path beside = file.resolveSibling("data-root." + ProcessHandle.current().pid() + ".tmp");
        try {
            disk.createFolders(Disk.folderOf(file));
            try {
                try (var out = disk.open(beside)) {
                    out.truncate(0);
                    out.write(ByteBuffer.wrap((root + "\n").getBytes(StandardCharsets.UTF_8)), 0);
                    out.sync();
                }
                disk.rename(beside, file);
            } finally {
                disk.delete(beside);
            }
        } catch (IOException e) {
            throw DiskTrouble.of(file, "remembering the data root in", e);
        }
    }
}
