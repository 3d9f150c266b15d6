package dev.lode.store.fault;

import dev.lode.store.Disk;
import dev.lode.store.DiskFile;
import dev.lode.store.DiskSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// A disk whose Nth changing step fails with an [IOException]; what was to happen does not happen.
/// Run the same work with N = 1, 2, ... until [#failed()] stays false: then every step has failed
/// once. Locks and questions do not count. Safe for use by several threads.
public final class FailingDisk implements Disk {
    /// How long it fails.
    public enum Failure {
        /// The Nth step only, as after a hiccup.
        ONCE,
        /// The Nth and all later ones, as when the disk is gone or the process dies there.
        FOR_GOOD
    }

    private final Disk disk;
    private final int failing;
    private final Failure failure;
    private final AtomicInteger steps = new AtomicInteger();

    /// @param failing the number of the step that fails, from 1
    public FailingDisk(Disk disk, int failing, Failure failure) {
        this.disk = disk;
        this.failing = failing;
        this.failure = failure;
    }

    /// Whether the step came.
    public boolean failed() {
        return steps.get() >= failing;
    }

    private void step(String what) throws IOException {
        int step = steps.incrementAndGet();
        if (step == failing || (step > failing && failure == Failure.FOR_GOOD)) {
            throw new IOException("planned fault at step " + step + ": " + what);
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step("create folder " + folder);
        disk.createFolder(folder);
    }

    @Override
    public DiskFile open(Path file, Opening opening) throws IOException {
        step("open " + file);
        return new FailingFile(file, disk.open(file, opening));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        step("force folder " + folder);
        disk.forceFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step("rename " + from);
        disk.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        step("delete " + path);
        return disk.delete(path);
    }

    @Override
    public void permit(Path path, Set<PosixFilePermission> permissions) throws IOException {
        step("permit " + path);
        disk.permit(path, permissions);
    }

    @Override
    public boolean writable(Path folder) {
        return disk.writable(folder);
    }

    @Override
    public DiskSpace space(Path path) throws IOException {
        return disk.space(path);
    }

    private final class FailingFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        FailingFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        /// Half of the bytes are written before it fails, as on a real disk.
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            try {
                step("write " + path);
            } catch (IOException e) {
                file.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
                throw e;
            }
            file.write(bytes);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public void truncate(long size) throws IOException {
            step("truncate " + path);
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            step("force " + path);
            file.force();
        }

        @Override
        public boolean tryLock() throws IOException {
            return file.tryLock();
        }

        @Override
        public void lock() throws IOException {
            file.lock();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
