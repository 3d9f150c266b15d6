package dev.lode.postgres.vanish;

import dev.lode.core.TableName;
import dev.lode.core.pack.VanishedSpec.Policy;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.ledger.LeasedWork;
import dev.lode.postgres.load.ChangeLog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows whose key a complete snapshot does not have:
/// 1. [#list] finds them by comparing the table with the keys of the item's records, once, and
///    writes down those that are to go or to be marked;
/// 2. [#apply] works the list off in batches, each a transaction that takes what it did from the
///    list: after a crash the rest goes on;
/// 3. [#finish] counts and forgets the keys.
///
/// A row that other rows refer to is never deleted: a foreign key's CASCADE or SET NULL would
/// change rows that nobody counted. Thread safe; every call has a connection of its own.
public final class Vanishing {
    /// Rows of one transaction.
    private static final long BATCH = 10_000;

    private final LeasedWork work;
    private final long run;

    public Vanishing(LeasedWork work, long run) {
        this.work = work;
        this.run = run;
    }

    /// An item and what its pack says.
    ///
    /// @param id of the ledger
    /// @param key columns that tell rows apart
    /// @param mark column for [Policy#MARK]
    /// @param recordChanges whether changed keys are kept
    /// @param linkColumns columns that are kept with them
    public record Item(
            long id,
            TableName table,
            List<String> key,
            Policy policy,
            Optional<String> mark,
            boolean recordChanges,
            List<String> linkColumns) {
        public Item {
            key = List.copyOf(key);
            linkColumns = List.copyOf(linkColumns);
        }

        /// The key's columns and the link columns, each once.
        List<String> keptColumns() {
            return Stream.concat(key.stream(), linkColumns.stream()).distinct().toList();
        }
    }

    /// What was found.
    ///
    /// @param vanished rows that the policy is to be applied to
    /// @param of rows of the table
    /// @param openRejects records that are not in the table: nothing may be concluded from keys
    ///   that are missing, and nothing was listed
    public record Listed(long vanished, long of, long openRejects) {}

    /// Those of the items for which [#list] has something to do.
    public Set<Long> open(Collection<Long> items) {
        return work.reading(
                "looking for vanished rows",
                connection ->
                        Set.copyOf(
                                Sql.list(
                                        connection,
                                        "SELECT item_id FROM lode.vanishing WHERE item_id = ANY (?)"
                                                + " AND state NOT IN ('done', 'dropped')",
                                        row -> row.getLong(1),
                                        connection.createArrayOf("bigint", items.toArray()))));
    }

    /// Compares the table with the item's keys. Empty when there is nothing to do: the table was
    /// empty before the item, or its vanished rows were dealt with already.
    public Optional<Listed> list(Item item) {
        return work.repeatableBesideWriters(
                "looking for vanished rows of " + item.table(),
                connection -> {
                    var state = state(connection, item);
                    if (state.isEmpty()
                            || state.get().equals("done")
                            || state.get().equals("dropped")) {
                        return Optional.empty();
                    }
                    long open =
                            Sql.number(
                                    connection,
                                    "SELECT count(*) FROM lode.reject WHERE item_id = ? AND state"
                                            + " IN ('open', 'pending')",
                                    item.id());
                    if (open > 0) {
                        return Optional.of(new Listed(0, 0, open));
                    }
                    return Optional.of(compare(connection, item));
                });
    }

    private Listed compare(Connection connection, Item item) throws SQLException {
        String list = SeenKeys.list(item.id());
        String columns = quoted(item, "");
        String seen =
                "EXISTS (SELECT FROM (SELECT "
                        + item.key().stream()
                                .map(TableName::quote)
                                .map(column -> "unnest(" + column + ") AS " + column)
                                .collect(Collectors.joining(", "))
                        + " FROM "
                        + SeenKeys.table(item.id())
                        + ") s WHERE "
                        + equal(item, "s", "t")
                        + ")";
        String marked = item.mark().map(mark -> "t." + TableName.quote(mark)).orElse("NULL");
        // How many keys an array holds is not known to the planner: a nested loop would look cheap.
        Sql.run(connection, "SET LOCAL enable_nestloop = off");
        Sql.run(connection, "DROP TABLE IF EXISTS " + list);
        Sql.run(
                connection,
                "CREATE TABLE "
                        + list
                        + " AS SELECT row_number() OVER (ORDER BY "
                        + columns
                        + ") AS "
                        + NUMBER
                        + ", "
                        + MARKED
                        + ", "
                        + columns
                        + " FROM (SELECT "
                        + marked
                        + " IS NOT NULL AS "
                        + MARKED
                        + ", "
                        + quoted(item, "t.")
                        + " FROM "
                        + item.table().sql()
                        + " t WHERE NOT "
                        + seen
                        + " AND "
                        + known(item)
                        + (item.mark().isPresent() ? " AND " + marked + " IS NULL" : "")
                        + (item.mark().isPresent()
                                ? " UNION ALL SELECT true, "
                                        + quoted(item, "t.")
                                        + " FROM "
                                        + item.table().sql()
                                        + " t WHERE "
                                        + marked
                                        + " IS NOT NULL AND "
                                        + seen
                                : "")
                        + ") f");
        Sql.run(connection, "CREATE UNIQUE INDEX ON " + list + " (" + NUMBER + ")");
        long vanished =
                Sql.number(connection, "SELECT count(*) FROM " + list + " WHERE NOT " + MARKED);
        long rows = Sql.number(connection, "SELECT count(*) FROM " + item.table().sql());
        Sql.update(
                connection,
                "UPDATE lode.vanishing SET state = 'listed', policy = ?, table_rows = ?, listed ="
                        + " ?, run_id = ? WHERE item_id = ?",
                item.policy().name().toLowerCase(Locale.ROOT),
                rows,
                vanished,
                run,
                item.id());
        return new Listed(vanished, rows, 0);
    }

