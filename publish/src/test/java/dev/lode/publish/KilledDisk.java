package dev.lode.publish;

import dev.lode.store.Disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// The real disk, in a process that dies at one change of it: before the change when the number is
/// odd, behind it when it is even. Nothing is tidied up then, as with SIGKILL.
final class KilledDisk implements Disk {
    private final int point;
    private final AtomicInteger changes = new AtomicInteger();

    KilledDisk(int point) {
        this.point = point;
    }

    /// Changes so far.
    int changes() {
        return changes.get();
    }

    /// A change.
    private interface Act {
        void run() throws IOException;
    }

    private void change(Act act) throws IOException {
        boolean last = changes.incrementAndGet() == point;
        if (last && point % 2 == 1) {
            Runtime.getRuntime().halt(137);
        }
        act.run();
        if (last) {
            Runtime.getRuntime().halt(137);
        }
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        change(() -> LOCAL.createFolders(folder));
    }

    @Override
    public WritableFile open(Path file) throws IOException {
        var real = LOCAL.open(file);
        change(() -> {});
        return new WritableFile() {
            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                change(() -> real.write(bytes, position));
            }

            @Override
            public void copy(FileChannel from, long offset, long length, long position)
                    throws IOException {
                change(() -> real.copy(from, offset, length, position));
            }

            @Override
            public void truncate(long size) throws IOException {
                change(() -> real.truncate(size));
            }

            @Override
            public void sync() throws IOException {
                change(real::sync);
            }

            @Override
            public boolean lock() throws IOException {
                return real.lock();
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> LOCAL.rename(from, to));
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        change(() -> LOCAL.link(file, name));
    }

    @Override
    public void sync(Path folder) throws IOException {
        change(() -> LOCAL.sync(folder));
    }

    @Override
    public void delete(Path path) throws IOException {
        change(() -> LOCAL.delete(path));
    }
}
