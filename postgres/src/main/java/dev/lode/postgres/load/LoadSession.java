package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RowEncoder;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.swap.Replacement;
import dev.lode.postgres.swap.Shadows;
import dev.lode.postgres.vanish.SeenKeys;
import dev.lode.postgres.vanish.Vanishing;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;

/// A run that writes a dataset: holds its lease from begin to end, and is the only way to the
/// ledger for the engine. Thread safe; every call has a connection of its own.
public final class LoadSession implements AutoCloseable {
    private final Connections connections;
    private final String where;
    private final String dataset;
    private final Ledger ledger = new Ledger();
    private final Lease lease;
    private final long run;

    private LoadSession(
            Connections connections, String where, String dataset, Lease lease, long run) {
        this.connections = connections;
        this.where = where;
        this.dataset = dataset;
        this.lease = lease;
        this.run = run;
    }

    /// Takes the dataset's lease and begins a run.
    ///
    /// @param where the database, for messages
    /// @param onLoss called when another process took the lease over
    /// @throws LodeException of kind RESOURCE when another run holds it
    public static LoadSession begin(
            Connections connections,
            String where,
            String dataset,
            String operation,
            Optional<LocalDate> snapshot,
            RunOrigin origin,
            Duration leaseTimeout,
            Runnable onLoss) {
        try {
            var lease = Lease.acquire(connections, dataset, origin.holder(), leaseTimeout, onLoss);
            try (var connection = connections.open(lease.applicationName())) {
                long run =
                        new Ledger()
                                .startRun(
                                        connection,
                                        dataset,
                                        operation,
                                        snapshot,
                                        lease.token(),
                                        origin.host(),
                                        origin.pid(),
                                        origin.version());
                lease.names(connection, run);
                return new LoadSession(connections, where, dataset, lease, run);
            } catch (SQLException | RuntimeException e) {
                lease.close();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "beginning a run", e);
        }
    }

    /// Application name of the run's connections: who takes the dataset over ends them by it.
    public String applicationName() {
        return lease.applicationName();
    }

    /// Number of this run in the ledger.
    public long run() {
        return run;
    }

    /// Decides by the ledger what happens to an item, and records that it begins.
    ///
    /// `append` never takes the same content twice, whatever its name. `upsert` compares with what
    /// was applied last: A, then B, then A again applies A again.
    ///
    /// @param again whether content that was applied is applied once more
    /// @throws LodeException of kind DATA when the table is empty although the ledger says that it
    ///   was filled
    public ItemStart start(ItemKey key, Target target, boolean again) {
        return inTransaction(
                "beginning " + key.name(),
                connection -> {
                    if (key.mode() == LoadMode.REPLACE) {
                        return new Shadows(ledger, run).start(connection, key, target, again);
                    }
                    var known =
                            key.mode() == LoadMode.APPEND
                                    ? ledger.itemOfContent(connection, key)
                                    : ledger.lastItem(connection, key.dataset(), key.tableOid());
                    if (known.isPresent()) {
                        var item = known.get();
                        boolean sameContent = item.content().equals(key.content().hex());
                        boolean same = sameContent && item.mapping().equals(key.mapping());
                        boolean applied = key.mode() == LoadMode.APPEND ? sameContent : same;
                        if (applied && item.state().equals("done") && !again) {
                            refuseIfEmptied(connection, target, item);
                            return new ItemStart.Skip(
                                    item,
                                    item.counts(),
                                    "the same content is in the table already");
                        }
                        if (!item.state().equals("done")) {
                            if (same) {
                                ledger.resumeItem(connection, item.id(), run);
                                return new ItemStart.Go(
                                        item, ledger.position(connection, item.id()), target);
                            }
                            refuseHalfAppended(key, item);
                            ledger.supersedeItem(connection, item.id());
                        }
                    }
                    boolean fresh = !hasRows(connection, target);
                    var begun = ledger.startItem(connection, key, fresh, run);
                    SeenKeys.forgetEarlier(connection, begun.id());
                    return new ItemStart.Go(begun, Position.START, target);
                });
    }

    /// Builds and swaps the tables that the run replaces.
    ///
    /// @param settings bounds of making indexes and keys
    public Replacement replacement(ApplySettings settings) {
        return new Replacement(connections, where, dataset, ledger, lease, run, settings);
    }

