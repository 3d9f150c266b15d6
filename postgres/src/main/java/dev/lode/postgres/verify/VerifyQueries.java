package dev.lode.postgres.verify;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.Autovacuum;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.LocalSettings;
import dev.lode.postgres.catalog.TableFacts;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What `lode verify` asks. Answers do not depend on the settings of the session; where row level
/// security would hide rows the server refuses with SQLSTATE 42501 instead of answering wrongly.
/// Statement timeouts of the session do not hold: these questions read whole tables.
public final class VerifyQueries {
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "search_path", "pg_catalog, pg_temp",
                    "row_security", "off",
                    "statement_timeout", "0");

    /// What the text of a value depends on.
    private static final Map<String, String> TEXT_SETTINGS =
            with(
                    SETTINGS,
                    Map.of(
                            "TimeZone", "UTC",
                            "DateStyle", "ISO, MDY",
                            "IntervalStyle", "postgres",
                            "extra_float_digits", "1",
                            "bytea_output", "hex",
                            "xmlbinary", "base64",
                            "lc_monetary", "C"));

    private VerifyQueries() {}

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        var all = new LinkedHashMap<>(some);
        all.putAll(more);
        return Map.copyOf(all);
    }

    /// How many rows a table has.
    ///
    /// @throws SQLException as the server gave it
    public static long count(Connection connection, TableName table) throws SQLException {
        return LocalSettings.during(
                connection,
                SETTINGS,
                () -> Sql.number(connection, "SELECT count(*) FROM " + table.sql()));
    }

    /// Rows whose reference is missing, whether the catalog has the key, has it NOT VALID, or a
    /// script only declares it. Reads both tables whole, once.
    ///
    /// @param examples how many keys to show at most
    /// @throws SQLException as the server gave it
    public static OrphanReport orphans(Connection connection, ForeignKeyFacts key, int examples)
            throws SQLException {
        Grouped grouped =
                grouped(
                        connection,
                        key.table(),
                        key.columns(),
                        "WHERE "
                                + AntiJoin.condition(key, "t")
                                + " GROUP BY "
                                + places(key.columns()),
                        "n",
                        examples);
        return new OrphanReport(key, grouped.sum(), grouped.groups(), grouped.examples());
    }

    /// Rows that share a key. Reads the table whole, once.
    ///
    /// @param columns of the key, at least one; their types must have an order
    /// @param examples how many keys to show at most
    /// @throws SQLException as the server gave it
    public static DuplicateReport duplicates(
            Connection connection, TableName table, List<String> columns, int examples)
            throws SQLException {
        String set =
                columns.stream()
                        .map(column -> "t." + TableName.quote(column) + " IS NOT NULL")
                        .collect(Collectors.joining(" AND "));
        Grouped grouped =
                grouped(
                        connection,
                        table,
                        columns,
                        "WHERE " + set + " GROUP BY " + places(columns) + " HAVING count(*) > 1",
                        "n - 1",
                        examples);
        return new DuplicateReport(
                table, columns, grouped.groups(), grouped.sum(), grouped.examples());
    }

    private record Grouped(long sum, long groups, List<KeyExample> examples) {}

    private static Grouped grouped(
            Connection connection,
            TableName table,
            List<String> columns,
            String rest,
            String summed,
            int examples)
            throws SQLException {
        String keys =
                IntStream.range(0, columns.size())
                        .mapToObj(i -> "t." + TableName.quote(columns.get(i)) + " AS k" + (i + 1))
                        .collect(Collectors.joining(", "));
        String texts =
                IntStream.range(0, columns.size())
                        .mapToObj(i -> "k" + (i + 1) + "::text COLLATE \"C\"")
                        .collect(Collectors.joining(", "));
        // Which of equally frequent keys are shown is the same each time.
        String sql =
                "WITH g AS MATERIALIZED (SELECT "
                        + keys
                        + ", count(*) AS n FROM "
                        + table.sql()
                        + " t "
                        + rest
                        + ") SELECT (SELECT sum("
                        + summed
                        + ")::bigint FROM g), (SELECT count(*) FROM g), n, "
                        + texts
                        + " FROM g ORDER BY n DESC, "
                        + texts
                        + " LIMIT "
                        + Math.max(1, examples);
        return LocalSettings.during(
                connection,
                TEXT_SETTINGS,
                () -> {
                    List<Grouped> rows =
                            Sql.list(
                                    connection,
                                    sql,
                                    row ->
                                            new Grouped(
                                                    row.getLong(1),
                                                    row.getLong(2),
                                                    List.of(example(row, columns.size()))));
                    return rows.isEmpty()
                            ? new Grouped(0, 0, List.of())
                            : new Grouped(
                                    rows.getFirst().sum(),
                                    rows.getFirst().groups(),
                                    rows.stream()
                                            .limit(examples)
                                            .flatMap(row -> row.examples().stream())
                                            .toList());
                });
    }

    private static KeyExample example(ResultSet row, int columns) throws SQLException {
        var values = new ArrayList<@Nullable String>();
        for (int column = 0; column < columns; column++) {
            values.add(row.getString(4 + column));
        }
        return new KeyExample(values, row.getLong(3));
    }

    private static String places(List<String> columns) {
        return IntStream.rangeClosed(1, columns.size())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    /// The content of a table as a digest, over all its columns in the order of their names. Reads
    /// the table whole.
    ///
    /// @throws SQLException as the server gave it
    public static TableDigest digest(Connection connection, TableFacts table) throws SQLException {
        String row =
                table.columnNames().stream()
                        .sorted(Comparator.naturalOrder())
                        .map(column -> "t." + TableName.quote(column))
                        .collect(Collectors.joining(", ", "ROW(", ")"));
        // OFFSET 0 keeps the hash from being computed twice.
        String sql =
                "SELECT count(*), coalesce(sum(('x' || substr(h, 1, 16))::bit(64)::bigint), 0),"
                        + " coalesce(sum(('x' || substr(h, 17, 16))::bit(64)::bigint), 0)"
                        + " FROM (SELECT encode(sha256(convert_to("
                        + row
                        + "::text, 'UTF8')), 'hex') AS h FROM "
                        + table.name().sql()
                        + " t OFFSET 0) d";
        return LocalSettings.during(
                connection,
                TEXT_SETTINGS,
                () ->
                        Sql.list(
                                        connection,
                                        sql,
                                        found ->
                                                new TableDigest(
                                                        found.getLong(1),
                                                        integer(found, 2),
                                                        integer(found, 3)))
                                .getFirst());
    }

    private static BigInteger integer(ResultSet row, int column) throws SQLException {
        return row.getBigDecimal(column).toBigIntegerExact();
    }

    /// Collects the statistics the planner needs, with those of partitions.
    ///
    /// @return the server's warning where it did not, such as for lack of rights
    /// @throws SQLException as the server gave it
    public static Optional<String> analyze(Connection connection, TableName table)
            throws SQLException {
        return LocalSettings.during(
                connection,
                Map.of("statement_timeout", "0", "client_min_messages", "warning"),
                () -> {
                    Autovacuum.yieldSoon(connection);
                    try (var statement = connection.createStatement()) {
                        statement.execute("ANALYZE " + table.sql());
                        return Optional.ofNullable(statement.getWarnings())
                                .map(Throwable::getMessage);
                    }
                });
    }

    /// Whether the planner knows anything of a table.
    ///
    /// @throws SQLException as the server gave it
    public static boolean hasStatistics(Connection connection, TableName table)
            throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname"
                                + " = ? AND tablename = ?) THEN 1 ELSE 0 END",
                        table.schema(),
                        table.name())
                > 0;
    }

    /// Invalid indexes and constraints that are NOT VALID, of the tables themselves (not of their
    /// partitions).
    ///
    /// @throws SQLException as the server gave it
    public static List<Unfinished> unfinished(Connection connection, Collection<TableFacts> tables)
            throws SQLException {
        String sql =
                """
                SELECT i.indrelid::bigint, c.relname::text, 'x', pg_get_indexdef(i.indexrelid)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = ANY (?::bigint[]::oid[]) AND NOT (i.indisvalid AND i.indisready)
                UNION ALL
                SELECT k.conrelid::bigint, k.conname::text, k.contype::text, pg_get_constraintdef(k.oid)
                FROM pg_constraint k
                WHERE k.conrelid = ANY (?::bigint[]::oid[]) AND NOT k.convalidated
                  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
                ORDER BY 1, 2
                """;
        Map<Long, TableName> names =
                tables.stream().collect(Collectors.toMap(TableFacts::oid, TableFacts::name));
        return LocalSettings.during(
                connection,
                SETTINGS,
                () -> {
                    var oids = connection.createArrayOf("int8", names.keySet().toArray());
                    return Sql.list(connection, sql, row -> unfinished(row, names), oids, oids);
                });
    }

    private static Unfinished unfinished(ResultSet row, Map<Long, TableName> names)
            throws SQLException {
        TableName table = names.get(row.getLong(1));
        if (table == null) {
            throw LodeException.bug(
                    "verify: a constraint of relation " + row.getLong(1) + ", not asked for", null);
        }
        var kind =
                switch (row.getString(3)) {
                    case "x" -> Unfinished.Kind.INVALID_INDEX;
                    case "f" -> Unfinished.Kind.FOREIGN_KEY_NOT_VALID;
                    case "n" -> Unfinished.Kind.NOT_NULL_NOT_VALID;
                    default -> Unfinished.Kind.CHECK_NOT_VALID;
                };
        return new Unfinished(table, row.getString(2), kind, row.getString(4));
    }

    /// Sets the sequences that give numbers to the table's columns, owned by them or used in their
    /// defaults, behind the highest number in the table, where they are not there yet. Never moves
    /// one back. `setval` outlives a rollback.
    ///
    /// @throws SQLException as the server gave it
    public static List<SequenceReport> setSequences(Connection connection, TableFacts table)
            throws SQLException {
        return LocalSettings.during(
                connection,
                SETTINGS,
                () -> {
                    var reports = new ArrayList<SequenceReport>();
                    for (NumberSource source : NumberSource.of(connection, table)) {
                        boolean number =
                                table.column(source.column())
                                        .map(ColumnFacts::baseType)
                                        .filter(NumberSource.TYPES::contains)
                                        .isPresent();
                        if (number) {
                            reports.add(source.set(connection));
                        }
                    }
                    return reports;
                });
    }
}
