package dev.lode.demo.corpus;

import java.util.Arrays;

/// Which opinion cites which: out-degrees are log-normal for the three fifths that cite at all,
/// in-degrees follow a power law, no pair comes twice and none cites itself. Not thread safe.
final class CitationGraph {
    private static final int GROUP = 1000;
    private static final int SILENT_OF_TEN = 4;
    private static final int MOST = 90;

    private final long key;
    private final Population opinions;
    private final int[] starts = new int[GROUP + 1];
    private final short[] ranks;
    private final OwnedPopulation edges;

    private long citing = -1;
    private long[] targets = {};

    /// @param count of opinions in the first snapshot, roughly; none cites more than a fifth
    CitationGraph(long key, Population opinions, long count, double changed) {
        this.key = key;
        this.opinions = opinions;
        int most = Math.clamp(count / 5, 1, MOST);
        var degrees = new LogNormal(8, 0.95);
        for (int rank = 0; rank < GROUP; rank++) {
            int shuffled = rank * 617 % GROUP;
            boolean silent = rank % 10 < SILENT_OF_TEN;
            starts[rank + 1] =
                    starts[rank] + (silent ? 0 : degrees.at(shuffled / (double) GROUP, 1, most));
        }
        ranks = new short[starts[GROUP]];
        for (int rank = 0; rank < GROUP; rank++) {
            Arrays.fill(ranks, starts[rank], starts[rank + 1], (short) rank);
        }
        edges =
                new OwnedPopulation(
                        key,
                        opinions,
                        span -> (span + GROUP - 1) / GROUP * ranks.length,
                        this::citing,
                        changed);
    }

    OwnedPopulation edges() {
        return edges;
    }

    /// The opinion that cites.
    long citing(long edge) {
        long group = edge / ranks.length;
        int rank = ranks[(int) (edge % ranks.length)];
        return group * GROUP + (rank + Long.remainderUnsigned(Mix.of(key, group), GROUP)) % GROUP;
    }

    /// The opinion that is cited.
    long cited(long edge) {
        long from = citing(edge);
        int within = (int) (edge % ranks.length);
        int rank = ranks[within];
        if (from != citing) {
            targets = choose(from, starts[rank + 1] - starts[rank]);
            citing = from;
        }
        return targets[within - starts[rank]];
    }

    private long[] choose(long from, int count) {
        var draw = new Draw().from(opinions.key(from) + 17);
        boolean fresh = opinions.fresh(from);
        var chosen = new long[count];
        for (int i = 0; i < count; i++) {
            long target =
                    draw.below(2) == 0
                            ? opinions.pickPopular(draw, fresh)
                            : opinions.pick(draw, fresh);
            while (target == from || contains(chosen, i, target)) {
                target = opinions.nearest(target + 1, fresh);
            }
            chosen[i] = target;
        }
        return chosen;
    }

    private static boolean contains(long[] chosen, int count, long target) {
        for (int i = 0; i < count; i++) {
            if (chosen[i] == target) {
                return true;
            }
        }
        return false;
    }
}
