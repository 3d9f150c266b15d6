package dev.lode.postgres.publish;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.core.pack.publish.OtherWriter;
import dev.lode.core.pack.publish.PartitionSpec;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.core.pack.publish.PublicationSpec.Dependency;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds out what changed since a state of the database:
/// 1. rows that loads and triggers noted, by transactions which that state did not see: late
///    commits are among them whatever their time stamps;
/// 2. rows whose declared column is not older than the oldest transaction that ran then, and, as
///    such a column says nothing of deleted rows, a comparison of keys;
/// 3. from rows of other tables to the items they belong to, now and before.
///
/// It may find too much: the content's hash decides. Where nothing can be known, it says so.
final class ChangeSearch {
    /// Keys of one statement.
    private static final int BATCH = 5_000;

    private final Connection connection;
    private final Pack pack;
    private final ItemSql sql;
    private final PublishedState before;
    private final Comparator<String> order;
    private final int mostKeys;
    private final Set<TableName> lateTriggers;

    private final Set<String> keys = new HashSet<>();
    private final Set<String> onlyNew = new HashSet<>();
    private final Map<String, Long> why = new LinkedHashMap<>();
    private boolean listChanged;
    private boolean compareKeys;

    /// @param connection that sees the snapshot
    /// @param lateTriggers tables whose triggers were not there all the time
    /// @param order of keys
    /// @param mostKeys more of them are as dear as everything
    ChangeSearch(
            Connection connection,
            Pack pack,
            ItemSql sql,
            PublishedState before,
            Set<TableName> lateTriggers,
            Comparator<String> order,
            int mostKeys) {
        this.connection = connection;
        this.pack = pack;
        this.sql = sql;
        this.before = before;
        this.lateTriggers = lateTriggers;
        this.order = order;
        this.mostKeys = mostKeys;
    }

    private PublicationSpec spec() {
        return sql.spec();
    }

    Changed run() throws SQLException {
        var tables = new ArrayList<>(Relations.tables(spec(), pack.schema()));
        for (var table : tables) {
            var blind = blind(table);
            if (blind.isPresent()) {
                return new Changed.Everything(blind.get());
            }
        }
        var whole = logged(tables);
        if (whole.isPresent()) {
            return new Changed.Everything(whole.get());
        }
        for (var table : tables) {
            stamped(table);
        }
        if (keys.size() > mostKeys) {
            return new Changed.Everything(
                    keys.size() + " items may have changed, more than are read one by one");
        }
        if (keys.isEmpty() && !listChanged && !compareKeys) {
            return new Changed.Nothing();
        }
        return items();
    }

    /// Why it cannot be known who wrote a table.
    private Optional<String> blind(TableName table) {
        if (before.openTables().contains(table.name())) {
            return Optional.of("table " + table + " was being filled when it was published last");
        }
        var other = other(table);
        if (other instanceof OtherWriter.Unknown) {
            return Optional.of("nothing says what others change in table " + table);
        }
        if (other instanceof OtherWriter.Triggers && lateTriggers.contains(table)) {
            return Optional.of("the triggers of table " + table + " were not there all the time");
        }
        if (other == null && !isLoaded(table)) {
            return Optional.of(
                    "nothing says what changes in table "
                            + table
                            + ", which no load of this pack fills; see other-writers");
        }
        return Optional.empty();
    }

    private @Nullable OtherWriter other(TableName table) {
        return pack.publish().otherWriters().get(table.name());
    }

    private boolean isLoaded(TableName table) {
        return pack.tables().stream().map(TableSpec::table).anyMatch(table.name()::equals);
    }

    private record Entry(String table, String op, @Nullable String values) {}

    /// Reads the log.
    ///
    /// @return why everything has to be compared, if that is so
    private Optional<String> logged(List<TableName> tables) throws SQLException {
        var columns = new LinkedHashSet<String>();
        tables.forEach(table -> columns.addAll(pack.publish().linkColumns(table.name())));
        var entries =
                Sql.list(
                        connection,
                        "SELECT table_name, op, key::text FROM lode.changed WHERE xid >="
                                + " pg_snapshot_xmin(?::pg_snapshot)::text::bigint AND NOT"
                                + " pg_visible_in_snapshot(xid::text::xid8, ?::pg_snapshot) AND"
                                + " table_schema = ? AND table_name = ANY (?)",
                        row -> new Entry(row.getString(1), row.getString(2), row.getString(3)),
                        before.snapshot(),
                        before.snapshot(),
                        pack.schema(),
                        connection.createArrayOf(
                                "text", tables.stream().map(TableName::name).toArray()));
        var rows = new HashMap<String, Set<String>>();
        for (var entry : entries) {
            why.merge(entry.table(), 1L, Long::sum);
            if (isList(entry.table())) {
                listChanged = true;
            }
            if (entry.values() == null) {
                if (isOnlyList(entry.table())) {
                    continue;
                }
                return Optional.of("any row of table " + entry.table() + " may have changed");
            }
            var values = LoggedKey.parse(entry.values());
            if (isRows(entry.table())) {
                String key = values.get(spec().key());
                if (key == null) {
                    return Optional.of(
                            "keys of table " + entry.table() + " were noted by other columns");
                }
                if (entry.op().equals("insert")) {
                    if (!keys.contains(key)) {
                        onlyNew.add(key);
                    }
                } else {
                    onlyNew.remove(key);
                }
                keys.add(key);
            }
            for (var dependency : spec().dependencies()) {
                var link = dependency.link();
                if (!link.table().equals(entry.table())) {
                    continue;
                }
                String column = link.columns().keySet().iterator().next();
                if (!values.containsKey(column)) {
                    return Optional.of(
                            "rows of table " + entry.table() + " were noted without " + column);
                }
                String value = values.get(column);
                if (value != null) {
                    rows.computeIfAbsent(link.table() + "." + column, _ -> new HashSet<>())
                            .add(value);
                }
            }
        }
        for (var dependency : spec().dependencies()) {
            var link = dependency.link();
            String column = link.columns().keySet().iterator().next();
            follow(dependency, rows.getOrDefault(link.table() + "." + column, Set.of()));
        }
        return Optional.empty();
    }

