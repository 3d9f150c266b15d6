package dev.lode.postgres.intake;

import java.util.Locale;

/// How urgent a file is.
public enum Lane {
    /// It has just been made: nothing may delay it.
    LIVE,
    /// It is old: it may wait for live ones.
    BACKLOAD;

    /// As the ledger has it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Lane of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