    private static final String NUMBER = "\"lode number\"";
    private static final String MARKED = "\"lode marked\"";

    /// Applies the policy to what is on the list, batch by batch, in the order of the keys.
    ///
    /// @return rows that were marked, unmarked or deleted; 0 when the rest is referred to by others
    public long apply(Item item) {
        var before = left(item);
        for (long from = 0; from < before.last(); from += BATCH) {
            long first = from;
            work.repeatableBesideWriters(
                    "vanished rows of " + item.table(),
                    connection -> batch(connection, item, first));
        }
        return before.last() == 0 ? 0 : before.rows() - left(item).rows();
    }

    /// @param last number of the last one
    private record Left(long rows, long last) {}

    /// What is on the list still.
    private Left left(Item item) {
        return work.reading(
                "reading the list of vanished rows of " + item.table(),
                connection ->
                        Sql.list(
                                        connection,
                                        "SELECT count(*), coalesce(max("
                                                + NUMBER
                                                + "), 0) FROM "
                                                + SeenKeys.list(item.id()),
                                        row -> new Left(row.getLong(1), row.getLong(2)))
                                .getFirst());
    }

    private long batch(Connection connection, Item item, long from) throws SQLException {
        return switch (item.policy()) {
            case KEEP -> 0;
            case MARK -> mark(connection, item, from);
            case DELETE -> delete(connection, item, from);
        };
    }

    private long delete(Connection connection, Item item, long from) throws SQLException {
        String t = item.table().sql();
        long deleted =
                change(
                        connection,
                        item,
                        "DELETE FROM "
                                + t
                                + " t USING "
                                + batchOf(item, "")
                                + " WHERE "
                                + equal(item, "t", "v")
                                + unreferenced(connection, item)
                                + " RETURNING "
                                + kept(item, "t."),
                        "'delete'",
                        from);
        count(connection, item, "vanished", deleted);
        return deleted;
    }

    private long mark(Connection connection, Item item, long from) throws SQLException {
        String column = TableName.quote(item.mark().orElseThrow());
        String type =
                Sql.list(
                                connection,
                                "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE"
                                        + " attrelid = ?::text::regclass AND attname = ?",
                                row -> row.getString(1),
                                item.table().sql(),
                                item.mark().get())
                        .getFirst();
        String value =
                type.equals("date")
                        ? "(SELECT coalesce(snapshot, current_date) FROM lode.item WHERE id = "
                                + item.id()
                                + ")"
                        : "now()";
        long marked =
                change(
                        connection,
                        item,
                        update(item, column, value, "NOT " + MARKED, "IS NULL"),
                        "'update'",
                        from);
        long returned =
                change(
                        connection,
                        item,
                        update(item, column, "NULL", MARKED, "IS NOT NULL"),
                        "'update'",
                        from);
        count(connection, item, "vanished", marked);
        count(connection, item, "returned", returned);
        return marked + returned;
    }

    private static String update(
            Item item, String column, String value, String which, String still) {
        return "UPDATE "
                + item.table().sql()
                + " t SET "
                + column
                + " = "
                + value
                + " FROM "
                + batchOf(item, " AND " + which)
                + " WHERE "
                + equal(item, "t", "v")
                + " AND t."
                + column
                + " "
                + still
                + " RETURNING "
                + kept(item, "t.");
    }

