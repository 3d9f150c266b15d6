package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Follows the permutations of a batch of blocks in step, four bytes at a time.
///
/// A single walk is nothing but cache misses waiting for each other; those of several lanes
/// overlap, as many as the processor keeps track of. A step of 16 lanes is short enough that the
/// next one begins before the misses of the last are back. Not thread safe.
final class LaneWalk {
    private static final int STEP = 4;
    private static final VarHandle BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] active = new int[InverseTransform.MAX_LANES];
    private final int[] starts = new int[InverseTransform.MAX_LANES];
    private final int[] positions = new int[InverseTransform.MAX_LANES];
    private final int[] lengths;
    private final int[] places;

    /// @param lengths of each lane's block
    /// @param places where each lane's block begins
    LaneWalk(int[] lengths, int[] places) {
        this.lengths = lengths;
        this.places = places;
    }

    /// Walks the lanes `from` to `to` (exclusive) to their ends.
    void walk(long[] quads, byte[] output, int from, int to) {
        int count = 0;
        for (int lane = from; lane < to; lane++) {
            active[count] = lane;
            starts[count] = InverseTransform.start(lane);
            positions[count] = places[lane];
            count++;
        }
        int done = 0;
        while (count > 0) {
            int next = done + wholeSteps(count, done);
            inStep(quads, output, starts, positions, count, done, next);
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
            int left = lengths[active[i]] - done;
            if (left >= STEP) {
                active[kept] = active[i];
                starts[kept] = starts[i];
                positions[kept] = positions[i];
                kept++;
            } else if (left > 0) {
                int bytes = (int) quads[starts[i] + positions[i]];
                for (int j = 0; j < left; j++) {
                    output[starts[i] + done + j] = (byte) (bytes >>> (8 * j));
                }
            }
        }
        return kept;
    }

    private static void inStep(
            long[] quads,
            byte[] output,
            int[] starts,
            int[] positions,
            int count,
            int done,
            int to) {
        for (int x = done; x < to; x += STEP) {
            for (int i = 0; i < count; i++) {
                int start = starts[i];
                long entry = quads[start + positions[i]];
                BYTES.set(output, start + x, (int) entry);
                positions[i] = (int) (entry >>> 32);
            }
        }
    }
}
