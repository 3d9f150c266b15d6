package dev.lode.postgres.ledger;

import dev.lode.core.RowCounts;

/// An item as the ledger holds it.
///
/// @param fresh whether the table was empty when the item began, so that every row in it came with
///   this item
/// @param state loading, done, failed or superseded
public record ItemRow(
        long id,
        String name,
        String mapping,
        String content,
        boolean fresh,
        String state,
        RowCounts counts) {}
