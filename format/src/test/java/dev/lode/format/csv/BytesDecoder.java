package dev.lode.format.csv;

import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;

import java.util.function.IntSupplier;

/// Decoded bytes from memory, handed out in pieces of any size: a complete decoder, only without a
/// format to decode.
final class BytesDecoder implements Decoder {
    private final byte[] bytes;
    private final IntSupplier pieces;
    private int at;

    BytesDecoder(byte[] bytes) {
        this(bytes, 0, () -> Integer.MAX_VALUE);
    }

    /// @param from decoded offset to begin at
    /// @param pieces the largest answer to each read, in bytes, at least 1
    BytesDecoder(byte[] bytes, long from, IntSupplier pieces) {
        this.bytes = bytes;
        this.at = (int) from;
        this.pieces = pieces;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == bytes.length) {
            return -1;
        }
        int count = Math.min(Math.min(length, pieces.getAsInt()), bytes.length - at);
        System.arraycopy(bytes, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public long position() {
        return at;
    }

    @Override
    public long storedPosition() {
        return at;
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return new ResumePoint(8 * decodedOffset, 0, decodedOffset, 0, 0, 0);
    }

    @Override
    public void close() {}
}
