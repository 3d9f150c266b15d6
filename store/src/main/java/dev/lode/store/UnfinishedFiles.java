package dev.lode.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Files in folders of other people, hidden while they are being written: `.lode-writing-...`
/// beside the name that they get when they are whole and on the disk. A process that is killed
/// leaves its own behind; the next that writes into that folder removes it, and knows the dead from
/// the living by an operating system lock. Where a file system has no locks, they stay.
///
/// Safe for use by several threads.
public final class UnfinishedFiles {
    private static final String HIDDEN = ".lode-writing-";

    /// Looking through a folder again is cheaper than remembering any number of them.
    private static final int REMEMBERED = 1_000;

    /// Process ids are given out again, and are 1 in every container.
    private static final String PROCESS = HexFormat.of().toHexDigits(new SecureRandom().nextLong());

    private static final AtomicLong COUNT = new AtomicLong();

    private final Disk disk;
    private final Set<Path> swept = new HashSet<>();

    public UnfinishedFiles(Disk disk) {
        this.disk = disk;
    }

    /// Begins a file. Nothing is seen under its name before it is [completed][Unfinished#complete].
    ///
    /// @param target in a folder that is there
    public Unfinished open(Path target) throws IOException {
        Path folder = Disk.folderOf(target);
        if (firstTime(folder)) {
            sweep(folder);
        }
        while (true) {
            Path hidden = folder.resolve(HIDDEN + PROCESS + "-" + COUNT.incrementAndGet());
            var file = new Unfinished(disk, target, hidden, disk.open(hidden));
            if (claimed(file)) {
                return file;
            }
        }
    }

    /// @return false where a sweep of another process came between making it and its lock; it is
    ///   gone then
    private static boolean claimed(Unfinished file) throws IOException {
        boolean claimed = false;
        try {
            claimed = file.out.lock() && Files.exists(file.hidden);
            return claimed;
        } finally {
            if (!claimed) {
                file.close();
            }
        }
    }

    private synchronized boolean firstTime(Path folder) {
        if (swept.size() >= REMEMBERED) {
            swept.clear();
        }
        return swept.add(folder);
    }

    /// What this process is writing is left alone by its name: closing a second channel of a file
    /// would give its lock up. A folder that cannot be listed is written to all the same.
    private void sweep(Path folder) {
        try (var files = Files.newDirectoryStream(folder, UnfinishedFiles::isOfAnother)) {
            files.forEach(this::removeIfDead);
        } catch (IOException | DirectoryIteratorException _) {
            // Nobody asked for this: what is to be written is not worse for it.
        }
    }

    private static boolean isOfAnother(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(HIDDEN) && !name.startsWith(HIDDEN + PROCESS);
    }

    private void removeIfDead(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = locked(channel)) {
            if (lock != null) {
                disk.delete(file);
            }
        } catch (IOException _) {
            // Finished meanwhile, another user's, or none of ours.
        }
    }

    private static @Nullable FileLock locked(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (IOException _) {
            // Nobody can tell whether it is dead.
            return null;
        }
    }

    /// One such file. Not thread safe.
    public static final class Unfinished implements AutoCloseable {
        private final Disk disk;
        private final Path target;
        private final Path hidden;
        private final Disk.WritableFile out;
        private boolean complete;

        private Unfinished(Disk disk, Path target, Path hidden, Disk.WritableFile out) {
            this.disk = disk;
            this.target = target;
            this.hidden = hidden;
            this.out = out;
        }

        /// Where its bytes go to; closed with this.
        public Disk.WritableFile out() {
            return out;
        }

        /// Gives it its name, over a file that has it, when it is on the disk.
        public void complete() throws IOException {
            out.sync();
            disk.rename(hidden, target);
            complete = true;
            disk.sync(Disk.folderOf(target));
        }

        /// What was not completed is gone.
        @Override
        public void close() throws IOException {
            try (out) {
                if (!complete) {
                    disk.delete(hidden);
                }
            }
        }
    }
}
