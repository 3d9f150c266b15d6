package dev.lode.engine.load;

import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;

import java.io.IOException;

/// Adds up the time spent in reads of another decoder.
final class TimedDecoder implements Decoder {
    private final Decoder decoder;
    private long nanos;

    TimedDecoder(Decoder decoder) {
        this.decoder = decoder;
    }

    /// Nanoseconds since the last call.
    long taken() {
        long taken = nanos;
        nanos = 0;
        return taken;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        long started = System.nanoTime();
        try {
            return decoder.read(into, offset, length);
        } finally {
            nanos += System.nanoTime() - started;
        }
    }

    @Override
    public long position() {
        return decoder.position();
    }

    @Override
    public long storedPosition() {
        return decoder.storedPosition();
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return decoder.resumeAt(decodedOffset);
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }
}
