package dev.lode.publish;

import dev.lode.core.LodeException;

import java.time.Duration;

/// What is kept of older generations. A generation goes when it is neither among the newest nor was
/// it the latest within a time that has to be longer than the longest download.
///
/// @param generations kept in any case, the latest included
/// @param grace how long a generation stays after another took its place
/// @param feeds change feeds kept, so that a mirror may be so many generations behind
public record Retention(int generations, Duration grace, int feeds) {
    /// Two generations, two days, 90 feeds.
    public static final Retention DEFAULT = new Retention(2, Duration.ofDays(2), 90);

    public Retention {
        if (generations < 1 || grace.isNegative() || feeds < 1) {
            throw LodeException.usage(
                    "retention: "
                            + generations
                            + " generations, "
                            + grace
                            + ", "
                            + feeds
                            + " change feeds; expected at least 1 generation and 1 feed, and no"
                            + " negative time");
        }
    }
}
