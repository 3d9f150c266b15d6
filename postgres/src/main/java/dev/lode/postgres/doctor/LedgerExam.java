package dev.lode.postgres.doctor;

import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What the ledger says is not finished. All lists are empty where there is no ledger.
///
/// @param present whether the database has a ledger
/// @param runs that are the last of their dataset and did not come to an end
/// @param items whose last application to their table is half or failed
/// @param suspended what was taken away from tables and not given back
public record LedgerExam(
        boolean present, List<Run> runs, List<Item> items, List<Suspended> suspended) {
    /// @param alive whether its process is connected
    public record Run(long id, String dataset, String state, boolean alive) {}

    /// One item and its table.
    public record Item(String dataset, String table, String name, String state) {}

    /// Objects of one kind.
    ///
    /// @param alive whether a run of the dataset goes on
    public record Suspended(String dataset, String kind, long count, boolean alive) {}

    public LedgerExam {
        runs = List.copyOf(runs);
        items = List.copyOf(items);
        suspended = List.copyOf(suspended);
    }

    /// Of the lease that a row `x` is under.
    private static final String ALIVE =
            """
            EXISTS (SELECT FROM lode.heartbeat h JOIN pg_catalog.pg_stat_activity a
                      ON a.pid = h.backend AND (a.backend_start IS NULL OR a.backend_start = h.backend_start)
                    WHERE h.dataset = %s)
            """;

    /// @throws SQLException as the server gave it
    public static LedgerExam read(Connection connection) throws SQLException {
        if (!there(connection, "lode.migration")) {
            return new LedgerExam(false, List.of(), List.of(), List.of());
        }
        var runs =
                Sql.list(
                        connection,
                        "SELECT * FROM (SELECT DISTINCT ON (x.dataset) x.id, x.dataset, x.state,"
                                + " x.state = 'running' AND "
                                + ALIVE.formatted("coalesce(x.lease, x.dataset)")
                                + " FROM lode.run x ORDER BY x.dataset, x.id DESC) last WHERE state"
                                + " <> 'completed' ORDER BY 2",
                        row ->
                                new Run(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getBoolean(4)));
        var items =
                Sql.list(
                        connection,
                        "SELECT * FROM (SELECT DISTINCT ON (dataset, table_schema, table_name)"
                            + " dataset, table_schema || '.' || table_name, name, state FROM"
                            + " lode.item ORDER BY dataset, table_schema, table_name, id DESC) last"
                            + " WHERE state IN ('loading', 'failed') ORDER BY 1, 2",
                        row ->
                                new Item(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4)));
        return new LedgerExam(true, runs, items, suspended(connection));
    }

    private static List<Suspended> suspended(Connection connection) throws SQLException {
        if (!there(connection, "lode.suspended")) {
            return List.of();
        }
        return Sql.list(
                connection,
                "SELECT x.dataset, x.kind, count(*), bool_or("
                        + ALIVE.formatted("x.dataset")
                        + ") FROM lode.suspended x GROUP BY 1, 2 ORDER BY 1, 2",
                row ->
                        new Suspended(
                                row.getString(1),
                                row.getString(2),
                                row.getLong(3),
                                row.getBoolean(4)));
    }

    private static boolean there(Connection connection, String table) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT CASE WHEN to_regclass(?) IS NULL THEN 0 ELSE 1 END",
                        table)
                > 0;
    }
}
