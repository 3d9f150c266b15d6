package dev.lode.demo.corpus;

import java.util.function.LongConsumer;

/// The order in which rows lie in a file: not by id, but as a table's heap gives them, in blocks of
/// up to a thousand in any order, with neighbours exchanged now and then.
final class Scramble {
    private static final int MOST = 1000;
    private static final int LEAST = 8;
    private static final int BLOCKS = 20;

    private Scramble() {}

    /// Calls `visit` once for each index below `span`.
    static void each(long key, long span, LongConsumer visit) {
        int block = Math.clamp(span / BLOCKS, LEAST, MOST);
        for (int start : order(key, (int) ((span + block - 1) / block))) {
            long from = (long) start * block;
            int length = (int) Math.min(block, span - from);
            for (int i = 0; i < length; i++) {
                boolean exchanged = Mix.of(key + start, i / 2) >>> 61 == 0;
                int j = exchanged ? i ^ 1 : i;
                visit.accept(from + (j < length ? j : i));
            }
        }
    }

    private static int[] order(long key, int blocks) {
        var order = new int[blocks];
        var draw = new Draw().from(Mix.of(key, blocks));
        for (int i = 0; i < blocks; i++) {
            int at = draw.below(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }
}
