package dev.lode.source.stream;

import dev.lode.core.LodeException;
import dev.lode.source.Opened;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Reads one range of an item into memory. After a failure it goes on at the byte where it stopped.
/// Belongs to one thread.
final class RangeRead {
    private final StreamedItem bytes;
    private final long start;
    private final byte[] range;
    private int filled;

    RangeRead(StreamedItem bytes, long start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.range = new byte[length];
    }

    byte[] run() throws InterruptedException {
        var series = bytes.retry().begin();
        while (filled < range.length) {
            int before = filled;
            try {
                switch (bytes.source().open(bytes.item(), start + filled, range.length - filled)) {
                    case Opened.Bytes(InputStream stream) -> fill(stream);
                    case Opened.Replaced() -> throw lost("was replaced by another version");
                    case Opened.Gone() -> throw lost("is gone");
                }
            } catch (LodeException e) {
                if (filled > before) {
                    series.progressed();
                }
                series.failed(e);
            } catch (Lost e) {
                throw LodeException.remote(String.valueOf(e.getMessage()), e);
            }
        }
        return range;
    }

    private void fill(InputStream stream) throws InterruptedException {
        try (stream) {
            while (filled < range.length) {
                int count = stream.read(range, filled, range.length - filled);
                if (count < 0) {
                    throw new EOFException(
                            "ended " + (range.length - filled) + " bytes before the range's end");
                }
                filled += count;
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                var interrupted = new InterruptedException(bytes.name() + ": reading interrupted");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw LodeException.remote(
                    place()
                            + ": connection lost at byte "
                            + (start + filled)
                            + " of "
                            + bytes.size(),
                    e);
        }
    }

    /// The version is not there any more: no further attempt will bring it back.
    private Lost lost(String how) {
        return new Lost(
                place()
                        + ": "
                        + how
                        + " since it was listed, noticed at byte "
                        + (start + filled)
                        + " of "
                        + bytes.size());
    }

    private String place() {
        return bytes.source().name() + ": " + bytes.name();
    }

    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String message) {
            super(message, null, false, false);
        }
    }
}
