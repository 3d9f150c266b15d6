package dev.lode.core.pack;

import java.time.LocalDate;
import java.util.Optional;

/// How the CSV files of a range of snapshot dates are spelled.
///
/// @param until the last snapshot date it holds for; empty for the dialect of today
/// @param escape the quote itself (doubled quotes) or a backslash
public record DialectSpec(
        Optional<LocalDate> until,
        char delimiter,
        char quote,
        char escape,
        boolean header,
        NullSpelling nulls) {
    /// How NULL is written.
    public enum NullSpelling {
        /// Nothing between delimiters is NULL, two quotes are the empty string.
        UNQUOTED_EMPTY,
        /// NULL and the empty string look alike: NULL where the column allows it.
        AMBIGUOUS_EMPTY
    }

    public String describe() {
        return "quote " + quote + (escape == quote ? ", doubled escape" : ", escape " + escape);
    }
}
