package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.ledger.RejectedItem;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.load.Retried;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.load.Target;
import dev.lode.postgres.preflight.Finding;
import dev.lode.postgres.preflight.Preflight;
import dev.lode.postgres.schema.LateReport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Loads rejects again, after the pack, the table or the records themselves were corrected. What
/// gets its row counts as if it had been loaded with its item; what does not stays a reject with
/// the new reason.
///
/// Records of an item that another one was applied over since are left alone: an older state must
/// not come back.
public final class RejectRetry {
    private final Pack pack;
    private final TargetDatabase database;
    private final LoadSettings settings;
    private final RunOrigin origin;
    private final RunListener listener;

    public RejectRetry(
            Pack pack,
            TargetDatabase database,
            LoadSettings settings,
            RunOrigin origin,
            RunListener listener) {
        this.pack = pack;
        this.database = database;
        this.settings = settings;
        this.origin = origin;
        this.listener = listener;
    }

    /// Loads open rejects as they are.
    ///
    /// @param filter which; its dataset and state are the pack's and `open`
    /// @param stop called when another process took the dataset over
    public RetryReport retry(RejectFilter filter, Runnable stop) throws InterruptedException {
        return run(
                stop,
                filter,
                (session, item, target, dialectOf) ->
                        session.rejects()
                                .retry(
                                        item.item(),
                                        target,
                                        dialectOf,
                                        item.header().size(),
                                        settings.limits(),
                                        filter));
    }

    /// Loads open rejects as a person corrected them.
    ///
    /// @param stop called when another process took the dataset over
    public RetryReport retry(CorrectedRecords corrected, Runnable stop)
            throws InterruptedException {
        return run(
                stop,
                open(pack),
                (session, item, target, dialectOf) ->
                        session.rejects()
                                .retryCorrected(
                                        item.item(),
                                        target,
                                        dialectOf,
                                        item.header().size(),
                                        settings.limits(),
                                        corrected.byReject()));
    }

