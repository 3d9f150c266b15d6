package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Follows the permutations of a batch of blocks in step, four bytes at a time.
///
/// A single walk is nothing but cache misses waiting for each other; eight of them overlap theirs.
/// The loop is written out for eight lanes, so that their positions live in registers. Where fewer
/// lanes are left, some walk twice: the second time finds everything in the cache and costs nearly
/// nothing. Not thread safe.
final class LaneWalk {
    private static final int WIDTH = InverseTransform.MAX_LANES;
    private static final int STEP = 4;
    private static final VarHandle BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] active = new int[WIDTH];
    private final int[] lengths;
    private final int[] places;

    /// @param lengths of each lane's block
    /// @param places where each lane's block begins; moved on by the walk
    LaneWalk(int[] lengths, int[] places) {
        this.lengths = lengths;
        this.places = places;
    }

    /// Walks the lanes `from` to `to` (exclusive) to their ends.
    void walk(long[] quads, byte[] output, int from, int to) {
        int count = 0;
        for (int lane = from; lane < to; lane++) {
            active[count++] = lane;
        }
        int done = 0;
        while (count > 0) {
            int next = done + wholeSteps(count, done);
            for (int i = count; i < WIDTH; i++) {
                active[i] = active[i - count];
            }
            inStep(quads, output, done, next);
            done = next;
            count = retire(quads, output, count, done);
        }
    }

    /// Bytes that every active lane can go on for.
    private int wholeSteps(int count, int done) {
        int shortest = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            shortest = Math.min(shortest, lengths[active[i]] - done);
        }
        return shortest & -STEP;
    }

    /// Ends the lanes that have less than a step left; the others stay active.
    private int retire(long[] quads, byte[] output, int count, int done) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int lane = active[i];
            int left = lengths[lane] - done;
            if (left >= STEP) {
                active[kept++] = lane;
            } else if (left > 0) {
                int start = InverseTransform.start(lane);
                int bytes = (int) quads[start + places[lane]];
                for (int j = 0; j < left; j++) {
                    output[start + done + j] = (byte) (bytes >>> (8 * j));
                }
            }
        }
        return kept;
    }

    private void inStep(long[] quads, byte[] output, int done, int to) {
        long[] q = quads;
        byte[] o = output;
        int s0 = InverseTransform.start(active[0]);
        int s1 = InverseTransform.start(active[1]);
        int s2 = InverseTransform.start(active[2]);
        int s3 = InverseTransform.start(active[3]);
        int s4 = InverseTransform.start(active[4]);
        int s5 = InverseTransform.start(active[5]);
        int s6 = InverseTransform.start(active[6]);
        int s7 = InverseTransform.start(active[7]);
        int p0 = places[active[0]];
        int p1 = places[active[1]];
        int p2 = places[active[2]];
        int p3 = places[active[3]];
        int p4 = places[active[4]];
        int p5 = places[active[5]];
        int p6 = places[active[6]];
        int p7 = places[active[7]];
        for (int x = done; x < to; x += STEP) {
            long e0 = q[s0 + p0];
            long e1 = q[s1 + p1];
            long e2 = q[s2 + p2];
            long e3 = q[s3 + p3];
            long e4 = q[s4 + p4];
            long e5 = q[s5 + p5];
            long e6 = q[s6 + p6];
            long e7 = q[s7 + p7];
            BYTES.set(o, s0 + x, (int) e0);
            BYTES.set(o, s1 + x, (int) e1);
            BYTES.set(o, s2 + x, (int) e2);
            BYTES.set(o, s3 + x, (int) e3);
            BYTES.set(o, s4 + x, (int) e4);
            BYTES.set(o, s5 + x, (int) e5);
            BYTES.set(o, s6 + x, (int) e6);
            BYTES.set(o, s7 + x, (int) e7);
            p0 = (int) (e0 >>> 32);
            p1 = (int) (e1 >>> 32);
            p2 = (int) (e2 >>> 32);
            p3 = (int) (e3 >>> 32);
            p4 = (int) (e4 >>> 32);
            p5 = (int) (e5 >>> 32);
            p6 = (int) (e6 >>> 32);
            p7 = (int) (e7 >>> 32);
        }
        places[active[0]] = p0;
        places[active[1]] = p1;
        places[active[2]] = p2;
        places[active[3]] = p3;
        places[active[4]] = p4;
        places[active[5]] = p5;
        places[active[6]] = p6;
        places[active[7]] = p7;
    }
}
