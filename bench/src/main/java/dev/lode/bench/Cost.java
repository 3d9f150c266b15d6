package dev.lode.bench;

import java.util.Locale;

/// What a command took.
///
/// @param wall seconds from start to exit
/// @param cpu CPU seconds of it and its children
public record Cost(double wall, double cpu) {
    public String text() {
        return String.format(Locale.ROOT, "%.2f s, %.2f CPU s", wall, cpu);
    }
}
