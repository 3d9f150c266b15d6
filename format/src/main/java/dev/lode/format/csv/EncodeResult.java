package dev.lode.format.csv;

/// What became of one record.
public sealed interface EncodeResult {
    /// All of the row is in the stream.
    Encoded ENCODED = new Encoded();

    /// All of the row is in the stream.
    record Encoded() implements EncodeResult {}

    /// The record cannot be loaded; nothing of it is in the stream.
    ///
    /// @param column the target column
    /// @param problem what is wrong with its value: `"2021-02-30" is not a date`
    record Rejected(String column, String problem) implements EncodeResult {
        /// Column and problem as the middle of a sentence: `column date_filed: "2021-02-30" is not
        /// a date`.
        public String reason() {
            return "column " + column + ": " + problem;
        }
    }

    /// Only the server can judge this value, and only as text; nothing of the row is in the stream.
    /// The binary encoder says this of spellings it does not know, the text encoder never.
    ///
    /// @param column the target column
    /// @param value the value, shortened for a message
    record NeedsText(String column, String value) implements EncodeResult {}
}
