package dev.lode.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Exclusive locks on files between processes and, unlike the operating system's, between the
/// threads of this one. The kernel gives them back when their process dies, however it dies.
///
/// A POSIX lock is lost as soon as its process closes any opening of the same file. So this class
/// remembers what the process holds and never opens such a file a second time. Safe for use by
/// several threads.
final class FileLocks {
    private static final Set<Path> HELD = new HashSet<>();

    private FileLocks() {}

    /// A lock that is held. The file stays when it is closed, unless it was deleted before.
    static final class Held implements Closeable {
        private final Path key;
        private final DiskFile file;
        private boolean closed;

        private Held(Path key, DiskFile file) {
            this.key = key;
            this.file = file;
        }

        /// The locked file. It is closed with the lock, never before.
        DiskFile file() {
            return file;
        }

        @Override
        public void close() throws IOException {
            synchronized (HELD) {
                if (closed) {
                    return;
                }
                closed = true;
                try {
                    file.close();
                } finally {
                    HELD.remove(key);
                    HELD.notifyAll();
                }
            }
        }
    }

    /// Takes the lock on a file, which is made where it is absent; does not wait.
    ///
    /// @return nothing when somebody has it: another process, or another part of this one
    static Optional<Held> tryTake(Disk disk, Path file) throws IOException {
        Path key = key(file);
        synchronized (HELD) {
            if (HELD.contains(key)) {
                return Optional.empty();
            }
            var open = disk.open(file, Disk.Opening.CONTINUE);
            boolean ours = false;
            try {
                ours = open.tryLock();
            } finally {
                if (!ours) {
                    open.close();
                }
            }
            if (!ours) {
                return Optional.empty();
            }
            HELD.add(key);
            return Optional.of(new Held(key, open));
        }
    }

    /// Takes the lock on a file, which is made where it is absent, and waits for it. For locks that
    /// are held for moments only.
    static Held take(Disk disk, Path file) throws IOException {
        Path key = key(file);
        reserve(key);
        try {
            var open = disk.open(file, Disk.Opening.CONTINUE);
            try {
                open.lock();
            } catch (IOException e) {
                open.close();
                throw e;
            }
            return new Held(key, open);
        } catch (IOException e) {
            synchronized (HELD) {
                HELD.remove(key);
                HELD.notifyAll();
            }
            throw e;
        }
    }

    private static void reserve(Path key) throws IOException {
        synchronized (HELD) {
            while (HELD.contains(key)) {
                try {
                    HELD.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw (IOException) new ClosedByInterruptException().initCause(e);
                }
            }
            HELD.add(key);
        }
    }

    /// One key for a file, whichever links lead to its folder.
    private static Path key(Path file) throws IOException {
        Path folder = Folders.parent(file);
        return (Files.exists(folder) ? folder.toRealPath() : folder).resolve(file.getFileName());
    }
}
