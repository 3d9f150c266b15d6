package dev.lode.postgres.ledger;

import dev.lode.core.RowCounts;
import dev.lode.format.ResumePoint;

import java.util.List;

/// How far an item is: where decoding goes on, how many records lie before, and what became of
/// them.
///
/// @param resume the first gap: all before it is committed
/// @param counts of the splits before the gap
/// @param beyond splits behind the gap that are committed already, in order
public record Position(ResumePoint resume, long records, RowCounts counts, List<Range> beyond) {
    public static final Position START =
            new Position(ResumePoint.START, 0, RowCounts.ZERO, List.of());

    public Position {
        beyond = List.copyOf(beyond);
    }

    /// Decoded bytes `[start, end)` of an item, whole records.
    public record Range(long start, long end) {}

    Position before(List<Range> committed) {
        return new Position(resume, records, counts, committed);
    }
}
