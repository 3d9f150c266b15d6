package dev.lode.format.csv;

/// A record that cannot be loaded because the file is damaged there.
///
/// @param index its place in the batch, from 0
/// @param length its full length in bytes; more than the batch holds of it when the damage ran past the look-ahead
/// @param cause what is wrong
/// @param reason the same as the middle of a sentence: `expected 22 fields, found 21`
public record BadRecord(int index, long length, Cause cause, String reason) {
    /// What is wrong with a record.
    public enum Cause {
        FIELD_COUNT,
        STRAY_QUOTE,
        AFTER_QUOTE,
        OPEN_QUOTE,
        TOO_LONG
    }
}
