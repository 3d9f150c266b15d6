package dev.lode.engine.export;

import java.io.IOException;
import java.io.OutputStream;

/// Writes to a stream of somebody else's. Not thread safe.
final class StreamExport extends ExportSink {
    private final OutputStream stream;

    StreamExport(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    void take(byte[] from, int offset, int length) throws IOException {
        stream.write(from, offset, length);
    }

    @Override
    void complete() throws IOException {
        stream.flush();
    }

    @Override
    public void close() {}
}
