package dev.lode.format;

import dev.lode.core.ByteSource;

import java.io.IOException;

/// Bytes that are not compressed. Not thread safe.
final class PlainDecoder implements Decoder {
    private final StoredStream in;

    private PlainDecoder(StoredStream in) {
        this.in = in;
    }

    static PlainDecoder open(ByteSource source, ResumePoint from) throws IOException {
        return new PlainDecoder(StoredStream.open(source, from.decodedOffset()));
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }

    @Override
    public long position() {
        return in.position();
    }

    @Override
    public long storedPosition() {
        return in.position();
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return new ResumePoint(8 * decodedOffset, 0, decodedOffset, 0, 0, 0);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
