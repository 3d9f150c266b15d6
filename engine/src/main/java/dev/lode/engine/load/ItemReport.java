package dev.lode.engine.load;

import dev.lode.core.ErrorKind;
import dev.lode.core.RowCounts;

import java.time.Duration;
import java.util.Optional;

/// What became of one item in a run.
///
/// @param state loaded, skipped (its content was applied before) or failed
/// @param fresh whether the table was empty when the item began
/// @param counts of the whole item, earlier runs included
/// @param failure who has to act, where it failed
/// @param message why it was skipped or failed; empty for a plain load
public record ItemReport(
        String name,
        String table,
        State state,
        long item,
        boolean fresh,
        RowCounts counts,
        Duration took,
        Optional<ErrorKind> failure,
        String message) {
    /// The same with other counts.
    ItemReport with(RowCounts other) {
        return new ItemReport(name, table, state, item, fresh, other, took, failure, message);
    }

    /// The same, failed after all.
    ItemReport failed(ErrorKind kind, String why) {
        return new ItemReport(
                name, table, State.FAILED, item, fresh, counts, took, Optional.of(kind), why);
    }

    /// How an item ended.
    public enum State {
        LOADED,
        SKIPPED,
        FAILED
    }
}