    /// Deals with rows that a snapshot does not have any more.
    public Vanishing vanishing() {
        return new Vanishing(connections, where, lease, run);
    }

    /// A loader of the item's batches, with a connection of its own. The caller closes it.
    public SplitLoader splits(ItemRow item, Target target, RowEncoder encoder, LoadLimits limits) {
        return new SplitLoader(connections, ledger, lease, run, item, target, encoder, limits);
    }

    /// Whether records of the item still wait for rows of other items: the run that loaded it was
    /// stopped before it could settle them.
    public boolean hasPending(ItemRow item) {
        return inTransaction(
                "looking for pending records of " + item.name(),
                connection -> PendingRecords.any(connection, item));
    }

    /// Loads the item's pending records again, until no further one finds its row. Only once all
    /// items that may bring rows are loaded. Where tables refer to each other in a circle, what it
    /// loads may be what pending records of another item wait for.
    ///
    /// @param fields columns of the item's file
    /// @return how many records got their row
    public long retryPending(
            ItemRow item,
            Target target,
            Dialect dialect,
            int fields,
            RowEncoder encoder,
            LoadLimits limits) {
        var records = new PendingRecords(ledger, target, dialect, fields, encoder, limits);
        long sum = 0;
        long loaded;
        do {
            loaded =
                    inTransaction(
                            "loading pending records of " + item.name(),
                            connection -> {
                                long some = records.load(connection, item, run);
                                if (some > 0) {
                                    // In the same transaction: a run that stops here must not
                                    // leave sums that no later one mends.
                                    ledger.finishItem(connection, item.id(), "done", null);
                                }
                                return some;
                            });
            sum += loaded;
        } while (loaded > 0);
        return sum;
    }

    /// What is still pending becomes an open reject.
    ///
    /// @return the item's counts after it
    public RowCounts endPending(ItemRow item) {
        return inTransaction(
                "ending " + item.name(),
                connection -> {
                    PendingRecords.giveUp(connection, item);
                    return ledger.finishItem(connection, item.id(), "done", null);
                });
    }

    /// The item is whole in its table.
    ///
    /// @return the sums of its splits
    public RowCounts done(ItemRow item) {
        return inTransaction(
                "ending " + item.name(),
                connection -> {
                    ChangeLog.bound(connection, item, run);
                    return ledger.finishItem(connection, item.id(), "done", null);
                });
    }

    /// The item failed as a whole; its committed splits stay.
    public void failed(ItemRow item, String message) {
        inTransaction(
                "ending " + item.name(),
                connection -> ledger.finishItem(connection, item.id(), "failed", message));
    }

    /// @param state completed, partial, failed or interrupted
    /// @param summary a JSON document
    public void finish(String state, @Nullable String message, String summary) {
        inTransaction(
                "ending run " + run,
                connection -> {
                    ledger.finishRun(connection, run, state, message, summary);
                    return 0;
                });
    }

    /// Gives the lease back. Idempotent.
    @Override
    public void close() {
        lease.close();
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(String doing, Work<T> work) {
        try (var connection = connections.open(lease.applicationName())) {
            connection.setAutoCommit(false);
            lease.check(connection);
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    private static boolean hasRows(Connection connection, Target target) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT CASE WHEN EXISTS (SELECT FROM "
                                + target.table().sql()
                                + ") THEN 1 ELSE 0 END")
                > 0;
    }

    private void refuseIfEmptied(Connection connection, Target target, ItemRow item)
            throws SQLException {
        if (item.counts().inserted() + item.counts().unchanged() + item.counts().updated() > 0
                && !hasRows(connection, target)) {
            throw LodeException.data(
                    target.table()
                            + ": is empty, but by the ledger "
                            + item.name()
                            + " of dataset '"
                            + dataset
                            + "' put "
                            + item.counts().read()
                            + " records into it; nothing was loaded; if it was emptied on purpose,"
                            + " load with --again");
        }
    }

    private static void refuseHalfAppended(ItemKey key, ItemRow item) {
        if (key.mode() == LoadMode.APPEND && item.content().equals(key.content().hex())) {
            throw LodeException.data(
                    key.name()
                            + ": was half appended to "
                            + key.table()
                            + " by another mapping of the pack; nothing was loaded; go on with the"
                            + " old mapping, or remove its rows and the ledger's item "
                            + item.id());
        }
    }
}
