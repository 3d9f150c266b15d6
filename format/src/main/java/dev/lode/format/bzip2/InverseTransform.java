package dev.lode.format.bzip2;

import java.util.Arrays;

/// Undoes the Burrows-Wheeler transform of up to [#MAX_LANES] blocks at a time, each in its own
/// lane.
///
/// The runs of a block's sorted column are scattered into `chain`, where each entry names its
/// successor and its byte. That permutation is applied to itself until an entry leads four bytes
/// ahead and holds them: one in `quads` for each in `chain`. This costs little, because successors
/// of neighbours are mostly neighbours themselves; following the permutation in the order of the
/// text is what costs, since each step is a cache miss, and there are four times fewer of them now.
/// [LaneWalk] takes them for all lanes at once.
///
/// Memory: 9 bytes per byte of a lane, allocated for the lanes in use, and 8 bytes per byte of one
/// block. Not thread safe.
final class InverseTransform {
    /// Entries between the beginnings of lanes: the largest block, its first run, which may be
    /// empty, and the group of symbols that [RunReader] finishes before it looks at its limit.
    static final int STRIDE = Bzip2Format.MAX_BLOCK + 64;

    static final int MAX_LANES = 16;

    private final int[] sums = new int[256];
    private final int[] lengths = new int[MAX_LANES];
    private final int[] places = new int[MAX_LANES];
    private final LaneWalk walk = new LaneWalk(lengths, places);
    private int[] runs = new int[0];
    private int[] chain = new int[0];
    private long[] quads = new long[0];
    private byte[] output = new byte[0];

    /// Memory that this many lanes need.
    static long bytes(int lanes) {
        return (lanes * 9L + 8) * STRIDE;
    }

    /// Makes room for `lanes` lanes; when there was not enough, what was in them is lost.
    void ensure(int lanes) {
        if (output.length < lanes * STRIDE) {
            output = new byte[0];
            quads = new long[0];
            runs = new int[STRIDE];
            chain = new int[STRIDE];
            quads = new long[lanes * STRIDE];
            output = new byte[lanes * STRIDE];
        }
    }

    /// Where [RunReader] puts the runs of a block, from the beginning on.
    int[] runs() {
        return runs;
    }

    /// Takes the block whose runs are in [#runs] into a lane.
    ///
    /// @param count how many runs there are
    /// @param origin where the block begins in the sorted order
    /// @throws BlockFault when the runs are no block; the lane is free again
    void load(int lane, int count, int origin) throws BlockFault {
        int length = sum(count);
        if (origin >= length) {
            throw BlockFault.broken("a block that begins at place " + origin + " of " + length);
        }
        scatter(runs, chain, sums, count);
        compose(chain, quads, start(lane), length);
        lengths[lane] = length;
        places[lane] = origin;
    }

    /// Length of the block; afterwards `sums` holds where the entries of each byte begin.
    private int sum(int count) throws BlockFault {
        int[] begins = sums;
        Arrays.fill(begins, 0);
        long length = 0;
        for (int k = 0; k < count; k++) {
            int run = runs[k];
            begins[run & 255] += run >>> 8;
            length += run >>> 8;
        }
        if (length == 0 || length > Bzip2Format.MAX_BLOCK) {
            throw BlockFault.broken("a block of " + length + " bytes, expected 1 to 900000");
        }
        int begin = 0;
        for (int value = 0; value < 256; value++) {
            int next = begin + begins[value];
            begins[value] = begin;
            begin = next;
        }
        return (int) length;
    }

    /// `chain[j] = i << 8 | byte`, where `i` is the place in the sorted column that `j` of the
    /// sorted rotations begins with.
    private static void scatter(int[] runs, int[] chain, int[] begins, int count) {
        int place = 0;
        for (int k = 0; k < count; k++) {
            int run = runs[k];
            int value = run & 255;
            int length = run >>> 8;
            int from = begins[value];
            int to = from + length;
            begins[value] = to;
            int entry = place | value;
            place += length << 8;
            for (int j = from; j < to; j++) {
                chain[j] = entry;
                entry += 256;
            }
        }
    }

    /// `quads[start + j]`: in the high half where `j` leads after four steps, in the low half the
    /// four bytes, first lowest.
    private static void compose(int[] chain, long[] quads, int start, int length) {
        for (int j = 0; j < length; j++) {
            int first = chain[j];
            int second = chain[first >>> 8];
            int third = chain[second >>> 8];
            int fourth = chain[third >>> 8];
            int bytes =
                    (first & 255) | ((second & 255) << 8) | ((third & 255) << 16) | (fourth << 24);
            quads[start + j] = ((long) (fourth >>> 8) << 32) | (bytes & 0xffffffffL);
        }
    }

    /// Writes the blocks of the lanes `from` to `to` (exclusive) to [#output].
    void walk(int from, int to) {
        walk.walk(quads, output, from, to);
    }

    /// The blocks after [#walk], each from its [#start] on.
    byte[] output() {
        return output;
    }

    /// First index of a lane in [#output].
    static int start(int lane) {
        return lane * STRIDE;
    }

    int length(int lane) {
        return lengths[lane];
    }
}
