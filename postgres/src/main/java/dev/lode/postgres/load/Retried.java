package dev.lode.postgres.load;

import dev.lode.core.RowCounts;

/// What became of rejects that were loaded again.
///
/// @param tried how many
/// @param counts of those that are no longer rejects; `read` is 0
public record Retried(long tried, RowCounts counts) {
    static final Retried NONE = new Retried(0, RowCounts.ZERO);

    /// How many are no longer rejects.
    public long loaded() {
        return counts.inserted()
                + counts.updated()
                + counts.unchanged()
                + counts.superseded()
                + counts.duplicate()
                + counts.filtered();
    }

    /// How many still are.
    public long left() {
        return tried - loaded();
    }

    Retried plus(Retried other) {
        return new Retried(tried + other.tried, counts.plus(other.counts));
    }
}
