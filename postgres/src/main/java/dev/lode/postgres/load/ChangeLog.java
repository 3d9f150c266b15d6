package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ItemRow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// Records which rows an item changed, in the transaction that changes them: what is published
/// later follows from it. One row of the log that says "whole table" stands for any number of keys.
/// Stateless.
public final class ChangeLog {
    /// More keys of one table than this become "whole table": reading that many keys costs more
    /// than reading the table.
    static final long MOST_KEYS = 1_000_000;

    private ChangeLog() {}

    /// A query that records the rows of a query and gives nothing back; takes the run and the item
    /// as its parameters.
    ///
    /// @param source what stands behind FROM
    /// @param alias of it
    /// @param columns of it that are kept: the key, and by what other tables' rows are found
    /// @param op an SQL expression over it: insert, update or delete
    public static String record(String source, String alias, List<String> columns, String op) {
        return "INSERT INTO lode.changed (dataset, table_schema, table_name, key, op, item_id,"
                + " run_id) SELECT i.dataset, i.table_schema, i.table_name, jsonb_build_object("
                + columns.stream()
                        .map(
                                column ->
                                        "'"
                                                + column.replace("'", "''")
                                                + "', "
                                                + alias
                                                + "."
                                                + TableName.quote(column))
                        .collect(Collectors.joining(", "))
                + "), "
                + op
                + ", i.id, ? FROM "
                + source
                + " "
                + alias
                + ", lode.item i WHERE i.id = ?";
    }

    /// Any row may have changed: keys that stand in the log are not needed any more.
    public static void whole(Connection connection, long item, long run) throws SQLException {
        boolean said =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM lode.changed c JOIN lode.item i USING"
                                        + " (table_schema, table_name) WHERE i.id = ? AND"
                                        + " c.item_id = i.id AND c.op = 'whole'",
                                item)
                        > 0;
        if (!said) {
            Sql.update(
                    connection,
                    "DELETE FROM lode.changed c USING lode.item i WHERE i.id = ? AND c.table_schema"
                            + " = i.table_schema AND c.table_name = i.table_name",
                    item);
            Sql.update(
                    connection,
                    "INSERT INTO lode.changed (dataset, table_schema, table_name, op, item_id,"
                            + " run_id) SELECT dataset, table_schema, table_name, 'whole', id, ?"
                            + " FROM lode.item WHERE id = ?",
                    run,
                    item);
        }
    }

    /// The same for what comes after an item, when publications may have seen what it said.
    public static void wholeAgain(Connection connection, long item, long run) throws SQLException {
        Sql.update(connection, "DELETE FROM lode.changed WHERE item_id = ? AND op = 'whole'", item);
        whole(connection, item, run);
    }

    /// Keeps the log within its bound at the end of an item.
    static void bound(Connection connection, ItemRow item, long run) throws SQLException {
        long keys =
                Sql.number(
                        connection,
                        "SELECT count(*) FROM (SELECT FROM lode.changed c JOIN lode.item i USING"
                                + " (table_schema, table_name) WHERE i.id = ? LIMIT ?) s",
                        item.id(),
                        MOST_KEYS + 1);
        if (keys > MOST_KEYS) {
            whole(connection, item.id(), run);
        }
    }
}
