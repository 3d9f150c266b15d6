package dev.lode.postgres.schema;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.TableFacts;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Columns of long values, and what the server compresses them with. lz4 takes a fraction of the
/// time of pglz, at about the same size.
public final class LongColumns {
    private static final Set<String> TYPES =
            Set.of("text", "varchar", "bpchar", "json", "jsonb", "bytea");

    private LongColumns() {}

    private static boolean compresses(ColumnFacts column) {
        return TYPES.contains(column.baseType())
                && column.generated() != ColumnFacts.Generated.VIRTUAL
                && (column.storage() == 'x' || column.storage() == 'm');
    }

    /// Those whose compression nobody has chosen.
    static List<String> undecided(TableFacts table) {
        return table.columns().stream()
                .filter(column -> compresses(column) && column.compression().isEmpty())
                .map(ColumnFacts::name)
                .toList();
    }

    /// Those of each table that lz4 would be better for; none where the server has no lz4, or takes
    /// it by default.
    ///
    /// @throws SQLException as the server gave it
    public static Map<TableName, List<String>> slow(
            Connection connection, Collection<TableName> names) throws SQLException {
        var slow = new TreeMap<TableName, List<String>>();
        boolean lz4 =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM pg_catalog.pg_settings WHERE name ="
                                        + " 'default_toast_compression' AND 'lz4' = ANY (enumvals)")
                        > 0;
        if (!lz4) {
            return slow;
        }
        String standard =
                Sql.list(
                                connection,
                                "SELECT current_setting('default_toast_compression')",
                                row -> row.getString(1))
                        .getFirst();
        for (var table : CatalogReader.tables(connection, names).values()) {
            var columns =
                    table.columns().stream()
                            .filter(LongColumns::compresses)
                            .filter(
                                    column ->
                                            !(column.compression().isEmpty()
                                                            ? standard
                                                            : column.compression())
                                                    .equals("lz4"))
                            .map(ColumnFacts::name)
                            .toList();
            boolean stores = table.relkind() == 'r' || table.relkind() == 'p';
            if (stores && !columns.isEmpty()) {
                slow.put(table.name(), columns);
            }
        }
        return slow;
    }

    /// The statement that gives columns lz4; values that are stored already stay as they are.
    ///
    /// @param tree the table and its partitions
    public static String statement(TableName table, List<String> columns, boolean tree) {
        return "ALTER TABLE "
                + (tree ? "" : "ONLY ")
                + table.sql()
                + columns.stream()
                        .map(
                                column ->
                                        " ALTER COLUMN "
                                                + TableName.quote(column)
                                                + " SET COMPRESSION lz4")
                        .collect(Collectors.joining(","));
    }

    /// Runs it, waiting for its lock within the bounds of the settings.
    ///
    /// @throws LodeException of kind RESOURCE when the lock does not come, naming who holds it
    /// @throws SQLException as the server gave it
    public static void change(
            Connection connection, ApplySettings settings, TableName table, List<String> columns)
            throws SQLException, InterruptedException {
        var step = new Step(connection, table.schema(), settings);
        long advisory = ("lode.compression " + table).hashCode();
        step.patiently(
                table + ": lz4",
                List.of(table),
                Blocker.Wanted.ACCESS_EXCLUSIVE,
                advisory,
                () ->
                        step.transaction(
                                advisory,
                                changing -> {
                                    Sql.run(changing, statement(table, columns, true));
                                    return 0;
                                }));
    }
}
