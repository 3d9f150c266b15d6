package dev.lode.core.pack.intake;

import dev.lode.core.LodeException;

import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/// The time that stands in the names of files, in UTC: `wazedata_{yyyy_MM_dd_HH_mm_ss}`. What
/// follows in a name does not matter; parts of a day that a pattern leaves out are zero.
///
/// @param text as it was written
/// @param before what names begin with
/// @param format of the time, in the letters of `java.time.format.DateTimeFormatter`
public record NameTime(String text, String before, DateTimeFormatter format) {
    /// @throws LodeException of kind USAGE when it is no such pattern
    public static NameTime parse(String text) {
        int from = text.indexOf('{');
        int to = text.indexOf('}');
        if (from < 0 || to < from) {
            throw LodeException.usage(
                    "\""
                            + text
                            + "\" holds no time: expected a pattern such as"
                            + " data_{yyyy_MM_dd_HH_mm_ss}");
        }
        try {
            var format =
                    new DateTimeFormatterBuilder()
                            .appendPattern(text.substring(from + 1, to))
                            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
                            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
                            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
                            .toFormatter(Locale.ROOT);
            return new NameTime(text, text.substring(0, from), format);
        } catch (IllegalArgumentException e) {
            throw LodeException.usage(
                    "\"" + text + "\" is no pattern of a time: " + e.getMessage());
        }
    }

    /// The time in a name; empty where there is none.
    public Optional<Instant> of(String name) {
        if (!name.startsWith(before)) {
            return Optional.empty();
        }
        try {
            var time = format.parse(name, new ParsePosition(before.length()));
            return Optional.of(LocalDateTime.from(time).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /// How a name of that time begins.
    public String begin(Instant time) {
        return before + format.format(time.atOffset(ZoneOffset.UTC));
    }
}
