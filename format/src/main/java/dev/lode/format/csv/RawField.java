package dev.lode.format.csv;

import java.nio.charset.StandardCharsets;

/// One value of one record with the dialect's quoting undone: for keys and messages, not for bulk.
///
/// @param quoted whether the field stood in quotes
/// @param bytes its value; a copy that belongs to the caller. Not checked to be UTF-8
@SuppressWarnings(
        "ArrayRecordComponent") // nobody compares fields; an array because values go on as bytes
public record RawField(boolean quoted, byte[] bytes) {
    /// Whether this is the spelling of NULL that `FORCE_QUOTE *` writes: nothing at all between
    /// delimiters.
    public boolean unquotedEmpty() {
        return !quoted && bytes.length == 0;
    }

    /// The value as text; bytes that are not UTF-8 become U+FFFD.
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
