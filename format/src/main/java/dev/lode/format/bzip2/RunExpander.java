package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Undoes the run-length step that bzip2 begins with: four equal bytes are followed by a byte that
/// says how many more there are. Works piece by piece, since 900 kB can stand for 46 MB. Not thread
/// safe.
final class RunExpander {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private byte[] data = new byte[0];
    private int at;
    private int end;

    /// Where the bytes that stand for themselves end: behind the next four equal ones, or at the
    /// end.
    private int literalEnd;

    private boolean runFollows;
    private boolean incomplete;
    private int repeats;
    private byte repeated;

    /// Begins with the bytes `from` to `to` of `block`, which must not change until they are
    /// expanded.
    void begin(byte[] block, int from, int to) {
        data = block;
        at = from;
        end = to;
        repeats = 0;
        incomplete = false;
        findRun();
    }

    /// The next expanded bytes; fewer than `length` only at the end of the block.
    int expand(byte[] into, int offset, int length) {
        int to = offset;
        int stop = offset + length;
        while (to < stop) {
            if (repeats > 0) {
                int count = Math.min(repeats, stop - to);
                Arrays.fill(into, to, to + count, repeated);
                repeats -= count;
                to += count;
            } else if (at < literalEnd) {
                int count = Math.min(literalEnd - at, stop - to);
                System.arraycopy(data, at, into, to, count);
                at += count;
                to += count;
            } else if (runFollows && at < end) {
                repeated = data[at - 1];
                repeats = data[at++] & 255;
                findRun();
            } else {
                incomplete = runFollows;
                break;
            }
        }
        return to - offset;
    }

    /// Whether the block ended, in the last call of [#expand], with four equal bytes that no count
    /// follows.
    boolean incomplete() {
        return incomplete;
    }

    private void findRun() {
        int run = firstRun(data, at, end);
        runFollows = run >= 0;
        literalEnd = runFollows ? run + 4 : end;
    }

    /// Index of the first of four equal bytes, or -1. Eight neighbours are compared at once: a byte
    /// of `equal` is zero where two are equal, and three such in a row are a run that begins in one
    /// of the first six places.
    private static int firstRun(byte[] data, int from, int end) {
        int i = from;
        while (i <= end - 9) {
            long word = (long) WORD.get(data, i);
            long equal = (long) WORD.get(data, i + 1) ^ word;
            long zeros = (equal - ONES) & ~equal & TOPS;
            if ((zeros & (zeros >>> 8) & (zeros >>> 16)) != 0) {
                for (int j = i; j < i + 6; j++) {
                    if (isRun(data, j)) {
                        return j;
                    }
                }
            }
            i += 6;
        }
        for (; i <= end - 4; i++) {
            if (isRun(data, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isRun(byte[] data, int i) {
        return data[i] == data[i + 1] && data[i] == data[i + 2] && data[i] == data[i + 3];
    }
}
