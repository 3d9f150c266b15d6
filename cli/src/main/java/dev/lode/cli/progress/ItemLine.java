package dev.lode.cli.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// The state of one item in flight, and the rate of its last seconds. Not thread safe.
final class ItemLine {
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private record Mark(long nanos, long done, long moved) {}

    final String name;
    final long size;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long done;
    private long records;
    private long rejects;
    private boolean fetching;

    ItemLine(String name, long size, boolean fetching) {
        this.name = name;
        this.size = size;
        this.fetching = fetching;
    }

    /// @param done stored bytes used up
    /// @param moved bytes that went through: transferred ones, or decoded ones
    void advance(long nanos, long done, long moved, long records, long rejects) {
        this.done = done;
        this.records = records;
        this.rejects = rejects;
        marks.addLast(new Mark(nanos, done, moved));
        while (marks.size() > 2 && nanos - marks.getFirst().nanos > WINDOW_NANOS) {
            marks.removeFirst();
        }
    }

    long done() {
        return done;
    }

    /// Moved bytes per second over the window, 0 before there is one.
    double rate() {
        if (marks.size() < 2) {
            return 0;
        }
        double seconds = (marks.getLast().nanos - marks.getFirst().nanos) / 1e9;
        return seconds <= 0 ? 0 : (marks.getLast().moved - marks.getFirst().moved) / seconds;
    }

    /// Stored bytes per second over the window.
    double storedRate() {
        if (marks.size() < 2) {
            return 0;
        }
        double seconds = (marks.getLast().nanos - marks.getFirst().nanos) / 1e9;
        return seconds <= 0 ? 0 : (marks.getLast().done - marks.getFirst().done) / seconds;
    }

    /// `opinions 48.2 % 1,204,551 records 61.0 MB/s 3 min left 2 rejects`, cut at `width`.
    String show(int width) {
        var text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                "%-34s %5.1f %%",
                                name,
                                size == 0 ? 100.0 : Math.min(100.0, 100.0 * done / size)));
        if (fetching) {
            text.append("  ").append(Words.size(done)).append(" fetched");
        } else {
            text.append("  ").append(Words.count(records)).append(" records");
        }
        if (rate() > 0) {
            text.append("  ").append(Words.rate(rate()));
        }
        if (storedRate() > 0 && done < size) {
            text.append("  ")
                    .append(
                            Words.time(
                                    Duration.ofSeconds(Math.round((size - done) / storedRate()))))
                    .append(" left");
        }
        if (rejects > 0) {
            text.append("  ")
                    .append(Words.count(rejects))
                    .append(rejects == 1 ? " reject" : " rejects");
        }
        return text.length() > width ? text.substring(0, width) : text.toString();
    }
}
