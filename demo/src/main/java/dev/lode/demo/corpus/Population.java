package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

/// The rows of one table by index, over the first snapshot and the next: which there are, which are
/// new, changed or gone, and their ids. Nothing is stored; every answer is a function of the key
/// and the index.
class Population {
    /// One row in eight is held back: nothing refers to it, so that it can vanish.
    private static final int HELD_ONE_IN = 8;

    private static final int NEVER_HELD = 4;

    /// One id in fifteen is missing, as after deletions.
    private static final int IDS = 15;

    /// Draws before the next open row is taken, so that the rows after a gap are not likelier than
    /// others.
    private static final int DRAWS = 32;

    private final long key;
    private final long first;
    private final long both;
    private final double changed;
    private final double vanished;

    /// @param first rows of the first snapshot
    /// @param both rows of the first snapshot and new ones of the next
    /// @param changed share of rows that change
    /// @param vanished share of rows that vanish
    Population(long key, long first, long both, double changed, double vanished) {
        this.key = key;
        this.first = first;
        this.both = both;
        this.changed = changed;
        this.vanished = vanished;
    }

    long key() {
        return key;
    }

    /// Where the draws of a row begin.
    long key(long index) {
        return Mix.of(key, index);
    }

    /// No row has an index at or above this.
    long span() {
        return both;
    }

    /// Whether there is a row at the index in the first snapshot, or in either.
    boolean exists(long index, boolean either) {
        return index < (either ? both : first);
    }

    /// Whether the row is new in the next snapshot.
    final boolean fresh(long index) {
        return !exists(index, false);
    }

    /// Whether nothing may refer to the row.
    boolean held(long index) {
        return index >= NEVER_HELD && Mix.of(key + 1, index) >>> 61 == 0;
    }

    /// Whether the row is in the first snapshot only.
    boolean vanished(long index) {
        return held(index)
                && !fresh(index)
                && Mix.within(Mix.of(key + 2, index), vanished * HELD_ONE_IN);
    }

    final boolean changed(long index) {
        return !fresh(index) && !vanished(index) && Mix.within(Mix.of(key + 3, index), changed);
    }

    final long id(long index) {
        long block = index / (IDS - 1);
        long slot = index % (IDS - 1);
        return 1 + block * IDS + slot + (slot >= gap(block) ? 1 : 0);
    }

    /// An id below the highest that no row has.
    final long missingId(long number) {
        long block = number % Math.max(1, first / IDS);
        return 1 + block * IDS + gap(block);
    }

    /// A row that may be referred to by one that is new or not.
    final long pick(Draw draw, boolean fresh) {
        for (int i = 0; i < DRAWS; i++) {
            long index = draw.below(span(fresh));
            if (open(index, fresh)) {
                return index;
            }
        }
        return nearest(draw.below(span(fresh)), fresh);
    }

    /// Like [#pick], but low numbers are much likelier: the most popular row gets about 1 /
    /// sqrt(rows) of the picks.
    final long pickPopular(Draw draw, boolean fresh) {
        for (int i = 0; i < DRAWS; i++) {
            double unit = draw.unit();
            long index = (long) (unit * unit * span(fresh));
            if (open(index, fresh)) {
                return index;
            }
        }
        return nearest(draw.below(span(fresh)), fresh);
    }

    /// The first row at or after an index that may be referred to.
    final long nearest(long index, boolean fresh) {
        long span = span(fresh);
        for (long i = index; i < index + span; i++) {
            if (open(i % span, fresh)) {
                return i % span;
            }
        }
        throw LodeException.bug("generator: a table has no row that may be referred to", null);
    }

    /// A row of the first snapshot, one that stays where there is such a row.
    final long lasting(long number) {
        long any = 0;
        for (long i = 0; i < first; i++) {
            long index = (Long.remainderUnsigned(Mix.of(key + 5, number), first) + i) % first;
            if (open(index, false)) {
                return index;
            }
            any = exists(index, false) ? index : any;
        }
        return any;
    }

    private boolean open(long index, boolean fresh) {
        return exists(index, fresh) && !held(index);
    }

    /// How many indexes there are to pick from: those of the first snapshot, or of both.
    long span(boolean fresh) {
        return fresh ? both : first;
    }

    private long gap(long block) {
        return Long.remainderUnsigned(Mix.of(key + 4, block), IDS);
    }
}
