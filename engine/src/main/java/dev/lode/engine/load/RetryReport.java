package dev.lode.engine.load;

import java.util.List;

/// What came of loading rejects again.
///
/// @param run its number in the ledger
/// @param lines one for each item
/// @param remarks what a person should know of the tables
public record RetryReport(long run, List<Line> lines, List<String> remarks) {
    /// One item.
    ///
    /// @param tried rejects that were loaded again
    /// @param loaded those that are rejects no more
    /// @param left those that still are, the ones that were not tried among them
    /// @param note why some were not tried; else empty
    public record Line(
            String item, String table, long tried, long loaded, long left, String note) {}

    public RetryReport {
        lines = List.copyOf(lines);
        remarks = List.copyOf(remarks);
    }

    public long loaded() {
        return lines.stream().mapToLong(Line::loaded).sum();
    }

    public long left() {
        return lines.stream().mapToLong(Line::left).sum();
    }

    /// 0 when none is left, else 5.
    public int exitCode() {
        return left() == 0 && remarks.isEmpty() ? 0 : LoadReport.DONE_WITH_REMARKS;
    }
}
