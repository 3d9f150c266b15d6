package dev.lode.engine.fetch;

import dev.lode.core.LodeException;
import dev.lode.source.Item;
import dev.lode.store.ManifestEntry;
import dev.lode.store.SnapshotId;

import java.util.List;

/// What a fetch did, one outcome for each item asked for, in their order.
public record FetchReport(SnapshotId snapshot, List<Outcome> outcomes) {
    public FetchReport {
        outcomes = List.copyOf(outcomes);
    }

    /// What became of one item.
    public sealed interface Outcome {}

    /// It is whole in the snapshot now.
    ///
    /// @param transferred bytes that came from the source for it, also those of attempts that were
    ///   given up
    public record Fetched(ManifestEntry entry, long transferred) implements Outcome {}

    /// It was there already.
    public record Present(ManifestEntry entry) implements Outcome {}

    /// It is not there; what was finished of it is kept for the next time.
    public record Failed(Item item, LodeException error) implements Outcome {}

    /// What is in the snapshot of the items asked for.
    public List<ManifestEntry> entries() {
        return outcomes.stream()
                .<ManifestEntry>mapMulti(
                        (outcome, to) -> {
                            switch (outcome) {
                                case Fetched(var entry, _) -> to.accept(entry);
                                case Present(var entry) -> to.accept(entry);
                                case Failed _ -> {}
                            }
                        })
                .toList();
    }

    public List<Failed> failures() {
        return outcomes.stream().filter(Failed.class::isInstance).map(Failed.class::cast).toList();
    }

    /// Bytes that came from the source.
    public long transferred() {
        return outcomes.stream()
                .mapToLong(outcome -> outcome instanceof Fetched(_, long bytes) ? bytes : 0)
                .sum();
    }

    /// This report, when nothing failed.
    ///
    /// @throws LodeException the first failure, with the count of them
    public FetchReport orThrow() {
        var failures = failures();
        if (failures.isEmpty()) {
            return this;
        }
        throw failures.getFirst()
                .error()
                .at(
                        "fetch of "
                                + snapshot
                                + ": "
                                + failures.size()
                                + " of "
                                + outcomes.size()
                                + " items are not there");
    }
}
