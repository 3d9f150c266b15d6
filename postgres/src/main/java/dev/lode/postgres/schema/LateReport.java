package dev.lode.postgres.schema;

import dev.lode.postgres.schema.SchemaStatement.Late;

import java.time.Duration;

/// What became of an index or a foreign key.
///
/// @param sentence for a person; for failures with what to do
/// @param took waiting for locks included
public record LateReport(Late object, Outcome outcome, String sentence, Duration took) {
    /// How it stands now.
    public enum Outcome {
        /// It was absent, invalid or NOT VALID, and is done now.
        CREATED,
        /// It was there, or one of the same meaning under another name.
        EXISTS,
        /// The foreign key is there and guards new rows; rows loaded before break it.
        LEFT_NOT_VALID,
        /// It is not there.
        FAILED
    }
}
