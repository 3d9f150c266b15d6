package dev.lode.postgres.swap;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// Puts new tables in the place of old ones:
/// 1. [#build]: of records with one key the winner stays; keys and indexes are made, unseen;
/// 2. [#connect]: foreign keys between and from the new tables, checked row by row;
/// 3. [#swap]: all of a run's tables change places in one short transaction;
/// 4. [#validate]: foreign keys of other tables are checked against the new rows.
///
/// Every step finds out from the catalog and the ledger what is left to do, so a run that was
/// killed anywhere is gone on with by calling them again. Thread safe; every call has a connection
/// of its own.
public final class Replacement {
    private static final int EXPECTED_CHANGES = 3;

    private final Connections connections;
    private final String where;
    private final String dataset;
    private final Ledger ledger;
    private final Lease lease;
    private final long run;
    private final ApplySettings settings;
    private final Endurance endurance;

    /// @param where the database, for messages
    /// @param endurance how its steps meet a server that is full or away
    public Replacement(
            Connections connections,
            String where,
            String dataset,
            Ledger ledger,
            Lease lease,
            long run,
            ApplySettings settings,
            Endurance endurance) {
        this.connections = connections;
        this.where = where;
        this.dataset = dataset;
        this.ledger = ledger;
        this.lease = lease;
        this.run = run;
        this.settings = settings;
        this.endurance = endurance;
    }

    /// An item whose rows are in a new table.
    ///
    /// @param id of the ledger
    /// @param key columns that tell its records apart; empty for none
    /// @param version column whose higher value wins; empty for none
    /// @param recordChanges whether the log of changes is to say that the whole table changed
    public record Item(
            long id,
            TableName table,
            List<String> key,
            List<String> version,
            boolean recordChanges) {
        public Item {
            key = List.copyOf(key);
            version = List.copyOf(version);
        }
    }

    /// Why a table cannot be replaced; empty when it can.
    public static List<String> refusals(Connection connection, long table) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Shadows.qualify(connection);
            return Dependants.refusals(connection, List.of(table));
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /// Drops shadows of earlier runs that nothing will go on with.
    ///
    /// @param otherwise tables of this run that are not replaced
    /// @return what was dropped, for people
    public List<String> dropForgotten(Collection<TableName> otherwise) throws InterruptedException {
        return work(
                "dropping forgotten tables",
                "pg_catalog",
                step ->
                        step.transaction(
                                advisory(),
                                connection -> {
                                    lease.check(connection);
                                    return new Shadows(ledger, run)
                                            .dropForgotten(connection, dataset, otherwise);
                                }));
    }

    /// Makes the new table of an item whole: keys and indexes as the old one has them.
    ///
    /// @return what became of the item's records, those counted that lost to another of their key
    /// @throws LodeException of kind DATA when rows break a unique index other than the key
    public RowCounts build(Item item) throws InterruptedException {
        return work(
                "building the new " + item.table(),
                item.table().schema(),
                step -> new ShadowBuilder(step, ledger, lease, run, advisory()).build(item));
    }

    /// Makes the foreign keys of new tables; those between tables of the run between the new ones.
    ///
    /// @return keys that rows break: they guard new rows and stay NOT VALID
    public List<String> connect(List<Item> items) throws InterruptedException {
        return items.isEmpty()
                ? List.of()
                : work(
                        "making foreign keys of new tables",
                        items.getFirst().table().schema(),
                        step -> new ShadowKeys(step, lease, advisory()).connect(items));
    }

    /// How many rows of the table there is now have no counterpart in the new one; 0 without a key.
    ///
    /// @return vanished rows, and all rows of the table
    public Vanished vanished(Item item) throws InterruptedException {
        return work(
                "looking for vanished rows of " + item.table(),
                item.table().schema(),
                step ->
                        step.transaction(
                                advisory(),
                                connection -> {
                                    var shadow = Shadows.ofItem(connection, item.id());
                                    if (shadow.isEmpty() || item.key().isEmpty()) {
                                        return new Vanished(0, 0);
                                    }
                                    return count(connection, shadow.get(), item.key());
                                }));
    }

    /// Rows that are in the old table alone.
    public record Vanished(long rows, long of) {}

    private static Vanished count(Connection connection, Shadow shadow, List<String> key)
            throws SQLException {
        String equal =
                String.join(
                        " AND ",
                        key.stream()
                                .map(TableName::quote)
                                .map(column -> "n." + column + " = o." + column)
                                .toList());
        return Sql.list(
                        connection,
                        "SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT FROM "
                                + shadow.name().sql()
                                + " n WHERE "
                                + equal
                                + ")), count(*) FROM "
                                + shadow.target().sql()
                                + " o",
                        row -> new Vanished(row.getLong(1), row.getLong(2)))
                .getFirst();
    }

    /// Puts the new tables of all items in the place of the old ones, in one transaction with the
    /// ledger. An item whose table is swapped already is passed over.
    ///
    /// @throws LodeException of kind RESOURCE that names who holds a lock, when it does not come
    public void swap(List<Item> items) throws InterruptedException {
        for (int attempt = 0; attempt < EXPECTED_CHANGES; attempt++) {
            boolean done =
                    work(
                            "swapping tables",
                            items.getFirst().table().schema(),
                            step ->
                                    new Swap(step, lease, run, dataset, settings, advisory())
                                            .swap(items));
            if (done) {
                return;
            }
            // Somebody gave the old table an index or a key meanwhile.
            for (var item : items) {
                build(item);
            }
            connect(items);
        }
        throw LodeException.resource(
                "swap: somebody keeps changing indexes and keys of the tables; they were left as"
                        + " they are; run the same command again when that has ended");
    }

    /// Checks foreign keys of other tables that a swap made again, of this run or of one that was
    /// killed.
    ///
    /// @return keys that rows break: they stay NOT VALID
    public List<String> validate() throws InterruptedException {
        return work(
                "checking foreign keys",
                "pg_catalog",
                step -> new UncheckedKeys(step, lease, dataset, advisory()).validate());
    }

    private long advisory() {
        return 0x6c6f6465_00000000L | (dataset.hashCode() & 0xffffffffL);
    }

    private interface Work<T> {
        T with(Step step) throws SQLException, InterruptedException;
    }

    private <T> T work(String doing, String schema, Work<T> work) throws InterruptedException {
        try {
            return endurance.through(
                    where + ": " + doing,
                    () -> {
                        try (var brief = connections.brief(lease.applicationName())) {
                            T result = work.with(new Step(brief.connection(), schema, settings));
                            brief.done();
                            return result;
                        }
                    });
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }
}
