package dev.lode.postgres.suspend;

import dev.lode.core.LodeException;
import dev.lode.core.Parallel;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Orphans;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.Sql;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.KeyCheck;
import dev.lode.postgres.schema.Step;
import dev.lode.postgres.suspend.Restored.Outcome;
import dev.lode.postgres.verify.VerifyQueries;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives back what the journal holds, in small transactions each of which compares the journal with
/// the catalog first; so it may be stopped anywhere and begun again:
/// 1. triggers, while nobody else can write;
/// 2. indexes, the largest first, several at a time;
/// 3. orphans that are to be rejects move while no key stands in their way;
/// 4. foreign keys NOT VALID, one after another: from here on they guard new rows;
/// 5. the fences come down;
/// 6. statistics are collected, and which pages are visible to everybody: both tell the server how
///    best to check keys;
/// 7. keys are validated, those of one table one after another, several tables at a time;
/// 8. autovacuum goes on.
final class Restorer {
    private final Connections connections;
    private final String application;
    private final ApplySettings settings;
    private final RestoreSettings how;
    private final TransactionGuard guard;
    private final RunListener listener;
    private final Endurance endurance;
    private final Set<Connection> open =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /// @param application name of the connections
    Restorer(
            Connections connections,
            String application,
            ApplySettings settings,
            RestoreSettings how,
            TransactionGuard guard,
            RunListener listener,
            Endurance endurance) {
        this.connections = connections;
        this.application = application;
        this.settings = settings;
        this.how = how;
        this.guard = guard;
        this.listener = listener;
        this.endurance = endurance;
    }

    RestoreReport restore(Collection<JournalEntry> entries)
            throws SQLException, InterruptedException {
        if (entries.isEmpty()) {
            return RestoreReport.NOTHING;
        }
        listener.on(new RunEvent.StageStarted("restore"));
        var results = new LinkedHashMap<Long, Restored>();
        each(of(entries, SuspendKind.TRIGGER), results, ObjectRestore::trigger);
        var sizes = endurance.through("looking at sizes", () -> tableSizes(entries));
        var indexes = of(entries, SuspendKind.INDEX).stream().sorted(largestFirst(sizes)).toList();
        together(byWriters(indexes), results, ObjectRestore::index);
        var keys = of(entries, SuspendKind.FOREIGN_KEY);
        // Rows that they refer to may be missing only because they come later.
        var due =
                keys.stream()
                        .filter(key -> key.shown().other().filter(how.later()::contains).isEmpty())
                        .toList();
        var corrected = new HashMap<Long, RowCounts>();
        endurance.through("moving rows without a reference", () -> reject(due, corrected));
        each(
                keys.stream().filter(key -> !key.shown().notValid()).toList(),
                results,
                ObjectRestore::addKey);
        each(of(entries, SuspendKind.FENCE), results, ObjectRestore::fence);
        var unchecked =
                due.stream()
                        .filter(JournalEntry::validates)
                        .filter(key -> isBack(key, results))
                        .toList();
        endurance.through("collecting statistics", () -> lookAgain(entries, unchecked, results));
        if (!unchecked.isEmpty()) {
            listener.on(new RunEvent.StageStarted("validate"));
            together(
                    byTable(unchecked.stream().sorted(largestFirst(sizes)).toList()),
                    results,
                    ObjectRestore::validate);
        }
        each(of(entries, SuspendKind.AUTOVACUUM), results, ObjectRestore::autovacuum);
        return new RestoreReport(List.copyOf(results.values()), corrected);
    }

    private static boolean isBack(JournalEntry key, Map<Long, Restored> results) {
        var result = Optional.ofNullable(results.get(key.id()));
        return result.isEmpty() || result.get().outcome() == Outcome.NOT_VALID;
    }

    private static List<JournalEntry> of(Collection<JournalEntry> entries, SuspendKind kind) {
        return entries.stream().filter(entry -> entry.kind() == kind).toList();
    }

    /// One index at a time where others write the table: CREATE INDEX CONCURRENTLY waits for its
    /// own kind.
    private List<List<JournalEntry>> byWriters(List<JournalEntry> indexes) {
        var chains = new ArrayList<List<JournalEntry>>();
        var concurrently = new ArrayList<JournalEntry>();
        for (var index : indexes) {
            if (index.liveWriters() || how.othersWrite()) {
                concurrently.add(index);
            } else {
                chains.add(List.of(index));
            }
        }
        if (!concurrently.isEmpty()) {
            chains.addFirst(concurrently);
        }
        return chains;
    }

    private static List<List<JournalEntry>> byTable(List<JournalEntry> keys) {
        var chains = new LinkedHashMap<Long, List<JournalEntry>>();
        keys.forEach(
                key -> chains.computeIfAbsent(key.tableOid(), _ -> new ArrayList<>()).add(key));
        return List.copyOf(chains.values());
    }

    /// What takes longest begins first, so that nothing long is left for one worker at the end. An
    /// index was as large as the table was when it went, which may have been empty.
    private static Comparator<JournalEntry> largestFirst(Map<Long, Long> sizes) {
        return Comparator.comparingLong(
                        (JournalEntry entry) -> -sizes.getOrDefault(entry.tableOid(), 0L))
                .thenComparingLong(entry -> -entry.shown().bytes());
    }

