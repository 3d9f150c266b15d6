package dev.lode.cli.progress;

import dev.lode.core.ByteSize;
import dev.lode.core.RowCounts;
import dev.lode.core.event.RunEvent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Numbers as people read them.
public final class Words {
    private Words() {}

    /// `1,204,551`.
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// `12.3 MB/s` in decimal megabytes, as peers and disks count.
    public static String rate(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.1f MB/s", bytesPerSecond / 1e6);
    }

    /// `4.2 s`, `3 min 20 s`, `5 h 10 min`.
    public static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    public static String size(long bytes) {
        return ByteSize.of(bytes).toString();
    }

    /// `1,000 inserted, 3 updated, 2 rejected`: what is not zero, or `no records`.
    public static String counts(RowCounts counts) {
        var parts = new ArrayList<String>();
        add(parts, counts.inserted(), "inserted");
        add(parts, counts.updated(), "updated");
        add(parts, counts.unchanged(), "unchanged");
        add(parts, counts.superseded(), "superseded");
        add(parts, counts.duplicate(), "duplicate");
        add(parts, counts.filtered(), "filtered");
        add(parts, counts.rejected(), "rejected");
        return parts.isEmpty() ? "no records" : String.join(", ", parts);
    }

    /// How far a watch is: done, failed, duplicate, left, files a second, time left.
    static String intake(RunEvent.IntakeProgress progress) {
        long left = progress.live() + progress.left();
        return progress.dataset()
                + ": "
                + count(progress.loaded())
                + " files loaded, "
                + count(progress.duplicates())
                + " duplicate, "
                + count(progress.failed())
                + " failed, "
                + count(left)
                + " left, "
                + progress.filesPerSecond()
                + " files/s"
                + (left > 0 && progress.filesPerSecond() > 0
                        ? ", "
                                + time(
                                        Duration.ofSeconds(
                                                Math.round(left / progress.filesPerSecond())))
                                + " left"
                        : "");
    }

    private static void add(List<String> parts, long number, String word) {
        if (number > 0) {
            parts.add(count(number) + " " + word);
        }
    }
}
