package dev.lode.core;

/// What became of the records that were read. Each ends as exactly one of the others.
///
/// @param read records read
/// @param inserted rows that are new
/// @param updated rows that existed and changed
/// @param unchanged rows that existed and were equal, so nothing was written
/// @param superseded records beaten by another record of the same key in the same item
/// @param duplicate records equal to one of this item before them
/// @param filtered records that the pack leaves out
/// @param rejected records kept as rejects
public record RowCounts(
        long read,
        long inserted,
        long updated,
        long unchanged,
        long superseded,
        long duplicate,
        long filtered,
        long rejected) {
    public static final RowCounts ZERO = new RowCounts(0, 0, 0, 0, 0, 0, 0, 0);

    public RowCounts plus(RowCounts other) {
        return new RowCounts(
                read + other.read,
                inserted + other.inserted,
                updated + other.updated,
                unchanged + other.unchanged,
                superseded + other.superseded,
                duplicate + other.duplicate,
                filtered + other.filtered,
                rejected + other.rejected);
    }

    /// Whether every record read is accounted for.
    public boolean balanced() {
        return read
                == inserted + updated + unchanged + superseded + duplicate + filtered + rejected;
    }

    /// Rows written: inserted and updated.
    public long written() {
        return inserted + updated;
    }
}
