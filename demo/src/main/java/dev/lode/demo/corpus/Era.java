package dev.lode.demo.corpus;

import java.time.LocalDate;

/// How the files of a range of snapshot dates are spelled. Source: the export script's history.
public enum Era {
    /// Until 2023-07-06: quotes only where needed and doubled; NULL and the empty string look
    /// alike.
    MINIMAL_QUOTES(LocalDate.of(2023, 7, 6), '"', '"'),
    /// Until 2024-08-30: every value quoted, quotes doubled.
    DOUBLED_QUOTES(LocalDate.of(2024, 8, 30), '"', '"'),
    /// Until 2025-01-23: every value between backticks, backticks doubled.
    BACKTICK(LocalDate.of(2025, 1, 23), '`', '`'),
    /// Since 2025-01-24: every value quoted; a backslash before quotes and backslashes.
    BACKSLASH(LocalDate.MAX, '"', '\\');

    private final LocalDate until;
    private final char quote;
    private final char escape;

    Era(LocalDate until, char quote, char escape) {
        this.until = until;
        this.quote = quote;
        this.escape = escape;
    }

    /// The era of a snapshot.
    public static Era of(LocalDate snapshot) {
        for (var era : values()) {
            if (!snapshot.isAfter(era.until)) {
                return era;
            }
        }
        return BACKSLASH;
    }

    /// The last snapshot date of the era; [LocalDate#MAX] for the one of today.
    public LocalDate until() {
        return until;
    }

    public char quote() {
        return quote;
    }

    public char escape() {
        return escape;
    }

    /// Whether every value that is not NULL stands in quotes.
    public boolean quotesAll() {
        return this != MINIMAL_QUOTES;
    }
}
