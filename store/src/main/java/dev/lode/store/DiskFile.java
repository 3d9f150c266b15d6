package dev.lode.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// A file open for writing. Belongs to one thread at a time; an interrupt of that thread closes it
/// with a [java.nio.channels.ClosedByInterruptException].
public interface DiskFile extends Closeable {
    /// Writes all that remains in the buffer behind what was written last. After an error a part of
    /// it may stand in the file.
    void write(ByteBuffer bytes) throws IOException;

    /// Where the next byte goes, in bytes from the file's begin.
    long position() throws IOException;

    /// Cuts the file to `size` bytes; writing goes on there.
    void truncate(long size) throws IOException;

    /// Makes content and length durable.
    void force() throws IOException;

    /// Takes the operating system's exclusive lock on this file, kept until it is closed or this
    /// process is dead, however it died. Does not wait.
    ///
    /// The lock is POSIX's: closing any other opening of the same file in this process gives it
    /// back. Only [FileLocks] calls this, which sees to that.
    ///
    /// @return whether it is ours now; not when another process has it
    boolean tryLock() throws IOException;

    /// Like [#tryLock()], but waits until the other process is done.
    void lock() throws IOException;

    /// This file as a stream, unbuffered: closing the stream closes the file.
    default OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                DiskFile.this.write(ByteBuffer.wrap(new byte[] {(byte) b}));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                DiskFile.this.write(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                DiskFile.this.close();
            }
        };
    }
}
