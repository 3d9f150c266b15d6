package dev.lode.format.bzip2;

import java.util.ArrayDeque;
import java.util.Iterator;

/// The part of the stored bytes that somebody may still need, in chunks of [#CHUNK] bytes of which
/// only the last may be shorter. Not thread safe.
final class StoredWindow {
    static final int CHUNK = 1 << 17;

    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private final byte[] scratch = new byte[2 * Long.BYTES];
    private long start;
    private long end;

    /// @param origin offset of the first byte that will be appended
    StoredWindow(long origin) {
        start = origin;
        end = origin;
    }

    /// Appends `length` bytes of `chunk`, which belongs to the window from now on.
    void append(byte[] chunk, int length) {
        chunks.add(chunk);
        end += length;
    }

    /// Forgets chunks that lie wholly before `offset`.
    void discardBefore(long offset) {
        while (chunks.size() > 1 && start + CHUNK <= offset) {
            chunks.remove();
            start += CHUNK;
        }
    }

    /// Offset behind the last byte so far.
    long end() {
        return end;
    }

    /// Copies up to `length` bytes from `offset` on; 0 when they are forgotten or not there yet.
    int copy(long offset, int length, byte[] into) {
        if (offset < start || offset >= end) {
            return 0;
        }
        int count = (int) Math.min(length, end - offset);
        int done = 0;
        int index = (int) ((offset - start) / CHUNK);
        int within = (int) ((offset - start) % CHUNK);
        Iterator<byte[]> from = chunks.iterator();
        for (int skipped = 0; skipped < index; skipped++) {
            from.next();
        }
        while (done < count) {
            int take = Math.min(count - done, CHUNK - within);
            System.arraycopy(from.next(), within, into, done, take);
            done += take;
            within = 0;
        }
        return count;
    }

    /// `count` bits (1 to 48) as a number; -1 when they are not all there.
    long bits(long bit, int count) {
        int copied = copy(bit >>> 3, Long.BYTES, scratch);
        if ((bit & 7) + count > copied * 8L) {
            return -1;
        }
        return BitReader.peek(scratch, (int) (bit & 7), count);
    }
}
