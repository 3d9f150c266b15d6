package dev.lode.testkit.disk;

import dev.lode.store.Disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// A real disk of which one change fails: the Nth, counted over all files and threads. For a test
/// that counts N up until nothing fails any more. A close that fails has closed nevertheless, as
/// the system's does.
public final class FailingDisk implements Disk {
    private final Disk real;
    private final int nth;
    private final String message;
    private final AtomicInteger changes = new AtomicInteger();

    /// @param nth the change that fails, from 1
    /// @param message what the system says: `No space left on device`
    public FailingDisk(Disk real, int nth, String message) {
        this.real = real;
        this.nth = nth;
        this.message = message;
    }

    /// Whether the Nth change was reached.
    public boolean hasFailed() {
        return changes.get() >= nth;
    }

    private void change() throws IOException {
        if (changes.incrementAndGet() == nth) {
            throw new IOException(message);
        }
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        change();
        real.createFolders(folder);
    }

    @Override
    public WritableFile open(Path file) throws IOException {
        change();
        return new File(real.open(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        real.rename(from, to);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        change();
        real.link(file, name);
    }

    @Override
    public void sync(Path folder) throws IOException {
        change();
        real.sync(folder);
    }

    @Override
    public void delete(Path path) throws IOException {
        change();
        real.delete(path);
    }

    private final class File implements WritableFile {
        private final WritableFile real;

        File(WritableFile real) {
            this.real = real;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            change();
            real.write(bytes, position);
        }

        @Override
        public void copy(FileChannel from, long offset, long length, long position)
                throws IOException {
            change();
            real.copy(from, offset, length, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            real.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            change();
            real.sync();
        }

        @Override
        public boolean lock() throws IOException {
            return real.lock();
        }

        @Override
        public void close() throws IOException {
            real.close();
            change();
        }
    }
}
