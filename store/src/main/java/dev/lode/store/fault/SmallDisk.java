package dev.lode.store.fault;

import dev.lode.store.Disk;
import dev.lode.store.DiskFile;
import dev.lode.store.DiskSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A disk with room for so many bytes of content. What does not fit is written as far as it goes and
/// then fails as Linux says ENOSPC; deleting, emptying and replacing files gives room back. Safe for
/// use by several threads.
public final class SmallDisk implements Disk {
    private final Disk disk;
    private final long total;
    private final AtomicLong free;

    /// @param room for content, in bytes
    public SmallDisk(Disk disk, long room) {
        this.disk = disk;
        this.total = room;
        this.free = new AtomicLong(room);
    }

    /// Takes room away, or gives it back, as somebody else's files would.
    public void othersWrite(long bytes) {
        free.addAndGet(-bytes);
    }

    private static long sizeOf(Path path) throws IOException {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        disk.createFolder(folder);
    }

    @Override
    public DiskFile open(Path file, Opening opening) throws IOException {
        long emptied = opening == Opening.REPLACE ? sizeOf(file) : 0;
        var opened = disk.open(file, opening);
        free.addAndGet(emptied);
        return new SmallFile(file, opened);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        disk.forceFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        long replaced = sizeOf(to);
        disk.rename(from, to);
        free.addAndGet(replaced);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        long size = sizeOf(path);
        boolean deleted = disk.delete(path);
        free.addAndGet(size);
        return deleted;
    }

    @Override
    public void permit(Path path, Set<PosixFilePermission> permissions) throws IOException {
        disk.permit(path, permissions);
    }

    @Override
    public boolean writable(Path folder) {
        return disk.writable(folder);
    }

    @Override
    public DiskSpace space(Path path) {
        return DiskSpace.ofBytes(Math.max(free.get(), 0), total);
    }

    private final class SmallFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        SmallFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            int wanted = bytes.remaining();
            long before = free.getAndUpdate(room -> room - Math.clamp(room, 0, wanted));
            int fits = Math.clamp(before, 0, wanted);
            file.write(bytes.slice(bytes.position(), fits));
            bytes.position(bytes.position() + fits);
            if (fits < wanted) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public void truncate(long size) throws IOException {
            long before = sizeOf(path);
            file.truncate(size);
            free.addAndGet(Math.max(before - size, 0));
        }

        @Override
        public void force() throws IOException {
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
