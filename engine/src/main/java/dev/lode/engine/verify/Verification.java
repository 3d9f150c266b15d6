package dev.lode.engine.verify;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.engine.load.ItemReport;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.verify.Unfinished;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Holds the tables against what was read:
/// 1. every record is accounted for (promise 2);
/// 2. a table has a row for every record that was inserted, updated or unchanged; exactly those
///    when it was empty before;
/// 3. foreign keys that the server does not vouch for (NOT VALID) are searched for orphans, with
///    examples;
/// 4. keys without a unique index are searched for duplicates;
/// 5. sequences give free numbers, statistics are fresh.
public final class Verification {
    private static final int EXAMPLES = 5;

    /// Statistics are collected anew once one row in so many was written.
    private static final int STATISTICS_SHARE = 20;

    private final Pack pack;
    private final TargetDatabase database;
    private final int workers;

    public Verification(Pack pack, TargetDatabase database) {
        this(pack, database, 1);
    }

    /// @param workers tables verified at the same time, each on a connection of its own
    public Verification(Pack pack, TargetDatabase database, int workers) {
        this.pack = pack;
        this.database = database;
        this.workers = workers;
    }

    /// Verifies after a load.
    ///
    /// @param changed whether anything was written; if not, only what earlier runs left unfinished
    ///   is looked for
    public VerifyReport verify(List<ItemReport> items, boolean changed) {
        var reports = new HashMap<TableName, ItemReport>();
        items.forEach(item -> reports.put(new TableName(pack.schema(), bare(item.table())), item));
        var tables = database.tables(reports.keySet());
        var unfinished = unfinished(tables.values());
        var work = new ArrayList<TableWork>();
        for (var entry : reports.entrySet()) {
            var facts = tables.get(entry.getKey());
            if (facts == null) {
                continue;
            }
            var item = entry.getValue();
            boolean deep = changed && item.state() == ItemReport.State.LOADED;
            work.add(
                    work(
                            facts,
                            Optional.of(item),
                            unfinished.getOrDefault(facts.name(), List.of()),
                            deep,
                            changed));
        }
        return new VerifyReport(all(work));
    }

    /// The work for one table.
    ///
    /// @param settling sequences and statistics, where they need not wait for the count of rows
    private record TableWork(
            Callable<TableVerified> verifying, Optional<Callable<List<String>>> settling) {}

    private TableWork work(
            TableFacts facts,
            Optional<ItemReport> item,
            List<Unfinished> unfinished,
            boolean deep,
            boolean orphans) {
        // Statistics of a table that was filled from nothing are due whatever the count says.
        boolean beside = deep && (asked(item) || item.get().fresh());
        return new TableWork(
                () -> verify(facts, item, unfinished, deep, !beside, orphans),
                beside ? Optional.of(() -> database.settle(facts, true)) : Optional.empty());
    }

    /// Several at a time, by the names of their tables in the end.
    private List<TableVerified> all(List<TableWork> work) {
        try (var threads =
                Executors.newFixedThreadPool(
                        workers, Thread.ofPlatform().daemon().name("verify-", 1).factory())) {
            var verifying = new ArrayList<Future<TableVerified>>();
            var settling = new ArrayList<Optional<Future<List<String>>>>();
            for (var table : work) {
                settling.add(table.settling().map(threads::submit));
                verifying.add(threads.submit(table.verifying()));
            }
            try {
                var verified = new ArrayList<TableVerified>();
                for (int i = 0; i < work.size(); i++) {
                    var table = verifying.get(i).get();
                    var settled = settling.get(i);
                    verified.add(settled.isEmpty() ? table : table.with(settled.get().get()));
                }
                verified.sort(Comparator.comparing(TableVerified::table));
                return List.copyOf(verified);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw LodeException.resource(
                        "verification was stopped; what was loaded is in the tables; lode verify"
                                + " goes through them again",
                        e);
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof LodeException known
                        ? known
                        : LodeException.bug("a verification broke", e.getCause());
            }
        }
    }

    /// Verifies what is there, without a load before it.
    ///
    /// @param last what the ledger says of the item applied last, by table
    public VerifyReport verify(Collection<TableName> names, Map<String, RowCounts> last) {
        var tables = database.tables(names);
        var unfinished = unfinished(tables.values());
        var work = new ArrayList<TableWork>();
        for (var facts : tables.values()) {
            var item =
                    Optional.ofNullable(last.get(facts.name().name()))
                            .map(
                                    counts ->
                                            new ItemReport(
                                                    "",
                                                    facts.name().toString(),
                                                    ItemReport.State.LOADED,
                                                    0,
                                                    false,
                                                    counts,
                                                    java.time.Duration.ZERO,
                                                    Optional.empty(),
                                                    ""));
            work.add(
                    work(
                            facts,
                            item,
                            unfinished.getOrDefault(facts.name(), List.of()),
                            true,
                            true));
        }
        return new VerifyReport(all(work));
    }

