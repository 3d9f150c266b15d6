package dev.lode.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A claim on a name that ends with the process, however that ends: an operating system lock on a
/// file `<name>.lock`, which nobody has to clean up after a crash, and which says nothing wrong
/// when a process id is given out again.
/// 1. A lock file is made, claimed and deleted only by who holds the lock on `.lock` beside it, so
///    that nobody claims a file that another is about to delete.
/// 2. Locks belong to the process, and closing any channel of a file gives its lock up. So the
///    claims of this process are known here by name, and their files are not opened a second time.
public final class RunLock implements AutoCloseable {
    private static final String GUARD = ".lock";
    private static final String ENDING = ".lock";
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private RunLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Claims a name in a folder that is there; nothing when a living process has it, be it this
    /// one.
    public static Optional<RunLock> tryClaim(Path folder, String name) throws IOException {
        Path file = folder.toRealPath().resolve(name + ENDING);
        synchronized (HELD) {
            if (HELD.contains(file)) {
                return Optional.empty();
            }
            try (var guard = open(file.resolveSibling(GUARD));
                    var _ = guard.lock()) {
                var channel = open(file);
                if (!locked(channel)) {
                    return Optional.empty();
                }
                HELD.add(file);
                return Optional.of(new RunLock(file, channel));
            }
        }
    }

    /// The names in a folder that have a lock file, whether claimed or left behind.
    static Set<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return Set.copyOf(
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(ENDING) && !name.equals(GUARD))
                            .map(name -> name.substring(0, name.length() - ENDING.length()))
                            .toList());
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    /// Deletes the lock file and lets go.
    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            if (!channel.isOpen()) {
                return;
            }
            try (var guard = open(file.resolveSibling(GUARD));
                    var _ = guard.lock()) {
                Files.deleteIfExists(file);
            } finally {
                HELD.remove(file);
                channel.close();
            }
        }
    }
}
