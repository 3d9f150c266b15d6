package dev.lode.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The file systems of this machine, by way of the JDK.
final class LocalDisk implements Disk {
    @Override
    public void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = Disk.folderOf(folder);
        createFolders(above);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        sync(above);
    }

    @Override
    public WritableFile open(Path file) throws IOException {
        return new Channel(
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        Files.createLink(name, file);
    }

    @Override
    public void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    private record Channel(FileChannel file) implements WritableFile {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        }

        @Override
        public void copy(FileChannel from, long offset, long length, long position)
                throws IOException {
            // transferTo between files is copy_file_range on Linux; it writes where this stands.
            file.position(position);
            long done = 0;
            while (done < length) {
                long copied = from.transferTo(offset + done, length - done, file);
                if (copied <= 0) {
                    throw new EOFException(
                            "the file to copy from ends " + (length - done) + " bytes too early");
                }
                done += copied;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            file.force(true);
        }

        @Override
        public boolean lock() {
            try {
                return file.tryLock() != null;
            } catch (IOException _) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
