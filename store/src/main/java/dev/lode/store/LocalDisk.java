package dev.lode.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// The real one.
enum LocalDisk implements Disk {
    INSTANCE;

    @Override
    public void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    @Override
    public DiskFile open(Path file, Opening opening) throws IOException {
        var channel = FileChannel.open(file, options(opening));
        try {
            channel.position(opening == Opening.CONTINUE ? channel.size() : 0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Open(channel);
    }

    private static Set<OpenOption> options(Opening opening) {
        return switch (opening) {
            case NEW -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            case REPLACE ->
                    Set.of(
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING);
            case CONTINUE -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        };
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return Files.deleteIfExists(path);
    }

    @Override
    public void permit(Path path, Set<PosixFilePermission> permissions) throws IOException {
        Files.setPosixFilePermissions(path, permissions);
    }

    @Override
    public boolean writable(Path folder) {
        return Files.isWritable(folder);
    }

    @Override
    public DiskSpace space(Path path) throws IOException {
        var store = Files.getFileStore(Folders.nearestExisting(path));
        return DiskSpace.ofBytes(store.getUsableSpace(), store.getTotalSpace());
    }

    private record Open(FileChannel channel) implements DiskFile {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.position(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public boolean tryLock() throws IOException {
            return channel.tryLock() != null;
        }

        @Override
        public void lock() throws IOException {
            if (!channel.lock().isValid()) {
                throw new IOException("the lock was lost while it was taken");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
