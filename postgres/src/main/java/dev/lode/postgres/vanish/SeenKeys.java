package dev.lode.postgres.vanish;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// The keys of an item's records, kept in the transactions that load them: one row for each split,
/// with an array for each column of the key. That is four or eight bytes for a number, where a row
/// for each key would take forty. Logged, like the splits that say the keys are there. Stateless.
public final class SeenKeys {
    private SeenKeys() {}

    static String table(long item) {
        return "lode.seen_" + item;
    }

    static String list(long item) {
        return "lode.vanished_" + item;
    }

    /// Adds the keys of the rows of `stage`.
    ///
    /// @param target table that the records go to, quoted
    /// @param stage table that holds them now, quoted
    public static void add(
            Connection connection, long item, List<String> key, String target, String stage)
            throws SQLException {
        String arrays =
                key.stream()
                        .map(TableName::quote)
                        .map(column -> "array_agg(" + column + ") AS " + column)
                        .collect(Collectors.joining(", "));
        boolean there =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM lode.vanishing WHERE item_id = ?",
                                item)
                        > 0;
        if (!there) {
            Sql.run(
                    connection,
                    "CREATE TABLE "
                            + table(item)
                            + " AS SELECT "
                            + arrays
                            + " FROM "
                            + target
                            + " WITH NO DATA");
            Sql.update(
                    connection,
                    "INSERT INTO lode.vanishing (item_id, state) VALUES (?, 'collecting')",
                    item);
        }
        Sql.run(
                connection,
                "INSERT INTO "
                        + table(item)
                        + " SELECT "
                        + arrays
                        + " FROM "
                        + stage
                        + " HAVING count(*) > 0");
    }

    /// Whether there are keys of records of the item.
    public static boolean kept(Connection connection, long item) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE oid = to_regclass(?)",
                        table(item))
                > 0;
    }

    /// What is kept of the item, as rows for a FROM, a column for each of the key.
    public static String rows(long item, List<String> key, String alias) {
        String columns = key.stream().map(TableName::quote).collect(Collectors.joining(", "));
        return table(item)
                + " AS \"lode seen\", LATERAL unnest("
                + key.stream()
                        .map(column -> "\"lode seen\"." + TableName.quote(column))
                        .collect(Collectors.joining(", "))
                + ") AS "
                + alias
                + " ("
                + columns
                + ")";
    }

    /// Whether keys of the item's records are still wanted: they are compared with the table once
    /// no reject of it is open.
    public static boolean collecting(Connection connection, long item) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM lode.vanishing WHERE item_id = ? AND state ="
                                + " 'collecting'",
                        item)
                > 0;
    }

    /// Drops what is kept of earlier items of a table: another content is applied to it.
    ///
    /// @param item the one that begins
    public static void forgetEarlier(Connection connection, long item) throws SQLException {
        var earlier =
                Sql.list(
                        connection,
                        "SELECT v.item_id FROM lode.vanishing v JOIN lode.item o ON o.id ="
                                + " v.item_id JOIN lode.item i USING (dataset, table_schema,"
                                + " table_name) WHERE i.id = ? AND o.id <> i.id AND v.state IN"
                                + " ('collecting', 'listed')",
                        row -> row.getLong(1),
                        item);
        for (long one : earlier) {
            drop(connection, one);
            Sql.update(
                    connection,
                    "UPDATE lode.vanishing SET state = 'dropped', ended_at = now() WHERE item_id ="
                            + " ?",
                    one);
        }
    }

    static void drop(Connection connection, long item) throws SQLException {
        Sql.run(connection, "DROP TABLE IF EXISTS " + table(item) + ", " + list(item));
    }
}