    /// Runs a change of the table and takes its rows from the list, in one statement.
    private long change(Connection connection, Item item, String change, String op, long from)
            throws SQLException {
        String sql =
                "WITH done AS ("
                        + change
                        + "), listed AS (DELETE FROM "
                        + SeenKeys.list(item.id())
                        + " l USING done WHERE "
                        + equal(item, "l", "done")
                        + ")"
                        + (item.recordChanges()
                                ? ", logged AS ("
                                        + ChangeLog.record("done", "c", item.keptColumns(), op)
                                        + ")"
                                : "")
                        + " SELECT count(*) FROM done";
        return item.recordChanges()
                ? Sql.number(connection, sql, from, from + BATCH, run, item.id())
                : Sql.number(connection, sql, from, from + BATCH);
    }

    private static String batchOf(Item item, String which) {
        return "(SELECT * FROM "
                + SeenKeys.list(item.id())
                + " WHERE "
                + NUMBER
                + " > ? AND "
                + NUMBER
                + " <= ?"
                + which
                + ") v";
    }

    private static void count(Connection connection, Item item, String column, long rows)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.vanishing SET " + column + " = " + column + " + ? WHERE item_id = ?",
                rows,
                item.id());
    }

    /// Rows that nothing refers to, but for themselves.
    private static String unreferenced(Connection connection, Item item) throws SQLException {
        var facts = CatalogReader.table(connection, item.table());
        return facts.stream()
                .flatMap(table -> table.incoming().stream())
                .filter(ForeignKeyFacts::enforced)
                .map(
                        key -> {
                            var text = new StringBuilder(" AND NOT EXISTS (SELECT FROM ");
                            text.append(key.table().sql()).append(" r WHERE ");
                            for (int i = 0; i < key.columns().size(); i++) {
                                text.append(i == 0 ? "" : " AND ")
                                        .append("t.")
                                        .append(TableName.quote(key.referencedColumns().get(i)))
                                        .append(' ')
                                        .append(key.operators().get(i))
                                        .append(" r.")
                                        .append(TableName.quote(key.columns().get(i)));
                            }
                            if (key.toItself()) {
                                text.append(
                                        " AND (r.tableoid, r.ctid) IS DISTINCT FROM (t.tableoid,"
                                                + " t.ctid)");
                            }
                            return text.append(')').toString();
                        })
                .collect(Collectors.joining());
    }

    /// Ends an item's vanished rows.
    public VanishedReport finish(Item item) {
        return work.repeatableBesideWriters(
                "ending vanished rows of " + item.table(),
                connection -> {
                    if (!state(connection, item).equals(Optional.of("done"))) {
                        end(connection, item);
                    }
                    return report(connection, item);
                });
    }

    private static Optional<String> state(Connection connection, Item item) throws SQLException {
        return Sql.first(
                connection,
                "SELECT state FROM lode.vanishing WHERE item_id = ?",
                row -> row.getString(1),
                item.id());
    }

    private static void end(Connection connection, Item item) throws SQLException {
        long held =
                item.policy() == Policy.DELETE
                        ? Sql.number(
                                connection,
                                "SELECT count(*) FROM "
                                        + SeenKeys.list(item.id())
                                        + " v WHERE EXISTS (SELECT FROM "
                                        + item.table().sql()
                                        + " t WHERE "
                                        + equal(item, "t", "v")
                                        + ")")
                        : 0;
        Sql.update(
                connection,
                "UPDATE lode.vanishing SET state = 'done', ended_at = now(), held = ?, vanished ="
                        + " CASE policy WHEN 'keep' THEN listed ELSE vanished END WHERE item_id ="
                        + " ?",
                held,
                item.id());
        SeenKeys.drop(connection, item.id());
    }

    private static VanishedReport report(Connection connection, Item item) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT vanished, returned, held, table_rows FROM lode.vanishing WHERE"
                                + " item_id = ?",
                        row ->
                                new VanishedReport(
                                        item.table(),
                                        item.policy().name().toLowerCase(Locale.ROOT),
                                        row.getLong(1),
                                        row.getLong(2),
                                        row.getLong(3),
                                        row.getLong(4)),
                        item.id())
                .getFirst();
    }

    private static String kept(Item item, String prefix) {
        return quoted(item.recordChanges() ? item.keptColumns() : item.key(), prefix);
    }

    private static String quoted(Item item, String prefix) {
        return quoted(item.key(), prefix);
    }

    private static String quoted(List<String> columns, String prefix) {
        return columns.stream()
                .map(column -> prefix + TableName.quote(column))
                .collect(Collectors.joining(", "));
    }

    private static String equal(Item item, String a, String b) {
        return item.key().stream()
                .map(TableName::quote)
                .map(column -> a + "." + column + " = " + b + "." + column)
                .collect(Collectors.joining(" AND "));
    }

    /// A row whose key holds NULL was never a record's.
    private static String known(Item item) {
        return item.key().stream()
                .map(column -> "t." + TableName.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
    }
}
