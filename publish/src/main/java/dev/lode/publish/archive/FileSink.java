package dev.lode.publish.archive;

import dev.lode.store.Disk;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/// Writes a file from its beginning to its end. Not thread safe.
final class FileSink implements Closeable {
    private static final int BUFFER = 256 << 10;

    private final Disk.WritableFile file;
    private final @Nullable MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER];
    private int buffered;
    private long written;

    /// @param digest sees every byte that is not copied from another file
    FileSink(Disk.WritableFile file, @Nullable MessageDigest digest) {
        this.file = file;
        this.digest = digest;
    }

    /// Where the next byte goes.
    long position() {
        return written + buffered;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (digest != null) {
            digest.update(bytes, offset, length);
        }
        if (length > BUFFER - buffered) {
            flush();
        }
        if (length > BUFFER) {
            writeOut(ByteBuffer.wrap(bytes, offset, length));
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    void write(ByteRun run) throws IOException {
        write(run.array(), 0, run.length());
    }

    /// Copies a range of another file, in the kernel where it can.
    void copy(FileChannel from, long offset, long length) throws IOException {
        flush();
        file.copy(from, offset, length, written);
        written += length;
    }

    void flush() throws IOException {
        if (buffered > 0) {
            writeOut(ByteBuffer.wrap(buffer, 0, buffered));
            buffered = 0;
        }
    }

    private void writeOut(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        file.write(bytes, written);
        written += length;
    }

    /// Writes out what is buffered and makes it survive a power failure.
    void sync() throws IOException {
        flush();
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
