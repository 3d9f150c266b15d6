package dev.lode.postgres.schema;

import dev.lode.postgres.schema.SchemaStatement.Late;

/// An index or foreign key of the script that is not as it should be.
public record MissingLate(Late object, State state) {
    /// What the catalog has in its place.
    public enum State {
        ABSENT,
        /// An index that CREATE INDEX CONCURRENTLY left behind, or that is being built.
        INVALID,
        /// A foreign key whose rows were not checked, or broke it.
        NOT_VALID
    }
}
