package dev.lode.postgres.document;

import dev.lode.core.TableName;
import dev.lode.core.pack.document.FixedRows;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

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
                write(connection, new TableName(schema, rows.table()), rows);
            }
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static void write(Connection connection, TableName table, FixedRows rows)
            throws SQLException {
        lock(connection, table);
        for (var row : rows.rows()) {
            var columns = List.copyOf(row.keySet());
            String names = String.join(", ", columns.stream().map(TableName::quote).toList());
            String values =
                    String.join(
                            ", ",
                            columns.stream()
                                    .map(
                                            column ->
                                                    "CAST("
                                                            + literal(row.getOrDefault(column, ""))
                                                            + " AS "
                                                            + "text)")
                                    .toList());
            // The types are the table's: an unknown literal takes them, a text compares as one.
            Sql.run(
                    connection,
                    "INSERT INTO "
                            + table.sql()
                            + " ("
                            + names
                            + ") SELECT "
                            + String.join(
                                    ", ",
                                    columns.stream()
                                            .map(column -> literal(row.getOrDefault(column, "")))
                                            .toList())
                            + " WHERE NOT EXISTS (SELECT FROM "
                            + table.sql()
                            + " WHERE ("
                            + String.join(
                                    ", ",
                                    columns.stream()
                                            .map(column -> TableName.quote(column) + "::text")
                                            .toList())
                            + ") = ("
                            + values
                            + ")) ON CONFLICT DO NOTHING");
        }
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
