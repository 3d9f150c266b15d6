package dev.lode.engine.intake;

import dev.lode.core.LodeException;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/// Hours of the day, such as 22:00 to 06:00.
///
/// @param from first moment inside
/// @param to first moment outside; before `from` where midnight lies inside
public record Window(LocalTime from, LocalTime to, ZoneId zone) {
    /// @param text `22:00-06:00`
    public static Window parse(String text, ZoneId zone) {
        var parts = text.split("-", -1);
        if (parts.length == 2) {
            try {
                return new Window(
                        LocalTime.parse(parts[0].strip()), LocalTime.parse(parts[1].strip()), zone);
            } catch (DateTimeException _) {
                throw wrong(text);
            }
        }
        throw wrong(text);
    }

    private static LodeException wrong(String text) {
        return LodeException.usage(
                "time window \"" + text + "\": expected two times of day such as 22:00-06:00");
    }

    public boolean holds(Instant now) {
        var time = now.atZone(zone).toLocalTime();
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }
}