    /// All open rejects of a pack's dataset.
    public static RejectFilter open(Pack pack) {
        return new RejectFilter(
                Optional.of(pack.dataset()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("open"),
                Optional.empty());
    }

    private interface Attempt {
        Retried of(
                LoadSession session,
                RejectedItem item,
                Target target,
                dev.lode.format.csv.Dialect dialect);
    }

    private RetryReport run(Runnable stop, RejectFilter filter, Attempt attempt)
            throws InterruptedException {
        long started = System.nanoTime();
        database.server();
        database.migrateLedger();
        try (var session =
                database.begin(
                        pack.dataset(),
                        "retry",
                        Optional.empty(),
                        origin,
                        settings.leaseTimeout(),
                        stop)) {
            session.awaitServer(settings.limits().serverAway(), listener);
            try {
                var report = load(session, session.rejects().rejected(filter), attempt);
                session.finish("completed", null, summary(report));
                listener.on(
                        new RunEvent.RunFinished(
                                session.run(),
                                "completed",
                                dev.lode.core.RowCounts.ZERO,
                                Duration.ofNanos(System.nanoTime() - started)));
                return report;
            } catch (LodeException | InterruptedException e) {
                try {
                    session.finish(
                            e instanceof InterruptedException ? "interrupted" : "failed",
                            String.valueOf(e.getMessage()),
                            "{}");
                } catch (LodeException unfinished) {
                    // The failure itself goes to the user; the ledger shows the run as interrupted
                    // once the lease is gone.
                    e.addSuppressed(unfinished);
                }
                throw e;
            }
        }
    }

    private static String summary(RetryReport report) {
        return "{\"loaded\": " + report.loaded() + ", \"left\": " + report.left() + "}";
    }

    private RetryReport load(LoadSession session, List<RejectedItem> items, Attempt attempt)
            throws InterruptedException {
        listener.on(new RunEvent.StageStarted("retry"));
        var lines = new ArrayList<RetryReport.Line>();
        var written = new TreeSet<TableName>(java.util.Comparator.comparing(TableName::toString));
        var targets = new Targets(items);
        for (var item : items) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped between two items");
            }
            String note = targets.obstacle(item).orElse("");
            var retried = new Retried(0, dev.lode.core.RowCounts.ZERO);
            if (note.isEmpty()) {
                retried =
                        attempt.of(
                                session,
                                item,
                                targets.target(item),
                                Dialects.of(pack.dialect(item.snapshot().orElseThrow())));
                if (item.cut() > 0) {
                    note =
                            "kept in part only: "
                                    + item.cut()
                                    + "; correct the file and load it again, or raise reject-bytes"
                                    + " before the next load";
                }
            }
            if (retried.loaded() > 0) {
                written.add(item.table());
            }
            lines.add(
                    new RetryReport.Line(
                            item.item().name(),
                            item.table().toString(),
                            retried.tried(),
                            retried.loaded(),
                            item.rejects() - retried.loaded(),
                            note));
        }
        return new RetryReport(session.run(), lines, settle(session, written));
    }

    /// The keys that failed because of the rejects may hold now.
    private List<String> settle(LoadSession session, Set<TableName> written)
            throws InterruptedException {
        if (written.isEmpty()) {
            return List.of();
        }
        var during = database.during(session);
        var remarks = new ArrayList<String>();
        for (var table : during.tables(written).values()) {
            remarks.addAll(during.settle(table, true));
        }
        for (var key :
                new KeysStage(
                                during,
                                DatasetLoad.script(pack),
                                listener,
                                settings.suspend().restoreWorkers())
                        .make()) {
            if (key.outcome() != LateReport.Outcome.CREATED
                    && key.outcome() != LateReport.Outcome.EXISTS) {
                remarks.add(key.sentence());
            }
        }
        return remarks;
    }

    /// How the pack and the catalog of today turn records into rows.
    private final class Targets {
        private final Map<Long, Target> byItem = new HashMap<>();
        private final Map<Long, String> obstacles = new HashMap<>();

        Targets(List<RejectedItem> items) {
            var facts =
                    database.tables(items.stream().map(RejectedItem::table).distinct().toList());
            var referenced =
                    facts.values().stream()
                            .flatMap(table -> table.foreignKeys().stream())
                            .map(ForeignKeyFacts::referencedTable)
                            .filter(table -> !facts.containsKey(table))
                            .collect(Collectors.toSet());
            var preflight = new Preflight(facts, database.tables(referenced));
            for (var item : items) {
                var spec =
                        pack.tables().stream()
                                .filter(table -> table.table().equals(item.table().name()))
                                .findFirst();
                var table = Optional.ofNullable(facts.get(item.table()));
                if (spec.isEmpty()) {
                    obstacles.put(item.item().id(), "the pack has no such table any more");
                } else if (table.isEmpty() || table.get().oid() != item.tableOid()) {
                    obstacles.put(
                            item.item().id(),
                            "the table was dropped since; load the whole item again");
                } else if (item.mode() != LoadMode.APPEND && !item.last()) {
                    obstacles.put(
                            item.item().id(),
                            "another file was applied to the table since, which may hold newer"
                                    + " rows; lode rejects drop gives them up");
                } else if (!item.item().state().equals("done")) {
                    obstacles.put(
                            item.item().id(),
                            "the item is not loaded to its end; run its load again first");
                } else {
                    var check =
                            preflight.check(
                                    spec.get(),
                                    table.get(),
                                    item.item().name(),
                                    item.header(),
                                    Dialects.of(pack.dialect(item.snapshot().orElseThrow())));
                    check.target()
                            .ifPresentOrElse(
                                    target -> byItem.put(item.item().id(), target),
                                    () ->
                                            obstacles.put(
                                                    item.item().id(),
                                                    check.findings().stream()
                                                            .filter(
                                                                    finding ->
                                                                            finding.severity()
                                                                                    == Finding
                                                                                            .Severity
                                                                                            .ERROR)
                                                            .map(Finding::toString)
                                                            .collect(Collectors.joining("; "))));
                }
            }
        }

        Optional<String> obstacle(RejectedItem item) {
            return Optional.ofNullable(obstacles.get(item.item().id()));
        }

        Target target(RejectedItem item) {
            return java.util.Objects.requireNonNull(byItem.get(item.item().id()));
        }
    }
}
