package dev.lode.engine.export;

import java.io.IOException;
import java.io.OutputStream;

/// A stream whose end makes what was written count; closed before that, it leaves nothing behind.
abstract class ExportSink extends OutputStream {
    private long bytes;

    /// Bytes written so far.
    final long bytes() {
        return bytes;
    }

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public final void write(byte[] from, int offset, int length) throws IOException {
        take(from, offset, length);
        bytes += length;
    }

    abstract void take(byte[] from, int offset, int length) throws IOException;

    /// Makes it count.
    abstract void complete() throws IOException;

    /// Throws away what does not count yet.
    @Override
    public abstract void close() throws IOException;
}
