package dev.lode.postgres.ledger;

import dev.lode.core.RowCounts;
import dev.lode.format.ResumePoint;

/// How far an item is: where decoding goes on, how many records lie before, and what became of
/// them.
public record Position(ResumePoint resume, long records, RowCounts counts) {
    public static final Position START = new Position(ResumePoint.START, 0, RowCounts.ZERO);
}
