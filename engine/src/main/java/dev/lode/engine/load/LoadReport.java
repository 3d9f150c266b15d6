package dev.lode.engine.load;

import dev.lode.core.RowCounts;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/// What a run did.
///
/// @param state completed, partial or failed
public record LoadReport(
        long run, String dataset, LocalDate snapshot, String state, List<ItemReport> items, Duration took) {
    public LoadReport {
        items = List.copyOf(items);
    }

    /// The sum over the items that were loaded in this run.
    public RowCounts counts() {
        return items.stream()
                .filter(item -> item.state() == ItemReport.State.LOADED)
                .map(ItemReport::counts)
                .reduce(RowCounts.ZERO, RowCounts::plus);
    }
}
