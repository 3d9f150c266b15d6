package dev.lode.postgres.load;

import dev.lode.core.RowCounts;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Position;

/// What the ledger says should happen to an item.
public sealed interface ItemStart {
    /// Its content was applied before, and nothing came after it: nothing to do.
    ///
    /// @param counts of that application
    record Skip(ItemRow item, RowCounts counts, String reason) implements ItemStart {}

    /// Load it from `position`: its start, or where an earlier run ended.
    ///
    /// @param target where the rows go: the table, or one beside it that will take its place
    record Go(ItemRow item, Position position, Target target) implements ItemStart {}
}
