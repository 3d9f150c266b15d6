package dev.lode.postgres.vanish;

import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The keys of an item's records, kept in the transactions that load them: a row or two for each
/// split, with an array for each column of the key, the split's offset, and whether the rows were
/// there unchanged. That is four or eight bytes for a number, where a row for each key would take
/// forty. Logged, like the splits that say the keys are there. Stateless.
public final class SeenKeys {
    private static final String AT = "\"lode at\"";
    private static final String UNCHANGED = "\"lode unchanged\"";

    private SeenKeys() {}

    static String table(long item) {
        return "lode.seen_" + item;
    }

    static String list(long item) {
        return "lode.vanished_" + item;
    }

    /// Makes room for keys of the item's records.
    ///
    /// @param target table that the records go to, quoted
    public static void begin(Connection connection, long item, List<String> key, String target)
            throws SQLException {
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
                            + arrays(key, new Met(0, false))
                            + " FROM "
                            + target
                            + " WITH NO DATA");
            Sql.update(
                    connection,
                    "INSERT INTO lode.vanishing (item_id, state) VALUES (?, 'collecting')",
                    item);
        }
    }

    /// How records of a split were met.
    ///
    /// @param at offset of the split
    /// @param unchanged whether their rows were in the table as they are, so that nothing was
    ///   written
    public record Met(long at, boolean unchanged) {}

    /// Adds the keys of the rows of `stage`, for which there is room.
    ///
    /// @param stage table that holds them now, quoted
    public static void add(
            Connection connection, long item, List<String> key, String stage, Met met)
            throws SQLException {
        Sql.run(connection, insert(item, key, stage, met));
    }

    /// Adds keys as they stand in a file; those that are none of the table's types are of no row.
    ///
    /// @param target table that the records go to, quoted
    /// @param written a text for each column of the key
    public static void addWritten(
            Connection connection,
            long item,
            List<String> key,
            String target,
            Collection<List<String>> written,
            Met met)
            throws SQLException {
        // Without their limits: a cast cuts a value that is too long, and would name another row.
        var types =
                Sql.list(
                        connection,
                        "SELECT format_type(a.atttypid, -1) FROM unnest(?::text[]) WITH"
                                + " ORDINALITY AS n (name, place) JOIN pg_attribute a ON a.attrelid"
                                + " = ?::regclass AND a.attname = n.name ORDER BY n.place",
                        row -> row.getString(1),
                        connection.createArrayOf("text", key.toArray()),
                        target);
        try {
            addWritten(connection, item, key, types, written, met);
        } catch (SQLException e) {
            if (!PostgresErrors.isData(e)) {
                throw e;
            }
            for (var one : written) {
                try {
                    addWritten(connection, item, key, types, List.of(one), met);
                } catch (SQLException bad) {
                    // No value of the key's type: no row can have it.
                    if (!PostgresErrors.isData(bad)) {
                        throw bad;
                    }
                }
            }
        }
    }

    private static void addWritten(
            Connection connection,
            long item,
            List<String> key,
            List<String> types,
            Collection<List<String>> written,
            Met met)
            throws SQLException {
        var values = new ArrayList<Object>();
        for (int c = 0; c < key.size(); c++) {
            int column = c;
            values.add(
                    connection.createArrayOf(
                            "text", written.stream().map(one -> one.get(column)).toArray()));
        }
        String names =
                IntStream.range(0, key.size())
                        .mapToObj(c -> "k" + c)
                        .collect(Collectors.joining(", "));
        String casts =
                IntStream.range(0, key.size())
                        .mapToObj(
                                c ->
                                        "k"
                                                + c
                                                + "::"
                                                + types.get(c)
                                                + " AS "
                                                + TableName.quote(key.get(c)))
                        .collect(Collectors.joining(", "));
        String from =
                "(SELECT "
                        + casts
                        + " FROM unnest("
                        + "?::text[], ".repeat(key.size() - 1)
                        + "?::text[]) AS w ("
                        + names
                        + ")) AS w";
        var savepoint = connection.setSavepoint();
        try {
            Sql.update(connection, insert(item, key, from, met), values.toArray());
        } catch (SQLException e) {
            if (!connection.isClosed()) {
                connection.rollback(savepoint);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.releaseSavepoint(savepoint);
            }
        }
    }

    /// Deletes rows, and adds their keys.
    ///
    /// @param delete a DELETE of a table under the name `s`, without RETURNING
    /// @return how many it deleted
    public static long addDeleted(
            Connection connection,
            long item,
            List<String> key,
            Met met,
            String delete,
            @Nullable Object... values)
            throws SQLException {
        return Sql.list(
                        connection,
                        "WITH gone AS ("
                                + delete
                                + " RETURNING "
                                + key.stream()
                                        .map(column -> "s." + TableName.quote(column))
                                        .collect(Collectors.joining(", "))
                                + "), kept AS ("
                                + insert(item, key, "gone", met)
                                + ") SELECT count(*) FROM gone",
                        row -> row.getLong(1),
                        values)
                .getFirst();
    }

    private static String insert(long item, List<String> key, String from, Met met) {
        return "INSERT INTO "
                + table(item)
                + " SELECT "
                + arrays(key, met)
                + " FROM "
                + from
                + " HAVING count(*) > 0";
    }

    private static String arrays(List<String> key, Met met) {
        return key.stream()
                        .map(TableName::quote)
                        .map(column -> "array_agg(" + column + ") AS " + column)
                        .collect(Collectors.joining(", "))
                + ", "
                + met.at()
                + "::bigint AS "
                + AT
                + ", "
                + met.unchanged()
                + " AS "
                + UNCHANGED;
    }

    /// Whether there are keys of records of the item.
    public static boolean kept(Connection connection, long item) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE oid = to_regclass(?)",
                        table(item))
                > 0;
    }

    /// The keys of rows that were found unchanged, as rows for a FROM: a column for each of the
    /// key, and `lode at`, the offset of the split that found them.
    public static String unchanged(long item, List<String> key, String alias) {
        String columns = key.stream().map(TableName::quote).collect(Collectors.joining(", "));
        return "(SELECT u.*, k."
                + AT
                + " FROM "
                + table(item)
                + " AS k, LATERAL unnest("
                + key.stream()
                        .map(column -> "k." + TableName.quote(column))
                        .collect(Collectors.joining(", "))
                + ") AS u ("
                + columns
                + ") WHERE k."
                + UNCHANGED
                + ") AS "
                + alias;
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
