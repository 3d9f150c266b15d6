package dev.lode.postgres.ledger;

import dev.lode.core.RowCounts;
import dev.lode.format.ResumePoint;

/// A slice of an item that commits in one transaction.
///
/// @param start decoded offset of its first byte
/// @param resume where the next split begins
/// @param firstRecord records of the item before it
public record SplitRow(
        long item, long start, ResumePoint resume, long firstRecord, RowCounts counts) {}
