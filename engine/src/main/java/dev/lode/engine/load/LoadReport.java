package dev.lode.engine.load;

import dev.lode.core.Count;
import dev.lode.core.ErrorKind;
import dev.lode.core.RowCounts;
import dev.lode.engine.verify.VerifyReport;
import dev.lode.postgres.schema.LateReport;
import dev.lode.postgres.suspend.RestoreReport;
import dev.lode.postgres.suspend.Restored;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a run did.
///
/// @param state completed, partial or failed
/// @param keys indexes and foreign keys that were made, or could not be
/// @param restored what was suspended and given back
/// @param next what became of rows that the snapshot does not have, and of tables that it replaced
public record LoadReport(
        long run,
        String dataset,
        LocalDate snapshot,
        String state,
        List<ItemReport> items,
        List<LateReport> keys,
        RestoreReport restored,
        VerifyReport verified,
        NextSnapshotReport next,
        Duration took) {
    /// Exit code of a run that is done, but with rejects within the limit or keys left NOT VALID.
    public static final int DONE_WITH_REMARKS = 5;

    public LoadReport {
        items = List.copyOf(items);
        keys = List.copyOf(keys);
    }

    /// The sum over the items that were loaded in this run.
    public RowCounts counts() {
        return items.stream()
                .filter(item -> item.state() == ItemReport.State.LOADED)
                .map(ItemReport::counts)
                .reduce(RowCounts.ZERO, RowCounts::plus);
    }

    /// Why it is not completed, in one line; empty when it is.
    public Optional<String> trouble() {
        var failed =
                items.stream()
                        .filter(item -> item.state() == ItemReport.State.FAILED)
                        .map(ItemReport::message)
                        .toList();
        if (!failed.isEmpty()) {
            return Optional.of(
                    failed.size()
                            + " of "
                            + Count.of(items.size(), "item")
                            + " failed; the first: "
                            + failed.getFirst());
        }
        var failures =
                Stream.concat(verified.failures().stream(), next.failures().stream()).findFirst();
        if (failures.isPresent()) {
            return failures;
        }
        return givenBack() ? Optional.empty() : restored.remarks().stream().findFirst();
    }

    /// Whether what was suspended is there again, and holds where the pack demands it.
    public boolean givenBack() {
        return !restored.any(Restored.Outcome.FAILED) && !restored.any(Restored.Outcome.ORPHANS);
    }

    /// 0, the code of the worst failure, or [#DONE_WITH_REMARKS].
    public int exitCode() {
        var failure =
                items.stream()
                        .map(ItemReport::failure)
                        .flatMap(Optional::stream)
                        .mapToInt(ErrorKind::exitCode)
                        .max();
        if (failure.isPresent()) {
            return failure.getAsInt();
        }
        if (!verified.sound() || !next.failures().isEmpty()) {
            return ErrorKind.DATA.exitCode();
        }
        boolean keysMissing =
                keys.stream().anyMatch(key -> key.outcome() == LateReport.Outcome.FAILED);
        if (keysMissing) {
            return ErrorKind.DATA.exitCode();
        }
        if (restored.any(Restored.Outcome.ORPHANS)) {
            return ErrorKind.DATA.exitCode();
        }
        if (restored.any(Restored.Outcome.FAILED)) {
            return ErrorKind.RESOURCE.exitCode();
        }
        boolean remarks =
                items.stream().anyMatch(item -> item.counts().rejected() > 0)
                        || verified.remarked()
                        || !next.remarks().isEmpty()
                        || !restored.remarks().isEmpty();
        return remarks ? DONE_WITH_REMARKS : 0;
    }
}
