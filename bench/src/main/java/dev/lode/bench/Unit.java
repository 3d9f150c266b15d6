package dev.lode.bench;

import java.util.Locale;

/// What a benchmark's value is counted in, and how it is written.
public enum Unit {
    /// Lode's time by the other's.
    RATIO("%.2f"),
    /// Time alone, where there is no other.
    SECONDS("%.2fs"),
    /// Memory.
    MEBIBYTES("%.0fMiB"),
    /// Time for one of many files.
    MILLIS_A_FILE("%.1fms"),
    /// CPU time for one byte: 12.5 are 80 MB/s.
    NANOS_A_BYTE("%.1fns");

    private final String format;

    Unit(String format) {
        this.format = format;
    }

    /// The value with its unit, in the same digits everywhere.
    public String text(double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
