package dev.lode.postgres.schema;

import dev.lode.core.Parallel;
import dev.lode.core.TableName;
import dev.lode.postgres.BriefConnection;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.Sql;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Makes the indexes and foreign keys that a script declares and the catalog lacks, on several
/// connections:
/// 1. indexes, those of the largest tables first, whichever table they are of: their locks let each
///    other be;
/// 2. foreign keys NOT VALID, one after another, for each locks both of its tables, and two at once
///    could wait for each other;
/// 3. the server notes which pages are visible to everybody, where that makes checking quicker;
/// 4. foreign keys are checked, those of one table one after another (a check lets no second one on
///    its table), the largest tables first.
///
/// So nothing that it does at once waits for a lock of its own. Every step finds out first what is
/// left to do: after a crash the same call goes on.
public final class KeyBuilding {
    private final Connections connections;
    private final String application;
    private final SchemaScript script;
    private final ApplySettings settings;
    private final int workers;
    private final Endurance endurance;
    private final Set<Connection> open =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /// @param application name of the connections
    /// @param workers connections at the same time, at least 1; they share the memory of the
    ///   settings
    /// @param endurance how each step meets a server that is full or away
    public KeyBuilding(
            Connections connections,
            String application,
            SchemaScript script,
            ApplySettings settings,
            int workers,
            Endurance endurance) {
        this.connections = connections;
        this.application = application;
        this.script = script;
        this.settings = settings;
        this.workers = workers;
        this.endurance = endurance;
    }

    /// @param told of each that is done or cannot be, from several threads
    /// @return one report for each
    /// @throws SQLException when the connection is lost, the disk is full or the work was
    ///   cancelled: what is done stays, and the same call goes on
    public List<LateReport> make(Collection<MissingLate> missing, Consumer<LateReport> told)
            throws SQLException, InterruptedException {
        var sizes = endurance.through("looking at sizes", () -> sizes(missing));
        var indexes = new ArrayList<IndexDeclaration>();
        var keys = new ArrayList<ForeignKeyDeclaration>();
        for (var one : missing) {
            switch (one.object()) {
                case IndexDeclaration index -> indexes.add(index);
                case ForeignKeyDeclaration key -> keys.add(key);
            }
        }
        Comparator<TableName> largestFirst =
                Comparator.comparing(table -> -sizes.getOrDefault(table, 0L));
        indexes.sort(Comparator.comparing(IndexDeclaration::table, largestFirst));
        var reports = new ArrayList<>(build(indexes, told));
        var unchecked =
                new LinkedHashMap<TableName, List<Parallel.Work<LateReport, SQLException>>>();
        keys.sort(Comparator.comparing(ForeignKeyDeclaration::table, largestFirst));
        long tables = keys.stream().map(ForeignKeyDeclaration::table).distinct().count();
        var shared = sharedBy(tables);
        for (var key : keys) {
            var added = on(key, settings, applier -> connection -> applier.add(connection, key));
            if (added.outcome() == LateReport.Outcome.LEFT_NOT_VALID) {
                unchecked
                        .computeIfAbsent(key.table(), _ -> new ArrayList<>())
                        .add(
                                () ->
                                        telling(
                                                told,
                                                on(
                                                        key,
                                                        shared,
                                                        applier -> c -> applier.check(c, key))));
            } else {
                reports.add(telling(told, added));
            }
        }
        if (!unchecked.isEmpty()) {
            see(unchecked.keySet());
        }
        reports.addAll(parallel().run(List.copyOf(unchecked.values())));
        return List.copyOf(reports);
    }

    private List<LateReport> build(List<IndexDeclaration> indexes, Consumer<LateReport> told)
            throws SQLException, InterruptedException {
        var chains = new ArrayList<List<Parallel.Work<LateReport, SQLException>>>();
        var shared = sharedBy(indexes.size());
        for (var index : indexes) {
            chains.add(
                    List.of(
                            () ->
                                    telling(
                                            told,
                                            on(
                                                    index,
                                                    shared,
                                                    applier -> c -> applier.apply(c, index)))));
        }
        return parallel().run(chains);
    }

    private void see(Set<TableName> tables) throws SQLException, InterruptedException {
        var unseen =
                endurance.through(
                        "looking at pages",
                        () -> connected(connection -> KeyCheck.unseen(connection, tables)));
        var chains = new ArrayList<List<Parallel.Work<TableName, SQLException>>>();
        for (var table : unseen) {
            chains.add(List.of(() -> see(table)));
        }
        parallel().run(chains);
    }

    private TableName see(TableName table) throws SQLException, InterruptedException {
        return endurance.through(
                table + ": noting visible pages",
                () ->
                        connected(
                                connection -> {
                                    KeyCheck.see(connection, table);
                                    return table;
                                }));
    }

    private ApplySettings sharedBy(long works) {
        return settings.sharedBy((int) Math.min(workers, works));
    }

    private static LateReport telling(Consumer<LateReport> told, LateReport report) {
        told.accept(report);
        return report;
    }

    private Parallel<SQLException> parallel() {
        return new Parallel<>("building", workers, SQLException.class, this::abort);
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException, InterruptedException;
    }

    private interface Way {
        Work<LateReport> with(SchemaApplier applier);
    }

    private LateReport on(SchemaStatement.Late what, ApplySettings settings, Way way)
            throws SQLException, InterruptedException {
        return endurance.through(
                what.table() + ": making " + what.name(),
                () -> connected(way.with(new SchemaApplier(script, settings))));
    }

    private <T> T connected(Work<T> work) throws SQLException, InterruptedException {
        try (BriefConnection brief = connections.brief(application)) {
            open.add(brief.connection());
            try {
                var result = work.on(brief.connection());
                brief.done();
                return result;
            } finally {
                open.remove(brief.connection());
            }
        }
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

    /// Bytes of the rows themselves: what an index or a check has to read.
    private Map<TableName, Long> sizes(Collection<MissingLate> missing) throws SQLException {
        var tables = missing.stream().map(one -> one.object().table()).distinct().toList();
        var sizes = new HashMap<TableName, Long>();
        try (BriefConnection brief = connections.brief(application)) {
            Sql.list(
                    brief.connection(),
                    """
                    SELECT n.nspname::text, c.relname::text, pg_catalog.pg_relation_size(c.oid)
                    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    JOIN unnest(?::text[], ?::text[]) AS w(nsp, rel)
                      ON n.nspname = w.nsp AND c.relname = w.rel
                    """,
                    row ->
                            sizes.put(
                                    new TableName(row.getString(1), row.getString(2)),
                                    row.getLong(3)),
                    brief.connection()
                            .createArrayOf(
                                    "text", tables.stream().map(TableName::schema).toArray()),
                    brief.connection()
                            .createArrayOf("text", tables.stream().map(TableName::name).toArray()));
            brief.done();
        }
        return sizes;
    }
}
