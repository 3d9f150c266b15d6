package dev.lode.engine.load;

import dev.lode.postgres.vanish.VanishedReport;

import java.util.ArrayList;
import java.util.List;

/// What a snapshot did to what was there before it.
///
/// @param vanished one report for each table that was looked at
/// @param failures what a limit stopped; the run ends with exit code 1
/// @param remarks what a person should know; the run ends with exit code 5
public record NextSnapshotReport(
        List<VanishedReport> vanished, List<String> failures, List<String> remarks) {
    /// Nothing to tell.
    public static final NextSnapshotReport NONE =
            new NextSnapshotReport(List.of(), List.of(), List.of());

    public NextSnapshotReport {
        vanished = List.copyOf(vanished);
        failures = List.copyOf(failures);
        remarks = List.copyOf(remarks);
    }

    /// Both.
    public NextSnapshotReport plus(NextSnapshotReport other) {
        return new NextSnapshotReport(
                joined(vanished, other.vanished),
                joined(failures, other.failures),
                joined(remarks, other.remarks));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
