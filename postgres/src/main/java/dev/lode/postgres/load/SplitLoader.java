package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.ResumePoint;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RowEncoder;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.SplitRow;
import dev.lode.postgres.space.SpaceWatch;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/// Loads the batches of one item into one table, each in a transaction of its own that begins with
/// its ledger line and ends with its rows. Has a connection of its own; opens another when that is
/// lost, within a bound of time. Belongs to one thread.
public final class SplitLoader implements AutoCloseable {
    private static final int MAX_CONFLICTS = 10;
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(200);

    private final Connections connections;
    private final Ledger ledger;
    private final ItemIdentities identities = new ItemIdentities();
    private final Lease lease;
    private final long run;
    private final ItemRow item;
    private final Target target;
    private final DirectCopy direct;
    private final StagedMerge staged;
    private final LoadLimits limits;
    private final Optional<SpaceWatch> space;

    private @Nullable Connection connection;
    private int backend;

    /// @param encoder turns records into rows of the target's columns
    /// @param space pauses the run before the database's disk is full, where one is watched
    public SplitLoader(
            Connections connections,
            Ledger ledger,
            Lease lease,
            long run,
            ItemRow item,
            Target target,
            RowEncoder encoder,
            LoadLimits limits,
            Optional<SpaceWatch> space) {
        this.connections = connections;
        this.ledger = ledger;
        this.lease = lease;
        this.run = run;
        this.item = item;
        this.target = target;
        var copy = new BatchCopy(encoder, target.columnList());
        this.direct = new DirectCopy(copy, target);
        this.staged = new StagedMerge(copy, target);
        this.limits = limits;
        this.space = space;
    }

    /// Commits a batch, or finds that it is committed already.
    ///
    /// @param end where the next batch begins
    /// @return what became of its records
    /// @throws LodeException of kind RESOURCE when the lease is lost or the server stays away;
    ///   nothing of the batch is in the table then, or all of it, and the next run knows which
    public RowCounts load(RecordBatch batch, ResumePoint end) throws InterruptedException {
        return load(batch, end, ChunkDigests.NONE);
    }

    /// The same for bytes whose content id is not known yet.
    ///
    /// @param chunks those of the stored bytes up to `end` that were not recorded before
    public RowCounts load(RecordBatch batch, ResumePoint end, ChunkDigests chunks)
            throws InterruptedException {
        int conflicts = 0;
        long deadline = 0;
        SpaceWatch.Pause pause = null;
        while (true) {
            try {
                if (space.isPresent() && pause == null) {
                    space.get().awaitRoom(end.decodedOffset() - batch.offset());
                }
                var counts = transaction(connected(), batch, end, chunks);
                if (pause != null) {
                    pause.end();
                }
                return counts;
            } catch (SQLException e) {
                abandon();
                if (space.isPresent() && PostgresErrors.isFull(e)) {
                    // The split is a transaction: nothing of it is there.
                    pause = pause == null ? space.get().pause(full(e)) : pause;
                    pause.waitOnce();
                    continue;
                }
                if (PostgresErrors.isConflict(e) && ++conflicts <= MAX_CONFLICTS) {
                    continue;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("interrupted while loading");
                }
                if (!PostgresErrors.isLost(e)) {
                    throw PostgresErrors.explain(
                            target.table().toString(), "loading " + item.name(), e);
                }
                long now = System.nanoTime();
                if (deadline == 0) {
                    deadline = now + limits.serverAway().toNanos();
                }
                if (now > deadline) {
                    throw PostgresErrors.explain(
                            target.table().toString(), "loading " + item.name(), e);
                }
                Thread.sleep(RECONNECT_PAUSE);
            }
        }
    }

    @Override
    public void close() {
        abandon();
    }

    private String full(SQLException e) {
        return target.table()
                + ": the server's disk is full while "
                + item.name()
                + " is loaded ("
                + PostgresErrors.text(e)
                + ")";
    }

    private RowCounts transaction(
            Connection connection, RecordBatch batch, ResumePoint end, ChunkDigests chunks)
            throws SQLException {
        lease.check(connection);
        var read = new RowCounts(batch.count(), 0, 0, 0, 0, 0, 0, 0);
        if (!ledger.claimSplit(
                connection,
                new SplitRow(item.id(), batch.offset(), end, batch.firstRecord(), read),
                run)) {
            connection.rollback();
            return ledger.splitCounts(connection, item.id(), batch.offset()).orElseThrow();
        }
        var outcome = new BatchOutcome(batch, limits.rejectBytes());
        for (var bad : batch.badRecords()) {
            outcome.reject(bad.index(), Optional.empty(), bad.reason(), Optional.empty(), false);
        }
        var counts = rows(connection, outcome);
        counts =
                counts.plus(
                        new RowCounts(batch.count(), 0, 0, 0, 0, 0, 0, outcome.rejects().size()));
        if (!counts.balanced() || (counts.filtered() > 0 && !target.mayFilter())) {
            throw LodeException.bug(
                    item.name()
                            + " at byte "
                            + batch.offset()
                            + ": records do not add up: "
                            + counts
                            + "; nothing of this split was committed",
                    null);
        }
        ledger.addRejects(connection, item.id(), run, outcome.rejects());
        ledger.finishSplit(
                connection,
                new SplitRow(item.id(), batch.offset(), end, batch.firstRecord(), counts));
        identities.addChunks(connection, item.id(), chunks);
        connection.commit();
        return counts;
    }

    private RowCounts rows(Connection connection, BatchOutcome outcome) throws SQLException {
        boolean straight = target.mode() != LoadMode.UPSERT || item.fresh();
        if (straight) {
            var rows = direct.load(connection, outcome);
            if (rows.isPresent()) {
                // A trigger that answers NULL drops its row, and COPY does not count it.
                if (target.recordChanges() && target.mode() != LoadMode.REPLACE) {
                    ChangeLog.whole(connection, item.id(), run);
                }
                long dropped = outcome.open().cardinality() - rows.get();
                return new RowCounts(0, rows.get(), 0, 0, 0, 0, dropped, 0);
            }
        }
        var since =
                target.version().isPresent()
                        ? ledger.firstWriter(connection, item.id())
                        : Optional.<String>empty();
        // Where the table was empty before the item, no row can vanish.
        boolean keepKeys = target.mode() == LoadMode.UPSERT && !item.fresh();
        return staged.load(connection, outcome, since, new MergeTrace(item.id(), run, keepKeys));
    }

    /// A connection in a transaction. After a loss the old backend is ended first: only then is it
    /// known whether it committed.
    private Connection connected() throws SQLException {
        if (connection != null) {
            return connection;
        }
        var fresh = connections.open(lease.applicationName());
        try {
            if (backend != 0) {
                awaitEnd(fresh, backend);
            }
            backend = (int) Sql.number(fresh, "SELECT pg_backend_pid()");
            fresh.setAutoCommit(false);
            connection = fresh;
            return fresh;
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    private void awaitEnd(Connection fresh, int old) throws SQLException {
        for (int round = 0; round < 600; round++) {
            var left =
                    Sql.list(
                            fresh,
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ?"
                                    + " AND application_name = ? AND pid <> pg_backend_pid()",
                            row -> 1,
                            old,
                            lease.applicationName());
            if (left.isEmpty()) {
                return;
            }
            Sql.list(fresh, "SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)", row -> 1);
        }
        throw LodeException.resource(
                "backend "
                        + old
                        + " of this run does not end although its connection is lost; stopped, "
                        + "what was committed is safe; run the same command again");
    }

    private void abandon() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // Lost already: the next connection makes sure that its backend has ended.
            }
            connection = null;
        }
    }
}
