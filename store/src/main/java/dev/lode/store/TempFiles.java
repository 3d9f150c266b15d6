package dev.lode.store;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// The temporary files of one run, all in `<data root>/tmp/<run>`, gone when this is closed. A run
/// that dies leaves its folder to the [sweep][#sweep(DataRoot)] at the next start, which knows the
/// dead from the living by their [RunLock].
///
/// Safe for use by several threads.
public final class TempFiles implements AutoCloseable {
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Path folder;
    private final Disk disk;
    private final RunLock lock;
    private final AtomicLong count = new AtomicLong();

    private TempFiles(Path folder, Disk disk, RunLock lock) {
        this.folder = folder;
        this.disk = disk;
        this.lock = lock;
    }

    /// Begins a run, after sweeping what dead runs left.
    ///
    /// @param run letters, digits, dots, dashes and underscores
    /// @throws LodeException of kind RESOURCE when a living run has that name
    public static TempFiles open(DataRoot root, String run) {
        if (!RUN.matcher(run).matches()) {
            throw LodeException.bug("run \"" + run + "\" cannot name a folder", null);
        }
        sweep(root);
        Path all = root.folder("tmp");
        try {
            RunLock lock =
                    RunLock.tryClaim(all, run)
                            .orElseThrow(
                                    () ->
                                            LodeException.resource(
                                                    "run \""
                                                            + run
                                                            + "\": its temporary files in \""
                                                            + all
                                                            + "\" are in use by another process;"
                                                            + " nothing was done; wait for it or"
                                                            + " stop it"));
            return begin(all.resolve(run), root.disk(), lock);
        } catch (IOException e) {
            throw DiskTrouble.of(all, "making temporary files in", e);
        }
    }

    private static TempFiles begin(Path folder, Disk disk, RunLock lock) throws IOException {
        try {
            disk.createFolders(folder);
            return new TempFiles(folder, disk, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /// Removes what dead runs left; what living ones have stays.
    public static void sweep(DataRoot root) {
        Path all = root.folder("tmp");
        try {
            var runs = new HashSet<>(RunLock.names(all));
            try (var folders = Files.list(all)) {
                folders.filter(Files::isDirectory)
                        .map(folder -> folder.getFileName().toString())
                        .forEach(runs::add);
            }
            for (String run : runs) {
                Optional<RunLock> dead = RunLock.tryClaim(all, run);
                if (dead.isPresent()) {
                    try (var _ = dead.get()) {
                        deleteTree(root.disk(), all.resolve(run));
                    }
                }
            }
        } catch (IOException e) {
            throw DiskTrouble.of(all, "sweeping the temporary files of dead runs in", e);
        }
    }

    /// A name that no file has yet, in this run's folder.
    public Path next() {
        return folder.resolve(Long.toString(count.incrementAndGet()));
    }

    /// Where this run's temporary files are.
    public Path folder() {
        return folder;
    }

    /// Removes all of them.
    @Override
    public void close() {
        try (lock) {
            deleteTree(disk, folder);
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "removing", e);
        }
    }

    private static void deleteTree(Disk disk, Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        List<Path> deepestFirst;
        try (var paths = Files.walk(top)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            disk.delete(path);
        }
    }
}
