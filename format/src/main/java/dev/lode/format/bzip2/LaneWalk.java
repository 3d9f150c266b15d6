package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Follows the permutations of a batch of blocks, several at once and two bytes a step.
///
/// The loops are written out per number of lanes, with constant lane offsets, so that all positions live in registers and
/// the cache misses of the lanes overlap: eight lanes take about a quarter of the time per byte of one. All lanes of a
/// group go as far as the shortest block, then the halves of the group go on by themselves.
///
/// Not thread safe.
final class LaneWalk {
    private static final int STRIDE = InverseTransform.STRIDE;
    private static final int MASK = PairCodes.MASK;
    private static final int BITS = PairCodes.BITS;
    private static final VarHandle PAIR =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] chain;
    private final int[] pairs;
    private final byte[] output;
    private final short[] decoded;
    private final int[] lengths;
    private final int[] at;

    /// @param lengths of each lane's block, 0 where there is none
    /// @param origins where each lane's block begins; moved on by the walk
    LaneWalk(int[] chain, int[] pairs, byte[] output, PairCodes codes, int[] lengths, int[] origins) {
        this.chain = chain;
        this.pairs = pairs;
        this.output = output;
        this.decoded = codes.decoded;
        this.lengths = lengths;
        this.at = origins;
    }

    void walk(int lanes) {
        walk(0, Integer.highestOneBit(2 * lanes - 1), 0);
    }

    /// Walks the lanes of a group from `done` bytes to their ends.
    private void walk(int first, int lanes, int done) {
        if (lanes == 1) {
            one(first, done);
            return;
        }
        int shortest = Bzip2Format.MAX_BLOCK;
        for (int lane = first; lane < first + lanes; lane++) {
            shortest = Math.min(shortest, lengths[lane]);
        }
        int to = Math.max(done, shortest & ~1);
        switch (lanes) {
            case 8 -> eight(done, to);
            case 4 -> four(first, done, to);
            default -> two(first, done, to);
        }
        walk(first, lanes / 2, to);
        walk(first + lanes / 2, lanes / 2, to);
    }

    private short pair(int start, int code, int place) {
        if (code != PairCodes.ESCAPE) {
            return decoded[code];
        }
        int entry = chain[start + place];
        return (short) ((entry & 255) | ((chain[start + (entry >>> 8)] & 255) << 8));
    }

    private void one(int lane, int done) {
        int start = lane * STRIDE;
        int end = lengths[lane];
        int p = at[lane];
        int x = done;
        for (; x + 1 < end; x += 2) {
            int e = pairs[start + p];
            PAIR.set(output, start + x, pair(start, e & MASK, p));
            p = e >>> BITS;
        }
        if (x < end) {
            output[start + x] = (byte) chain[start + p];
        }
    }

    private void two(int lane, int done, int to) {
        int[] t = pairs;
        byte[] o = output;
        int a = lane * STRIDE;
        int b = a + STRIDE;
        int p0 = at[lane];
        int p1 = at[lane + 1];
        for (int x = done; x < to; x += 2) {
            int e0 = t[a + p0];
            int e1 = t[b + p1];
            PAIR.set(o, a + x, pair(a, e0 & MASK, p0));
            PAIR.set(o, b + x, pair(b, e1 & MASK, p1));
            p0 = e0 >>> BITS;
            p1 = e1 >>> BITS;
        }
        at[lane] = p0;
        at[lane + 1] = p1;
    }

    private void four(int lane, int done, int to) {
        int[] t = pairs;
        byte[] o = output;
        int a = lane * STRIDE;
        int p0 = at[lane];
        int p1 = at[lane + 1];
        int p2 = at[lane + 2];
        int p3 = at[lane + 3];
        for (int x = done; x < to; x += 2) {
            int e0 = t[a + p0];
            int e1 = t[a + p1 + STRIDE];
            int e2 = t[a + p2 + 2 * STRIDE];
            int e3 = t[a + p3 + 3 * STRIDE];
            PAIR.set(o, a + x, pair(a, e0 & MASK, p0));
            PAIR.set(o, a + x + STRIDE, pair(a + STRIDE, e1 & MASK, p1));
            PAIR.set(o, a + x + 2 * STRIDE, pair(a + 2 * STRIDE, e2 & MASK, p2));
            PAIR.set(o, a + x + 3 * STRIDE, pair(a + 3 * STRIDE, e3 & MASK, p3));
            p0 = e0 >>> BITS;
            p1 = e1 >>> BITS;
            p2 = e2 >>> BITS;
            p3 = e3 >>> BITS;
        }
        at[lane] = p0;
        at[lane + 1] = p1;
        at[lane + 2] = p2;
        at[lane + 3] = p3;
    }

    private void eight(int done, int to) {
        int[] t = pairs;
        byte[] o = output;
        int[] from = at;
        int p0 = from[0];
        int p1 = from[1];
        int p2 = from[2];
        int p3 = from[3];
        int p4 = from[4];
        int p5 = from[5];
        int p6 = from[6];
        int p7 = from[7];
        for (int x = done; x < to; x += 2) {
            int e0 = t[p0];
            int e1 = t[p1 + STRIDE];
            int e2 = t[p2 + 2 * STRIDE];
            int e3 = t[p3 + 3 * STRIDE];
            int e4 = t[p4 + 4 * STRIDE];
            int e5 = t[p5 + 5 * STRIDE];
            int e6 = t[p6 + 6 * STRIDE];
            int e7 = t[p7 + 7 * STRIDE];
            PAIR.set(o, x, pair(0, e0 & MASK, p0));
            PAIR.set(o, x + STRIDE, pair(STRIDE, e1 & MASK, p1));
            PAIR.set(o, x + 2 * STRIDE, pair(2 * STRIDE, e2 & MASK, p2));
            PAIR.set(o, x + 3 * STRIDE, pair(3 * STRIDE, e3 & MASK, p3));
            PAIR.set(o, x + 4 * STRIDE, pair(4 * STRIDE, e4 & MASK, p4));
            PAIR.set(o, x + 5 * STRIDE, pair(5 * STRIDE, e5 & MASK, p5));
            PAIR.set(o, x + 6 * STRIDE, pair(6 * STRIDE, e6 & MASK, p6));
            PAIR.set(o, x + 7 * STRIDE, pair(7 * STRIDE, e7 & MASK, p7));
            p0 = e0 >>> BITS;
            p1 = e1 >>> BITS;
            p2 = e2 >>> BITS;
            p3 = e3 >>> BITS;
            p4 = e4 >>> BITS;
            p5 = e5 >>> BITS;
            p6 = e6 >>> BITS;
            p7 = e7 >>> BITS;
        }
        from[0] = p0;
        from[1] = p1;
        from[2] = p2;
        from[3] = p3;
        from[4] = p4;
        from[5] = p5;
        from[6] = p6;
        from[7] = p7;
    }
}
