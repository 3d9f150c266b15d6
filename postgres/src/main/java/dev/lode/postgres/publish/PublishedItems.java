package dev.lode.postgres.publish;

import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.publish.Content;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.format.table.ColumnType;
import dev.lode.format.table.TableColumn;
import dev.lode.postgres.Sql;
import dev.lode.postgres.query.ResultColumns;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The items of one publication in one snapshot, and what changed among them. Thread safe; readers
/// belong to one thread each.
public final class PublishedItems {
    private final ReadSnapshot snapshot;
    private final String where;
    private final Pack pack;
    private final ItemSql sql;
    private final Set<TableName> lateTriggers;
    private final String cluster;
    private final int mostKeys;
    private volatile Optional<Boolean> numeric = Optional.empty();

    PublishedItems(
            ReadSnapshot snapshot,
            String where,
            Pack pack,
            ItemSql sql,
            Set<TableName> lateTriggers,
            String cluster,
            int mostKeys) {
        this.snapshot = snapshot;
        this.where = where;
        this.pack = pack;
        this.sql = sql;
        this.lateTriggers = lateTriggers;
        this.cluster = cluster;
        this.mostKeys = mostKeys;
    }

    public PublicationSpec spec() {
        return sql.spec();
    }

    /// The columns of a file of columns, with their types; none for other contents.
    public List<TableColumn> columns() {
        if (!(spec().content() instanceof Content.Columns content)) {
            return List.of();
        }
        String query = sql.plainColumns().orElseThrow();
        var found =
                snapshot.coordinate(
                        "looking at the columns of " + spec().name(),
                        connection -> ResultColumns.of(connection, query).columns());
        var columns = new ArrayList<TableColumn>();
        for (int i = 0; i < found.size(); i++) {
            columns.add(new TableColumn(content.columns().get(i).column(), found.get(i).type()));
        }
        if (content.document().isPresent()) {
            columns.add(new TableColumn(Content.Columns.DOCUMENT, new ColumnType.Json()));
        }
        return columns;
    }

    /// What may have changed since a generation.
    ///
    /// @param place where the generation lies
    /// @param content of its manifest
    /// @param order of keys
    public Changed changed(
            String place, long generation, String content, Comparator<String> order) {
        return snapshot.coordinate(
                "looking for changes of " + spec().name(),
                connection -> {
                    var before = state(connection, place);
                    if (before.isEmpty()
                            || before.get().generation() != generation
                            || !before.get().content().equals(content)) {
                        return new Changed.Everything(
                                "this database does not know the generation that is there");
                    }
                    if (!before.get().cluster().equals(cluster)) {
                        return new Changed.Everything(
                                "it was published from another database server, or before this one"
                                        + " was restored");
                    }
                    if (!before.get()
                            .definition()
                            .equals(PublishSnapshot.digest(sql.definition()))) {
                        return new Changed.Everything("the pack or its tables have other columns");
                    }
                    return new ChangeSearch(
                                    connection,
                                    pack,
                                    sql,
                                    before.get(),
                                    lateTriggers,
                                    order,
                                    mostKeys)
                            .run();
                });
    }

    private Optional<PublishedState> state(Connection connection, String place)
            throws SQLException {
        if (!PublishSnapshot.hasLedger(connection)) {
            return Optional.empty();
        }
        return Sql.first(
                connection,
                "SELECT generation, content, definition, cluster, snapshot, oldest::text,"
                        + " open_tables FROM lode.publication WHERE dataset = ? AND name = ? AND"
                        + " place = ?",
                row ->
                        new PublishedState(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                List.of((String[]) row.getArray(7).getArray())),
                pack.dataset(),
                spec().name(),
                place);
    }

    /// All partitions: those that have items and those that are listed.
    public SortedSet<String> partitions() {
        return snapshot.coordinate(
                "listing partitions of " + spec().name(),
                connection -> {
                    var all = new TreeSet<>(ChangeSearch.listed(connection, sql, pack.schema()));
                    all.addAll(Sql.list(connection, sql.partitions(), row -> row.getString(1)));
                    if (spec().partition().isEmpty()) {
                        all.add(spec().name());
                    }
                    return all;
                });
    }

    /// Whether a partition has an item.
    public boolean holds(String partition) {
        return snapshot.coordinate(
                "looking into partition " + partition,
                connection -> !Sql.list(connection, sql.holds(partition), row -> 1).isEmpty());
    }

    /// Looks for a key that stands for several items, where the catalog does not forbid that.
    ///
    /// @throws dev.lode.core.LodeException of kind DATA when there is one
    public void refuseDuplicates() {
        if (sql.isUnique()) {
            return;
        }
        snapshot.coordinate(
                "looking for keys that occur twice in " + spec().name(),
                connection -> {
                    var found =
                            Sql.first(
                                    connection,
                                    sql.duplicates(),
                                    row -> List.of(row.getString(1), row.getString(3)));
                    found.ifPresent(
                            pair -> {
                                throw ChangeSearch.twice(spec(), pair.getFirst(), pair.getLast());
                            });
                    return 0;
                });
    }

    /// All items of a partition, in the order of keys: shorter ones first.
    public ItemRows ofPartition(String partition) throws InterruptedException {
        return rows(sql.ofPartition(partition, numeric()));
    }

    /// Key and partition of all items of a partition, in the order of keys.
    public ItemRows keysOfPartition(String partition) throws InterruptedException {
        return rows(sql.keysOfPartition(partition, numeric()));
    }

    /// The items of some keys, in the order of keys; those that are not there are left out.
    public ItemRows ofKeys(Collection<String> keys) throws InterruptedException {
        return rows(sql.ofKeys(keys, numeric()));
    }

    private ItemRows rows(String query) throws InterruptedException {
        return ItemRows.open(snapshot, where, spec().name(), query);
    }

    /// Whether all keys are whole numbers from 0 up: then their own order is that of keys.
    private boolean numeric() {
        if (numeric.isEmpty()) {
            numeric =
                    Optional.of(
                            sql.wholeNumbers()
                                    && snapshot.coordinate(
                                            "looking at keys of " + spec().name(),
                                            connection ->
                                                    Sql.number(connection, sql.smallestKey())
                                                            >= 0));
        }
        return numeric.get();
    }
}
