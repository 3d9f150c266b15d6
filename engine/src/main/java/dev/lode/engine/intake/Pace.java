package dev.lode.engine.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How fast files go, by the last minute. Thread safe.
final class Pace {
    private static final long WINDOW = Duration.ofSeconds(60).toNanos();
    private static final long APART = Duration.ofSeconds(2).toNanos();

    private final Deque<Mark> marks = new ArrayDeque<>();

    private record Mark(long at, long files) {}

    /// @param now in nanoseconds, as `System.nanoTime` has it
    Pace(long now) {
        marks.add(new Mark(now, 0));
    }

    /// Files a second, with one decimal.
    ///
    /// @param files since the beginning
    synchronized double perSecond(long now, long files) {
        while (marks.size() > 1 && now - marks.getFirst().at() > WINDOW) {
            marks.removeFirst();
        }
        var first = marks.getFirst();
        double seconds = Math.max(1, now - first.at()) / 1e9;
        if (now - marks.getLast().at() >= APART) {
            marks.addLast(new Mark(now, files));
        }
        return Math.round((files - first.files()) / Math.max(0.001, seconds) * 10) / 10.0;
    }
}
