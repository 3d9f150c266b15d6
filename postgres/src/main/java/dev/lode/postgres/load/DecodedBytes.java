package dev.lode.postgres.load;

import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;

/// Bytes in memory that are decoded already.
final class DecodedBytes implements Decoder {
    private final byte[] bytes;
    private int position;

    DecodedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (position == bytes.length) {
            return -1;
        }
        int count = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, into, offset, count);
        position += count;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long storedPosition() {
        return position;
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return new ResumePoint(8 * decodedOffset, 0, decodedOffset, 0, 0, 0);
    }

    @Override
    public void close() {}
}