    /// In bytes, by table.
    private Map<Long, Long> tableSizes(Collection<JournalEntry> entries)
            throws SQLException, InterruptedException {
        var tables = entries.stream().map(JournalEntry::tableOid).distinct().toArray();
        return connected(
                connection ->
                        Sql.list(
                                        connection,
                                        "SELECT oid::bigint, pg_relation_size(oid) FROM"
                                                + " pg_catalog.pg_class WHERE oid = ANY"
                                                + " (?::bigint[]::oid[])",
                                        row -> Map.entry(row.getLong(1), row.getLong(2)),
                                        connection.createArrayOf("bigint", tables))
                                .stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private interface Way {
        Result restore(ObjectRestore object) throws SQLException, InterruptedException;
    }

    /// @param outcome and what to say of it
    record Result(Outcome outcome, String sentence) {}

    private void each(List<JournalEntry> entries, Map<Long, Restored> results, Way way)
            throws SQLException, InterruptedException {
        together(entries.isEmpty() ? List.of() : List.of(entries), results, way);
    }

    private void together(List<List<JournalEntry>> chains, Map<Long, Restored> results, Way way)
            throws SQLException, InterruptedException {
        var shared = settings.sharedBy(Math.min(how.workers(), chains.size()));
        var work =
                chains.stream()
                        .map(
                                chain ->
                                        chain.stream()
                                                .<Parallel.Work<Restored, SQLException>>map(
                                                        entry -> () -> one(entry, shared, way))
                                                .toList())
                        .toList();
        for (var restored : parallel("restoring").run(work)) {
            results.put(restored.what().id(), restored);
        }
    }

    private Restored one(JournalEntry entry, ApplySettings settings, Way way)
            throws SQLException, InterruptedException {
        long started = System.nanoTime();
        var result =
                endurance.through(
                        entry.table() + ": giving back " + entry.shown().name(),
                        () -> attempt(entry, settings, way));
        var restored =
                new Restored(
                        entry.shown(),
                        result.outcome(),
                        result.sentence(),
                        Duration.ofNanos(System.nanoTime() - started));
        listener.on(
                new RunEvent.KeyBuilt(
                        entry.shown().name(),
                        entry.table().toString(),
                        restored.sentence(),
                        restored.took()));
        return restored;
    }

    private Result attempt(JournalEntry entry, ApplySettings settings, Way way)
            throws SQLException, InterruptedException {
        return connected(
                connection -> {
                    var step = new Step(connection, "pg_catalog", settings);
                    var object = new ObjectRestore(step, entry, guard, how);
                    try {
                        return way.restore(object);
                    } catch (SQLException e) {
                        if (Step.endsEverything(e)) {
                            throw e;
                        }
                        return object.failed(e);
                    } catch (LodeException e) {
                        // A lock that did not come: others may fare better.
                        return object.failed(e);
                    }
                });
    }

    /// Where a run is to stop, so is what runs for it.
    private void abort() {
        for (var connection : Set.copyOf(open)) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // A connection that cannot even be closed is gone: that is all we wanted.
            }
        }
    }

    /// Until no key finds any more: a row that leaves may leave others behind that referred to it.
    private boolean reject(List<JournalEntry> keys, Map<Long, RowCounts> corrected)
            throws SQLException {
        var rejecting =
                keys.stream()
                        .filter(key -> how.orphans(key.table()) == Orphans.REJECT)
                        .filter(JournalEntry::validates)
                        .filter(key -> !key.shown().notValid() || key.shown().message().isEmpty())
                        .toList();
        if (rejecting.isEmpty()) {
            return false;
        }
        try (var connection = connections.open(application)) {
            var orphans = new OrphanRejects(connection, guard, how.rejectBytes());
            boolean found = true;
            while (found) {
                found = false;
                for (var key : rejecting) {
                    var counts = orphans.reject(key);
                    counts.ifPresent(some -> corrected.put(some.item(), some.counts()));
                    found |= counts.isPresent();
                }
            }
        }
        return true;
    }

    /// Statistics of expressions go with their index; and tables of which the server knows neither
    /// how their rows look nor which of them everybody sees make the checks of keys slow.
    private int lookAgain(
            Collection<JournalEntry> entries,
            Collection<JournalEntry> unchecked,
            Map<Long, Restored> results)
            throws SQLException, InterruptedException {
        var analyzed = new LinkedHashSet<TableName>();
        for (var entry : entries) {
            var result = results.get(entry.id());
            if (entry.kind() == SuspendKind.INDEX
                    && result != null
                    && result.outcome() == Outcome.DONE) {
                analyzed.add(entry.table());
            }
        }
        var keyed = unchecked.stream().map(JournalEntry::table).distinct().toList();
        var unseen =
                keyed.isEmpty()
                        ? List.<TableName>of()
                        : connected(connection -> KeyCheck.unseen(connection, keyed));
        var tables = new LinkedHashSet<>(unseen);
        tables.addAll(analyzed);
        var work = new ArrayList<List<Parallel.Work<Integer, SQLException>>>();
        for (var table : tables) {
            work.add(
                    List.of(
                            () ->
                                    connected(
                                            connection -> {
                                                if (unseen.contains(table)) {
                                                    KeyCheck.see(connection, table);
                                                }
                                                if (analyzed.contains(table)) {
                                                    VerifyQueries.analyze(connection, table);
                                                }
                                                return 1;
                                            })));
        }
        return parallel("collecting statistics").run(work).size();
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException, InterruptedException;
    }

    private <T> T connected(Work<T> work) throws SQLException, InterruptedException {
        try (var connection = connections.open(application)) {
            open.add(connection);
            try {
                return work.on(connection);
            } finally {
                open.remove(connection);
            }
        }
    }

    private Parallel<SQLException> parallel(String doing) {
        return new Parallel<>(doing, how.workers(), SQLException.class, this::abort);
    }
}
