package dev.lode.publish.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/// A file as a stream, which counts in a CRC-32C what was written. Closing it is nothing. Not
/// thread safe.
final class SinkStream extends OutputStream {
    private final FileSink sink;
    private final CRC32C crc = new CRC32C();

    SinkStream(FileSink sink) {
        this.sink = sink;
    }

    int crc() {
        return (int) crc.getValue();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        sink.write(from, offset, length);
        crc.update(from, offset, length);
    }
}