    private String bare(String table) {
        return table.startsWith(pack.schema() + ".")
                ? table.substring(pack.schema().length() + 1)
                : table;
    }

    private Map<TableName, List<Unfinished>> unfinished(Collection<TableFacts> tables) {
        var byTable = new HashMap<TableName, List<Unfinished>>();
        for (var one : database.unfinished(tables)) {
            byTable.computeIfAbsent(one.table(), _ -> new ArrayList<>()).add(one);
        }
        return byTable;
    }

    private TableVerified verify(
            TableFacts facts,
            Optional<ItemReport> item,
            List<Unfinished> unfinished,
            boolean deep,
            boolean settle,
            boolean orphans) {
        var failures = new ArrayList<String>();
        var remarks = new ArrayList<String>();
        var counts = item.map(ItemReport::counts).orElse(RowCounts.ZERO);
        long expected = counts.inserted() + counts.updated() + counts.unchanged();
        long rows = expected;
        if (!counts.balanced()) {
            failures.add(
                    facts.name()
                            + ": "
                            + counts.read()
                            + " records were read, and what became of them does not add up: "
                            + counts);
        }
        if (deep) {
            rows = database.count(facts.name());
            rows(facts, item, rows, expected, failures);
            if (settle) {
                remarks.addAll(database.settle(facts, much(counts, rows)));
            }
            duplicates(facts, failures);
        }
        for (var one : unfinished) {
            if (one.kind() == Unfinished.Kind.FOREIGN_KEY_NOT_VALID && orphans) {
                remarks.add(orphans(facts, one));
            } else if (one.kind() == Unfinished.Kind.INVALID_INDEX) {
                remarks.add(
                        facts.name()
                                + ": index "
                                + one.name()
                                + " is invalid; REINDEX INDEX CONCURRENTLY makes it useful");
            } else {
                remarks.add(facts.name() + ": " + one.name() + " is NOT VALID");
            }
        }
        return new TableVerified(facts.name().toString(), rows, expected, failures, remarks);
    }

    /// As much as autovacuum waits for by default, or half of it.
    private static boolean much(RowCounts counts, long rows) {
        return counts.written() * STATISTICS_SHARE >= rows;
    }

    /// A person who asks for a verification gets fresh statistics too.
    private static boolean asked(Optional<ItemReport> item) {
        return item.isEmpty() || item.get().item() == 0;
    }

    private static void rows(
            TableFacts facts,
            Optional<ItemReport> item,
            long rows,
            long expected,
            List<String> failures) {
        boolean exact = item.map(ItemReport::fresh).orElse(false);
        // Of records with one key in several splits each counts as written once more: rows may be
        // fewer by these.
        long least = exact ? item.get().counts().inserted() : 0;
        if (exact && rows != least) {
            failures.add(
                    facts.name()
                            + ": holds "
                            + rows
                            + " rows, expected "
                            + least
                            + " from the records of its file; somebody else writes to the table, or"
                            + " this is a bug in Lode");
        } else if (!exact && rows == 0 && expected > 0) {
            failures.add(
                    facts.name()
                            + ": is empty, expected "
                            + expected
                            + " rows from the records of its file");
        }
    }

    private void duplicates(TableFacts facts, List<String> failures) {
        var spec =
                pack.tables().stream()
                        .filter(table -> table.table().equals(facts.name().name()))
                        .findFirst();
        if (spec.isEmpty() || spec.get().key().isEmpty() || spec.get().mode() != LoadMode.APPEND) {
            // An upsert's key has a unique index: the server vouches for it.
            return;
        }
        if (facts.arbiter(spec.get().key()).isEmpty()) {
            var report = database.duplicates(facts.name(), spec.get().key(), EXAMPLES);
            if (report.keys() > 0) {
                failures.add(
                        facts.name()
                                + ": "
                                + report.keys()
                                + " keys stand more than once, "
                                + report.surplus()
                                + " rows too many: "
                                + report.examples());
            }
        }
    }

    private String orphans(TableFacts facts, Unfinished key) {
        var found =
                facts.foreignKeys().stream()
                        .filter(candidate -> candidate.name().equals(key.name()))
                        .findFirst();
        if (found.isEmpty()) {
            return facts.name() + ": " + key.name() + " is NOT VALID";
        }
        ForeignKeyFacts facts1 = found.get();
        var report = database.orphans(facts1, EXAMPLES);
        return facts.name()
                + ": "
                + report.rows()
                + " rows refer to "
                + report.keys()
                + " missing rows of "
                + facts1.referencedTable()
                + " by "
                + String.join(", ", facts1.columns())
                + "; key "
                + key.name()
                + " is left NOT VALID (it guards new rows); for example "
                + report.examples();
    }
}
