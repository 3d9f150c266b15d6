package dev.lode.postgres.verify;

import dev.lode.core.TableName;

/// An index no query can use, or a constraint that was never checked for all rows.
///
/// @param name of the index or constraint
/// @param kind what is the matter
/// @param definition as the server writes it
public record Unfinished(TableName table, String name, Kind kind, String definition) {
    /// What is the matter.
    public enum Kind {
        INVALID_INDEX,
        FOREIGN_KEY_NOT_VALID,
        CHECK_NOT_VALID,
        /// From PostgreSQL 18.
        NOT_NULL_NOT_VALID
    }
}
