package dev.lode.format.bzip2;

import java.util.Arrays;

/// The prefix codes of a block, ready to be read: a table entry for every pattern of [#LOOKUP_BITS]
/// bits, and for longer codes the usual limits per length. One instance is used for many blocks.
/// Not thread safe.
///
/// An entry says everything that the symbol does, so that [RunReader] needs no branch for it: bits
/// 0-4 the code's length, bits 8-16 the place in the move-to-front list ([#END] for the end of the
/// block), bits 20-21 the weight of a run digit, bit 24 whether it is one. 0 means: no code so
/// short.
///
/// Codes that leave patterns unused are read (a pattern without a symbol is damage only where it
/// occurs); a table with more codes than patterns has no symbol at all.
final class PrefixCodes {
    /// Four symbols after one of this length still fit into what a 64-bit load at any bit holds.
    static final int LOOKUP_BITS = 11;

    /// The place in an entry that ends the block.
    static final int END = 511;

    static final int LENGTH_MASK = 31;

    final int[] lookup = new int[Bzip2Format.MAX_TABLES << LOOKUP_BITS];

    private static final int MAX_BITS = Bzip2Format.MAX_CODE_BITS;

    /// Per table and length: the first pattern (of 20 bits) behind the codes of that length.
    private final int[][] limits = new int[Bzip2Format.MAX_TABLES][MAX_BITS + 2];

    /// Per table and length: what turns a code of that length into an index into `entries`.
    private final int[][] bases = new int[Bzip2Format.MAX_TABLES][MAX_BITS + 2];

    private final int[][] entries = new int[Bzip2Format.MAX_TABLES][Bzip2Format.MAX_ALPHABET];
    private final int[] counts = new int[MAX_BITS + 1];

    /// Prepares table `table` from the code length (1 to 20) of each of `alphabet` symbols.
    void build(int table, byte[] lengths, int alphabet) {
        Arrays.fill(counts, 0);
        for (int symbol = 0; symbol < alphabet; symbol++) {
            counts[lengths[symbol]]++;
        }
        int from = table << LOOKUP_BITS;
        Arrays.fill(lookup, from, from + (1 << LOOKUP_BITS), 0);
        if (!layOut(limits[table], bases[table])) {
            Arrays.fill(limits[table], 0);
            limits[table][MAX_BITS + 1] = Integer.MAX_VALUE;
            return;
        }
        fill(from, entries[table], lengths, alphabet);
    }

    /// Assigns patterns to lengths; false when there are not enough.
    private boolean layOut(int[] limit, int[] base) {
        int code = 0;
        int index = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            base[length] = index - code;
            code += counts[length];
            index += counts[length];
            if (code > 1 << length) {
                return false;
            }
            limit[length] = code << (MAX_BITS - length);
            counts[length] = index - counts[length];
            code <<= 1;
        }
        limit[MAX_BITS + 1] = Integer.MAX_VALUE;
        return true;
    }

    /// Puts each symbol's entry at its place; `counts` holds, per length, the index of the next
    /// symbol.
    private void fill(int from, int[] entry, byte[] lengths, int alphabet) {
        for (int symbol = 0; symbol < alphabet; symbol++) {
            entry[counts[lengths[symbol]]++] = entry(symbol, lengths[symbol], alphabet);
        }
        int at = from;
        for (int index = 0; index < alphabet; index++) {
            int length = entry[index] & LENGTH_MASK;
            if (length > LOOKUP_BITS) {
                break;
            }
            int next = at + (1 << (LOOKUP_BITS - length));
            Arrays.fill(lookup, at, next, entry[index]);
            at = next;
        }
    }

    private static int entry(int symbol, int length, int alphabet) {
        if (symbol < 2) {
            return length | ((symbol + 1) << 20) | (1 << 24);
        }
        return length | ((symbol == alphabet - 1 ? END : symbol - 1) << 8);
    }

    /// The entry of a code longer than [#LOOKUP_BITS] at the top of `window`; 0 when there is none.
    int longer(int table, long window) {
        int pattern = (int) (window >>> (Long.SIZE - MAX_BITS));
        int[] limit = limits[table];
        int length = LOOKUP_BITS + 1;
        while (pattern >= limit[length]) {
            length++;
        }
        if (length > MAX_BITS) {
            return 0;
        }
        return entries[table][(pattern >>> (MAX_BITS - length)) + bases[table][length]];
    }
}