    private boolean isRows(String table) {
        return spec().table().filter(table::equals).isPresent();
    }

    private boolean isList(String table) {
        return spec().partition()
                .flatMap(PartitionSpec::list)
                .filter(list -> list.table().equals(table))
                .isPresent();
    }

    /// Whether the table only says which partitions there are.
    private boolean isOnlyList(String table) {
        return isList(table)
                && !isRows(table)
                && spec().dependencies().stream().noneMatch(d -> d.link().table().equals(table));
    }

    /// From rows of another table to items.
    private void follow(Dependency dependency, Collection<String> values) throws SQLException {
        if (sql.isKey(dependency)) {
            values.forEach(this::changed);
            return;
        }
        for (var batch : batches(values)) {
            if (keys.size() > mostKeys) {
                return;
            }
            Sql.list(connection, sql.keysOf(dependency, batch), row -> row.getString(1))
                    .forEach(this::changed);
        }
    }

    private void changed(@Nullable String key) {
        if (key != null) {
            keys.add(key);
            onlyNew.remove(key);
        }
    }

    /// Rows whose declared column is new enough.
    private void stamped(TableName table) throws SQLException {
        if (!(other(table) instanceof OtherWriter.Column(String column))) {
            return;
        }
        if (isRows(table.name())) {
            compareKeys = true;
            var found =
                    Sql.list(
                            connection,
                            sql.keysSince(column, before.oldest()),
                            row -> row.getString(1));
            found.forEach(this::changed);
            note(table, found.size());
        }
        if (isList(table.name())) {
            listChanged = true;
        }
        for (var dependency : spec().dependencies()) {
            if (dependency.link().table().equals(table.name())) {
                var found =
                        Sql.list(
                                connection,
                                sql.linksSince(dependency, column, before.oldest()),
                                row -> row.getString(1));
                follow(dependency, found);
                note(table, found.size());
            }
        }
    }

    private void note(TableName table, int rows) {
        if (rows > 0) {
            why.merge(table.name(), (long) rows, Long::sum);
        }
    }

    private Changed items() throws SQLException {
        var places = new TreeMap<String, List<String>>();
        var found = new HashSet<String>();
        for (var batch : batches(keys)) {
            Sql.list(
                    connection,
                    sql.places(batch),
                    row -> {
                        String key = row.getString(1);
                        String partition = row.getString(2);
                        if (!found.add(key)) {
                            throw twice(sql.spec(), key, partition);
                        }
                        places.computeIfAbsent(partition, _ -> new ArrayList<>()).add(key);
                        return 0;
                    });
        }
        places.values().forEach(list -> list.sort(order));
        var elsewhere = new ArrayList<String>();
        for (String key : keys) {
            if (!onlyNew.contains(key)) {
                elsewhere.add(key);
            }
        }
        elsewhere.sort(order);
        var partitions = new TreeSet<>(places.keySet());
        partitions.addAll(listed(connection, sql, pack.schema()));
        return new Changed.Items(places, elsewhere, partitions, compareKeys, Map.copyOf(why));
    }

    static LodeException twice(PublicationSpec spec, String key, String partition) {
        return LodeException.data(
                "publication '"
                        + spec.name()
                        + "': key \""
                        + key
                        + "\" stands for more than one item, one of them in partition \""
                        + partition
                        + "\"; the generation was not made; take a key that is unique, or joins"
                        + " that find one row at most");
    }

    /// The values of the table that lists partitions.
    static List<String> listed(Connection connection, ItemSql sql, String schema)
            throws SQLException {
        var list = sql.spec().partition().flatMap(PartitionSpec::list);
        if (list.isEmpty()) {
            return List.of();
        }
        String column = TableName.quote(list.get().column());
        return Sql.list(
                connection,
                "SELECT DISTINCT "
                        + column
                        + "::text FROM "
                        + new TableName(schema, list.get().table()).sql()
                        + " WHERE "
                        + column
                        + " IS NOT NULL",
                row -> row.getString(1));
    }

    static List<List<String>> batches(Collection<String> values) {
        var all = List.copyOf(values);
        var batches = new ArrayList<List<String>>();
        for (int at = 0; at < all.size(); at += BATCH) {
            batches.add(all.subList(at, Math.min(all.size(), at + BATCH)));
        }
        return batches;
    }
}
