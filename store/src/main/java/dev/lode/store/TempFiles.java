package dev.lode.store;

import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The temporary files of one run: the folder `tmp/RUN/` of a data root, and the only place where
/// anything that is not whole lies.
///
/// As long as this is open, the process holds the operating system's lock on `tmp/RUN.lock`, which
/// the kernel gives back when the process dies, however it dies. So [#sweep()] of any later
/// run, on any host that shares the disk's locks, knows what nobody needs any more. Run locks are made
/// and removed under the lock of `tmp/.lock`, an empty file that stays.
///
/// Closing removes the files and then the lock, also on an interrupted thread. Who ends the process
/// early (a signal) closes it first; if nobody does, the next sweep does it. Safe for use by several
/// threads.
public final class TempFiles implements AutoCloseable, AtomicFile.Staging {
    /// Longest name of a file, in characters, so that what is added still fits 255 bytes.
    private static final int LONGEST_NAME = 60;

    private static final String LOCK_SUFFIX = ".lock";

    private final Disk disk;
    private final Path tmp;
    private final String run;
    private final FileLocks.Held lock;
    private int made;
    private boolean closed;

    private TempFiles(Disk disk, Path tmp, String run, FileLocks.Held lock) {
        this.disk = disk;
        this.tmp = tmp;
        this.run = run;
        this.lock = lock;
    }

    /// Begins a run's folder. What a dead run of the same name left is removed.
    ///
    /// @param run its name: letters, digits, `.`, `_`, `-`; at most 100
    /// @throws LodeException of kind RESOURCE when a run of this name is alive, or the disk does not
    ///     let us
    public static TempFiles open(DataRoot root, String run) {
        return open(root.disk(), root.tmp(), run);
    }

    static TempFiles open(Disk disk, Path tmp, String run) {
        Names.requireRun(run);
        Path folder = tmp.resolve(run);
        try {
            Folders.make(disk, tmp);
            Optional<FileLocks.Held> lock = claim(disk, tmp, run);
            if (lock.isEmpty()) {
                throw LodeException.resource(
                        "run \"" + run + "\": another process is at it, by the lock on \""
                                + tmp.resolve(run + LOCK_SUFFIX)
                                + "\"; not started; wait for it, or end it");
            }
            var files = new TempFiles(disk, tmp, run, lock.get());
            try {
                Folders.remove(disk, folder);
                disk.createFolder(folder);
            } catch (IOException e) {
                files.abandon(e);
                throw e;
            }
            return files;
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder, "begin the run's temporary files", 0, e);
        }
    }

    private void abandon(IOException cause) {
        try {
            lock.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static Optional<FileLocks.Held> claim(Disk disk, Path tmp, String run)
            throws IOException {
        try (var _ = FileLocks.take(disk, tmp.resolve(LOCK_SUFFIX))) {
            return FileLocks.tryTake(disk, tmp.resolve(run + LOCK_SUFFIX));
        }
    }

    /// A dead run's lock; nothing when it is alive, or another sweep is at it or done with it.
    private Optional<FileLocks.Held> claimDead(String run) throws IOException {
        Path file = tmp.resolve(run + LOCK_SUFFIX);
        try (var _ = FileLocks.take(disk, tmp.resolve(LOCK_SUFFIX))) {
            boolean there = Files.exists(file) || Files.exists(tmp.resolve(run));
            return there ? FileLocks.tryTake(disk, file) : Optional.empty();
        }
    }

    private static void giveBack(Disk disk, Path tmp, String run, FileLocks.Held lock)
            throws IOException {
        try (var _ = FileLocks.take(disk, tmp.resolve(LOCK_SUFFIX));
                lock) {
            disk.delete(tmp.resolve(run + LOCK_SUFFIX));
        }
    }

    /// What it writes through.
    public Disk disk() {
        return disk;
    }

    /// The run's folder.
    public Path folder() {
        return tmp.resolve(run);
    }

    /// A new empty file whose name begins with a number and tells what it is for.
    ///
    /// @param purpose any text; what does not belong in a file name is replaced
    public Path create(String purpose) {
        Path path = next(purpose);
        try (var file = disk.open(path, Disk.Opening.NEW)) {
            file.position();
            return path;
        } catch (IOException e) {
            throw DiskFailure.of(disk, path, "make a temporary file", 0, e);
        }
    }

    private synchronized Path next(String purpose) {
        if (closed) {
            throw LodeException.bug("temporary files of run \"" + run + "\" used after close", null);
        }
        made++;
        String name = purpose.replaceAll("[^A-Za-z0-9._-]", "_");
        int cut = Math.max(0, name.length() - LONGEST_NAME);
        return folder().resolve(made + "-" + name.substring(cut));
    }

    @Override
    public AtomicFile.Staged stage(Path target) throws IOException {
        Path path = next(target.getFileName().toString());
        var file = disk.open(path, Disk.Opening.NEW);
        return new AtomicFile.Staged(disk, path, file, file);
    }

    /// What a sweep did.
    ///
    /// @param runs dead ones whose files are gone now
    /// @param files removed
    /// @param bytes removed
    /// @param problems a sentence for each run whose files could not be removed; they stay for the
    ///     next sweep
    public record Sweep(int runs, long files, long bytes, List<String> problems) {
        public Sweep {
            problems = List.copyOf(problems);
        }
    }

    /// Removes what dead runs left. Runs that live, here or in other processes, keep theirs; several
    /// sweeps at once share the work.
    public Sweep sweep() {
        int runs = 0;
        var removed = Folders.Removed.NOTHING;
        var problems = new ArrayList<String>();
        for (String each : runs()) {
            try {
                var swept = sweep(each);
                if (swept.isPresent()) {
                    runs++;
                    removed = removed.and(swept.get());
                }
            } catch (IOException e) {
                problems.add(
                        "\"" + tmp.resolve(each) + "\": " + DiskFailure.reason(e)
                                + "; left behind by a dead run and not removed; remove it by hand");
            }
        }
        return new Sweep(runs, removed.files(), removed.bytes(), problems);
    }

    /// Every run that left a folder or a lock.
    private List<String> runs() {
        try {
            return Folders.list(tmp).stream()
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals(LOCK_SUFFIX))
                    .map(name -> name.endsWith(LOCK_SUFFIX)
                            ? name.substring(0, name.length() - LOCK_SUFFIX.length())
                            : name)
                    .filter(name -> Names.isRun(name) && !name.equals(run))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw DiskFailure.of(disk, tmp, "look for what dead runs left", 0, e);
        }
    }

    private Optional<Folders.Removed> sweep(String dead) throws IOException {
        Optional<FileLocks.Held> claimed = claimDead(dead);
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        try (var held = claimed.get()) {
            var removed = Folders.remove(disk, tmp.resolve(dead));
            giveBack(disk, tmp, dead, held);
            return Optional.of(removed);
        }
    }

    /// Removes all of this run's files and gives the lock back. A second call does nothing.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        boolean interrupted = Thread.interrupted(); // an interrupt would close the lock's channel
        try (lock) {
            Folders.remove(disk, folder());
            giveBack(disk, tmp, run, lock);
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder(), "remove the run's temporary files", 0, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
