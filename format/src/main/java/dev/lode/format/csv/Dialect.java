package dev.lode.format.csv;

import dev.lode.core.LodeException;

/// How a CSV file spells fields. Rows end with LF or CRLF; both may be mixed.
///
/// @param delimiter byte between fields
/// @param quote byte around quoted fields
/// @param escape how a quote inside a quoted field is written
/// @param header whether the first record names the columns
/// @param nulls how NULL is written
public record Dialect(byte delimiter, byte quote, Escape escape, boolean header, NullRule nulls) {
    /// How a quote inside a quoted field is written.
    public enum Escape {
        /// Twice: RFC 4180.
        DOUBLED,
        /// After a backslash; a backslash itself is doubled; a backslash before any other byte
        /// stands for itself.
        BACKSLASH
    }

    /// How NULL is written.
    public enum NullRule {
        /// Nothing between delimiters is NULL, two quotes are the empty string: what `FORCE_QUOTE
        /// *` writes.
        UNQUOTED_EMPTY,
        /// The writer did not tell NULL from the empty string: NULL where the column allows it,
        /// else the empty string.
        AMBIGUOUS_EMPTY
    }

    public Dialect {
        if (delimiter == quote || !isUsable(delimiter) || !isUsable(quote)) {
            throw LodeException.usage(
                    "csv: delimiter and quote must be two different ASCII characters, neither line"
                            + " ends nor backslashes");
        }
    }

    private static boolean isUsable(byte value) {
        return value > 0 && value != '\n' && value != '\r' && value != '\\';
    }

    /// RFC 4180 with a header, as `COPY ... (FORMAT csv, HEADER, FORCE_QUOTE *)` writes it.
    public static Dialect rfc4180() {
        return new Dialect((byte) ',', (byte) '"', Escape.DOUBLED, true, NullRule.UNQUOTED_EMPTY);
    }

    @Override
    public String toString() {
        return "quote "
                + (char) quote
                + ", "
                + (escape == Escape.DOUBLED ? "doubled" : "backslash")
                + " escape";
    }
}
