package dev.lode.format;

import dev.lode.core.ByteSource;

import java.io.IOException;
import java.io.InterruptedIOException;

/// A format that can only be decoded from its beginning: a resume point skips everything before it.
/// Not thread safe.
final class SequentialDecoder implements Decoder {
    private static final int DISCARD = 1 << 16;

    private final ByteSource source;
    private final Unpacker unpacker;
    private final long start;
    private long position;

    /// @param start decoded offset of the first byte that [#read] returns
    SequentialDecoder(ByteSource source, Unpacker unpacker, long start) {
        this.source = source;
        this.unpacker = unpacker;
        this.start = start;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (position < start) {
            skip();
        }
        int count = unpacker.read(into, offset, length);
        position += Math.max(0, count);
        return count;
    }

    private void skip() throws IOException {
        byte[] dropped = new byte[DISCARD];
        while (position < start) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted on the way to byte " + start);
            }
            int count = unpacker.read(dropped, 0, (int) Math.min(start - position, DISCARD));
            if (count < 0) {
                throw Damage.beforeResumePoint(source, position, start);
            }
            position += count;
        }
    }

    @Override
    public long position() {
        return Math.max(position, start);
    }

    @Override
    public long storedPosition() {
        return unpacker.storedPosition();
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return new ResumePoint(0, decodedOffset, decodedOffset, 0, 0, 0);
    }

    @Override
    public void close() throws IOException {
        unpacker.close();
    }
}
