package dev.lode.postgres.document;

import dev.lode.core.TableName;
import dev.lode.core.pack.document.FixedRows;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Makes the rows that tables have from the beginning, each unless a row with its values is there.
/// Several processes may do it at once.
final class FixedRowsWriter {
    /// Class of the advisory lock under which they take turns: "rows" in ASCII.
    static final int LOCK_CLASS = 0x726f7773;

    private FixedRowsWriter() {}

    static void write(Connection connection, String schema, List<FixedRows> fixed)
            throws SQLException {
        if (fixed.isEmpty()) {
            return;
        }
        connection.setAutoCommit(false);
        try {
            for (var rows : fixed) {
                var table = new TableName(schema, rows.table());
                var missing = missing(connection, table, rows);
                if (!missing.isEmpty()) {
                    write(connection, table, missing);
                }
            }
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /// Asked first, so that a table that has them all is not written: it may be fenced.
    private static List<Map<String, String>> missing(
            Connection connection, TableName table, FixedRows rows) throws SQLException {
        var missing = new ArrayList<Map<String, String>>();
        for (var row : rows.rows()) {
            boolean there =
                    Sql.first(
                                    connection,
                                    "SELECT 1 WHERE EXISTS (" + same(table, row) + ")",
                                    found -> 1)
                            .isPresent();
            if (!there) {
                missing.add(row);
            }
        }
        return missing;
    }

    private static void write(
            Connection connection, TableName table, List<Map<String, String>> rows)
            throws SQLException {
        lock(connection, table);
        for (var row : rows) {
            // The types are the table's: an unknown literal takes them, a text compares as one.
            Sql.run(
                    connection,
                    "INSERT INTO "
                            + table.sql()
                            + " ("
                            + row.keySet().stream()
                                    .map(TableName::quote)
                                    .collect(Collectors.joining(", "))
                            + ") SELECT "
                            + row.values().stream()
                                    .map(FixedRowsWriter::literal)
                                    .collect(Collectors.joining(", "))
                            + " WHERE NOT EXISTS ("
                            + same(table, row)
                            + ") ON CONFLICT DO NOTHING");
        }
    }

    /// Rows with these values, compared as texts.
    private static String same(TableName table, Map<String, String> row) {
        return "SELECT FROM "
                + table.sql()
                + " WHERE ("
                + row.keySet().stream()
                        .map(column -> TableName.quote(column) + "::text")
                        .collect(Collectors.joining(", "))
                + ") = ("
                + row.values().stream()
                        .map(value -> "CAST(" + literal(value) + " AS text)")
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /// Writers of a table of texts take turns until their transaction ends.
    static void lock(Connection connection, TableName table) throws SQLException {
        Sql.list(
                connection,
                "SELECT pg_advisory_xact_lock(?, hashtext(?))",
                row -> 0,
                LOCK_CLASS,
                table.sql());
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
