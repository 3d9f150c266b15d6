package dev.lode.format.bzip2;

import java.util.Arrays;

/// Undoes the Burrows-Wheeler transform of up to eight blocks at a time, each in its own lane.
///
/// Per lane: the runs of the sorted column are scattered into `chain`, where each entry names its successor and its byte
/// ([#scatter]); `pairs` is that permutation composed with itself, so that an entry leads two bytes ahead and names a pair
/// of bytes by a code of 12 bits ([#compose]); then [LaneWalk] follows all lanes' pairs in step, since a single walk is
/// nothing but cache misses waiting for each other. The 4,095 pair codes are shared by the lanes of a batch, because a
/// table per block would not stay in the first-level cache; pairs beyond them take two single steps.
///
/// Memory: 9 bytes per byte of a lane, allocated for the lanes in use: [#BYTES_PER_LANE] each. Not thread safe.
final class InverseTransform {
    /// Entries between the beginnings of lanes: the largest block, its first run, which may be empty, and the group of
    /// symbols that [RunReader] finishes before it looks at its limit.
    static final int STRIDE = Bzip2Format.MAX_BLOCK + 64;

    /// Memory of one lane.
    static final int BYTES_PER_LANE = STRIDE * 9;

    static final int MAX_LANES = 8;

    private int[] chain = new int[0];
    private int[] pairs = new int[0];
    private byte[] output = new byte[0];
    private final PairCodes codes = new PairCodes();
    private final int[] ends = new int[256];
    private final int[] lengths = new int[MAX_LANES];
    private final int[] origins = new int[MAX_LANES];

    /// Begins a batch of at most `lanes` blocks; what was in the lanes is lost.
    void begin(int lanes) {
        int rounded = Integer.highestOneBit(Math.max(1, 2 * lanes - 1));
        if (output.length < rounded * STRIDE) {
            chain = new int[0];
            pairs = new int[0];
            output = new byte[0];
            chain = new int[rounded * STRIDE];
            pairs = new int[rounded * STRIDE];
            output = new byte[rounded * STRIDE];
        }
        codes.clear();
        Arrays.fill(lengths, 0);
    }

    /// Where [RunReader] puts the runs of a lane, from [#start] on: the space is free until [#compose].
    int[] runs() {
        return pairs;
    }

    /// First index of a lane in [#runs] and [#output].
    static int start(int lane) {
        return lane * STRIDE;
    }

    /// Takes a lane's runs over.
    ///
    /// @param count how many runs there are
    /// @param origin where the block begins in the sorted order
    /// @throws BlockFault when the runs are no block; the lane is free again
    void load(int lane, int count, int origin) throws BlockFault {
        int start = start(lane);
        int length = sum(start, count);
        if (origin >= length) {
            throw BlockFault.broken("a block that begins at place " + origin + " of " + length);
        }
        scatter(pairs, chain, ends, start, count);
        compose(start, length);
        lengths[lane] = length;
        origins[lane] = origin;
    }

    /// Length of a lane's block; afterwards `ends` holds where the entries of each byte begin.
    private int sum(int start, int count) throws BlockFault {
        int[] runs = pairs;
        int[] sums = ends;
        Arrays.fill(sums, 0);
        long length = 0;
        for (int k = start; k < start + count; k++) {
            int run = runs[k];
            sums[run & 255] += run >>> 8;
            length += run >>> 8;
        }
        if (length == 0 || length > Bzip2Format.MAX_BLOCK) {
            throw BlockFault.broken("a block of " + length + " bytes, expected 1 to 900000");
        }
        int begin = 0;
        for (int value = 0; value < 256; value++) {
            int next = begin + sums[value];
            sums[value] = begin;
            begin = next;
        }
        return (int) length;
    }

    /// `chain[j] = i << 8 | byte`, where `i` is the place in the sorted column that `j` of the sorted rotations begins with.
    /// Afterwards `ends` holds where the entries of each byte end.
    private static void scatter(int[] runs, int[] chain, int[] ends, int start, int count) {
        int place = 0;
        for (int k = start; k < start + count; k++) {
            int run = runs[k];
            int value = run & 255;
            int length = run >>> 8;
            int from = ends[value];
            ends[value] = from + length;
            int entry = place | value;
            place += length << 8;
            int to = start + from + length;
            for (int j = start + from; j < to; j++) {
                chain[j] = entry;
                entry += 256;
            }
        }
    }

    private void compose(int start, int length) {
        int from = start;
        while (from < start + length) {
            int first = chain[from] & 255;
            int to = start + ends[first];
            codes.compose(chain, pairs, from, to, start, first);
            from = to;
        }
    }

    /// Writes the blocks of the lanes from 0 to `lanes` to [#output].
    void walk(int lanes) {
        if (lanes > 0) {
            new LaneWalk(chain, pairs, output, codes, lengths, origins).walk(lanes);
        }
    }

    /// The blocks after [#walk], each from its [#start] on.
    byte[] output() {
        return output;
    }

    int length(int lane) {
        return lengths[lane];
    }
}
