package dev.lode.format.bzip2;

import java.util.Arrays;

/// Codes of 12 bits for pairs of bytes, given in the order in which pairs are met; shared by the blocks of a batch.
/// Not thread safe.
final class PairCodes {
    static final int BITS = 12;

    /// The code of every pair that came too late.
    static final int ESCAPE = (1 << BITS) - 1;

    static final int MASK = ESCAPE;

    /// By code: the first byte in the low, the second in the high half.
    final short[] decoded = new short[1 << BITS];

    private final short[] codes = new short[1 << 16];
    private int next;

    void clear() {
        Arrays.fill(codes, (short) -1);
        next = 0;
    }

    /// `pairs[j] = chain(chain(j)) << 12 | code` for the entries `from` to `to`, all of which hold the byte `first`, of the
    /// lane that begins at `start`.
    void compose(int[] chain, int[] pairs, int from, int to, int start, int first) {
        short[] known = codes;
        int row = first << 8;
        for (int j = from; j < to; j++) {
            int second = chain[start + (chain[j] >>> 8)];
            int code = known[row | (second & 255)];
            if (code < 0) {
                code = next < ESCAPE ? next++ : ESCAPE;
                known[row | (second & 255)] = (short) code;
                decoded[code] = (short) (first | ((second & 255) << 8));
            }
            pairs[j] = ((second >>> 8) << BITS) | code;
        }
    }
}
