package dev.lode.engine.load;

import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;

import java.io.IOException;

/// A decoder whose first bytes were read already and are read a second time, from memory.
final class ReadAgain implements Decoder {
    private final byte[] head;
    private final Decoder rest;
    private int at;

    /// @param head what was read from `rest`, which began at its first byte
    /// @param rest stands behind them; closed with this one
    ReadAgain(byte[] head, Decoder rest) {
        this.head = head;
        this.rest = rest;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == head.length) {
            return rest.read(into, offset, length);
        }
        int count = Math.min(length, head.length - at);
        System.arraycopy(head, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public long position() {
        return at < head.length ? at : rest.position();
    }

    @Override
    public long storedPosition() {
        return rest.storedPosition();
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return rest.resumeAt(decodedOffset);
    }

    @Override
    public void close() throws IOException {
        rest.close();
    }
}
