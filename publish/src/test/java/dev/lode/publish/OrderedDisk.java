package dev.lode.publish;

import dev.lode.store.Disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The real disk, which takes down what a power failure could have torn: a file that got its name
/// before its bytes were synced, and a pointer that was set before the names it leads to were.
final class OrderedDisk implements Disk {
    private final Set<Path> unsynced = ConcurrentHashMap.newKeySet();
    private final List<String> torn = new ArrayList<>();
    private int renamed;

    /// What could have been torn so far.
    synchronized List<String> torn() {
        return List.copyOf(torn);
    }

    /// Names given so far.
    synchronized int renamed() {
        return renamed;
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        LOCAL.createFolders(folder);
    }

    @Override
    public WritableFile open(Path file) throws IOException {
        var real = LOCAL.open(file);
        return new WritableFile() {
            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                unsynced.add(file);
                real.write(bytes, position);
            }

            @Override
            public void copy(FileChannel from, long offset, long length, long position)
                    throws IOException {
                unsynced.add(file);
                real.copy(from, offset, length, position);
            }

            @Override
            public void truncate(long size) throws IOException {
                unsynced.add(file);
                real.truncate(size);
            }

            @Override
            public void sync() throws IOException {
                real.sync();
                unsynced.remove(file);
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
    public synchronized void rename(Path from, Path to) throws IOException {
        renamed++;
        boolean pointer = to.endsWith(Pointer.FILE);
        for (Path each : unsynced) {
            if (each.startsWith(from) || (pointer && isPublished(each))) {
                torn.add(to + " before " + each);
            }
        }
        LOCAL.rename(from, to);
        unsynced.add(Disk.folderOf(to));
    }

    private static boolean isPublished(Path path) {
        return List.of("files", "segments", "changes", "generations")
                .contains(String.valueOf(path.getFileName()));
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        LOCAL.link(file, name);
    }

    @Override
    public void sync(Path folder) throws IOException {
        LOCAL.sync(folder);
        unsynced.remove(folder);
    }

    @Override
    public void delete(Path path) throws IOException {
        LOCAL.delete(path);
        unsynced.remove(path);
    }
}
