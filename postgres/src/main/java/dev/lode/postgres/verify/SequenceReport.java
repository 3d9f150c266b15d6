package dev.lode.postgres.verify;

import dev.lode.core.TableName;

/// A sequence that gives numbers to a column.
///
/// @param sequence its name
/// @param table whose column takes numbers from it
/// @param value the last number given after SET, else the next one it gives
/// @param sentence for a person
public record SequenceReport(
        TableName sequence,
        TableName table,
        String column,
        Outcome outcome,
        long value,
        String sentence) {
    /// How it stands.
    public enum Outcome {
        /// It was behind the rows and gives free numbers now.
        SET,
        /// It gives free numbers already, or the table is empty.
        AHEAD,
        /// It cannot be set: it is behind its rows.
        BEHIND
    }
}
