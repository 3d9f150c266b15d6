package dev.lode.engine.plan;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/// The pattern by which a pack's files are named, such as `{item}-{date}.csv.bz2`. The date is
/// `YYYY-MM-DD`; since an item's name may hold the same characters as the rest, the date is what
/// pins it.
///
/// A file that was decompressed by hand (`courts-2026-06-30.csv` for `courts-2026-06-30.csv.bz2`)
/// is the same item.
public final class NamePattern {
    /// What a name stands for.
    ///
    /// @param exact whether the name is the pattern's own, not a decompressed form of it
    public record Named(String item, LocalDate date, boolean exact) {}

    private static final Pattern PACKED = Pattern.compile("\\.(bz2|gz|zst)$");

    private final String text;
    private final Pattern exact;
    private final Pattern unpacked;

    /// @param text holds `{item}` and `{date}` once each
    public NamePattern(String text) {
        this.text = text;
        this.exact = compile(text);
        this.unpacked = compile(PACKED.matcher(text).replaceFirst(""));
    }

    /// What the last part of a key stands for; empty when it is not named by the pattern or the
    /// date does not exist.
    public Optional<Named> read(String name) {
        return read(exact, name, true).or(() -> read(unpacked, name, false));
    }

    /// The name of an item of a date.
    public String name(String item, LocalDate date) {
        return text.replace("{item}", item).replace("{date}", date.toString());
    }

    private static Optional<Named> read(Pattern pattern, String name, boolean exact) {
        var match = pattern.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Named(match.group("item"), LocalDate.parse(match.group("date")), exact));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Pattern compile(String text) {
        var parts = text.split("(?=\\{item\\}|\\{date\\})|(?<=\\{item\\}|\\{date\\})", -1);
        var regex = new StringBuilder();
        for (var part : parts) {
            regex.append(
                    switch (part) {
                        case "{item}" -> "(?<item>[^/]+)";
                        case "{date}" -> "(?<date>\\d{4}-\\d{2}-\\d{2})";
                        default -> Pattern.quote(part);
                    });
        }
        return Pattern.compile(regex.toString());
    }
}
