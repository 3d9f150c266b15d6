package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.event.Flight;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.ResumePoint;
import dev.lode.format.csv.RecordBatch;
import dev.lode.postgres.Backends;
import dev.lode.postgres.BriefConnection;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.SplitRow;
import dev.lode.postgres.vanish.SeenKeys;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Loads the batches of one item into one table, each in a transaction of its own that begins with
/// its ledger line and ends with its rows. Has a connection of its own, which it leaves to others
/// when it is closed; opens another when that is lost, within a bound of time. Belongs to one
/// thread.
public final class SplitLoader implements AutoCloseable {
    private static final int MAX_CONFLICTS = 10;

    private final Connections connections;
    private final Ledger ledger;
    private final ItemIdentities identities = new ItemIdentities();
    private final Lease lease;
    private final long run;
    private final ItemRow item;
    private final Target target;
    private final DirectCopy direct;
    private final UnchangedRows unchanged;
    private final StagedMerge staged;
    private final LoadLimits limits;
    private final Endurance endurance;
    private final Optional<RefusedKeys> refusedKeys;

    private @Nullable BriefConnection lent;
    private int backend;
    private @Nullable Look looked;

    /// What was found out of a batch by a transaction that is over.
    ///
    /// @param outcome its records, those refused that no row can be made of
    /// @param found whether rows were found that are as they were
    private record Look(RecordBatch batch, BatchOutcome outcome, boolean found) {}

    /// @param way how records travel
    /// @param endurance how a split meets a server that is full or away
    public SplitLoader(
            Connections connections,
            Ledger ledger,
            Lease lease,
            long run,
            ItemRow item,
            Target target,
            CopyWay way,
            LoadLimits limits,
            Endurance endurance) {
        this.connections = connections;
        this.ledger = ledger;
        this.lease = lease;
        this.run = run;
        this.item = item;
        this.target = target;
        var copy = new BatchCopy(target, way);
        this.direct = new DirectCopy(copy, target);
        this.unchanged = new UnchangedRows(copy, target, way);
        this.staged = new StagedMerge(copy, target);
        this.limits = limits;
        this.endurance = endurance;
        this.refusedKeys =
                target.mode() == LoadMode.UPSERT ? RefusedKeys.of(target) : Optional.empty();
    }

    /// Commits a batch, or finds that it is committed already. All batches before it are committed.
    ///
    /// @param end where the next batch begins
    /// @param chunks those of the stored bytes up to `end` that were not recorded before
    /// @return what became of its records
    /// @throws LodeException of kind RESOURCE when the lease is lost or the server stays away;
    ///   nothing of the batch is in the table then, or all of it, and the next run knows which
    public RowCounts load(RecordBatch batch, ResumePoint end, ChunkDigests chunks)
            throws InterruptedException {
        return load(batch, end, chunks, false).orElseThrow();
    }

    /// The same while other batches of the item are under way on other connections.
    ///
    /// @return empty when a record's fate hangs on those before it: nothing was written, the batch
    ///   has to come again by [#load] when all before it are committed
    public Optional<RowCounts> loadApart(RecordBatch batch, ResumePoint end, ChunkDigests chunks)
            throws InterruptedException {
        return load(batch, end, chunks, true);
    }

    /// Whether [#look] can spare [#load] a part of its work.
    public boolean looks() {
        return !item.fresh() && unchanged.possible();
    }

    /// Opens the connection.
    ///
    /// @return false when the server has none left
    public boolean connect() {
        try {
            connected();
            return true;
        } catch (SQLException e) {
            abandon();
            // Whatever else is wrong [#load] meets again, and knows how long to wait for it.
            return !PostgresErrors.isOutOfConnections(e);
        }
    }

    /// Compares a batch with the table while those before it are not committed yet: the [#load]
    /// that follows has to do the rest only. Writes nothing, and need not succeed.
    public void look(RecordBatch batch) throws InterruptedException {
        try {
            var reader = connected();
            var outcome = outcome(batch);
            boolean found = unchanged.look(reader, outcome);
            reader.commit();
            looked = new Look(batch, outcome, found);
        } catch (SQLException e) {
            abandon();
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while comparing");
            }
            // A server that is full or away: [#load] meets it again, and knows how to wait for it.
        }
    }

    private Optional<RowCounts> load(
            RecordBatch batch, ResumePoint end, ChunkDigests chunks, boolean apart)
            throws InterruptedException {
        int conflicts = 0;
        var trial =
                endurance.trial(target.table() + ": loading " + item.name(), limits.serverAway());
        while (true) {
            try {
                trial.awaitRoom(
                        end.decodedOffset() - batch.offset(),
                        Optional.ofNullable(lent).map(BriefConnection::connection));
                var counts = transaction(connected(), batch, end, chunks, apart);
                trial.done();
                return counts;
            } catch (SQLException e) {
                abandon();
                if (PostgresErrors.isConflict(e) && ++conflicts <= MAX_CONFLICTS) {
                    continue;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("interrupted while loading");
                }
                if (apart && backend == 0 && PostgresErrors.isOutOfConnections(e)) {
                    // The server has no connection left for another stream: one of the others will
                    // take the batch.
                    return Optional.empty();
                }
                // The split is a transaction: nothing of it is there, or all of it, which the next
                // attempt finds in the ledger.
                if (!trial.again(e)) {
                    throw PostgresErrors.explain(
                            target.table().toString(), "loading " + item.name(), e);
                }
            }
        }
    }

    @Override
    public void close() {
        var used = lent;
        if (used == null) {
            return;
        }
        lent = null;
        looked = null;
        // It may be another's from now on.
        backend = 0;
        used.done();
        try {
            used.close();
        } catch (SQLException e) {
            // Lost, or not fit for others: it is closed, and the server has what was committed.
        }
    }

    private Optional<RowCounts> transaction(
            Connection connection,
            RecordBatch batch,
            ResumePoint end,
            ChunkDigests chunks,
            boolean apart)
            throws SQLException {
        var look = Optional.ofNullable(looked).filter(one -> one.batch() == batch);
        looked = null;
        var known = claim(connection, batch, end, apart);
        if (known.isPresent()) {
            return known;
        }
        var outcome = look.map(Look::outcome).orElseGet(() -> outcome(batch));
        RowCounts counts;
        if (apart && target.mode() == LoadMode.UPSERT) {
            var written = rowsApart(connection, outcome);
            if (written instanceof Written.Nothing nothing) {
                connection.rollback();
                if (nothing.byOrder()) {
                    return Optional.empty();
                }
                known = claim(connection, batch, end, true);
                if (known.isPresent()) {
                    return known;
                }
                outcome = outcome(batch);
                written = siftedRows(connection, outcome);
            }
            if (!(written instanceof Written.Rows rows)) {
                connection.rollback();
                return Optional.empty();
            }
            counts = rows.counts();
        } else {
            counts = rows(connection, outcome, look);
        }
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
        keepRejects(connection, outcome);
        ledger.finishSplit(
                connection,
                new SplitRow(item.id(), batch.offset(), end, batch.firstRecord(), counts));
        identities.addChunks(connection, item.id(), chunks);
        var event = Flight.begun(CommitEvent::new);
        connection.commit();
        if (event != null && event.shouldCommit()) {
            event.table = target.table().toString();
            event.records = batch.count();
            event.commit();
        }
        return Optional.of(counts);
    }

    /// Where the order of records decides, a refused one has a place among those of its key; and
    /// what is said of a row is not that it vanished.
    private void keepRejects(Connection connection, BatchOutcome outcome) throws SQLException {
        var keys = refusedKeys.filter(_ -> !outcome.rejects().isEmpty());
        var texts = keys.map(some -> some.texts(outcome)).orElse(Map.of());
        var followed = keys.map(some -> some.followed(outcome, texts)).orElse(Set.of());
        ledger.addRejects(connection, item.id(), run, outcome.rejects(), texts, followed);
        var refused = keys.map(some -> some.refused(outcome)).orElse(Set.of());
        if (keepsKeys() && !refused.isEmpty()) {
            SeenKeys.begin(connection, item.id(), target.key(), target.table().sql());
            SeenKeys.addWritten(
                    connection,
                    item.id(),
                    target.key(),
                    target.table().sql(),
                    refused,
                    new SeenKeys.Met(outcome.batch().offset(), false));
        }
    }

    /// Where the table was empty before the item, no row can vanish.
    private boolean keepsKeys() {
        return target.mode() == LoadMode.UPSERT && !item.fresh();
    }

    /// Begins the split's transaction.
    ///
    /// @return what became of its records when it is committed already; the transaction is over
    ///   then
    private Optional<RowCounts> claim(
            Connection connection, RecordBatch batch, ResumePoint end, boolean apart)
            throws SQLException {
        lease.check(connection);
        var read = new RowCounts(batch.count(), 0, 0, 0, 0, 0, 0, 0);
        var split = new SplitRow(item.id(), batch.offset(), end, batch.firstRecord(), read);
        if (ledger.claimSplit(connection, split, run, apart)) {
            return Optional.empty();
        }
        connection.rollback();
        var counts = ledger.splitCounts(connection, item.id(), batch.offset(), end.decodedOffset());
        connection.rollback();
        if (counts.isEmpty()) {
            throw LodeException.bug(
                    item.name()
                            + " at byte "
                            + batch.offset()
                            + ": a split that ends elsewhere than at byte "
                            + end.decodedOffset()
                            + " is committed there; nothing of this one was",
                    null);
        }
        return counts;
    }

    private BatchOutcome outcome(RecordBatch batch) {
        var outcome = new BatchOutcome(batch, limits.rejectBytes());
        for (var bad : batch.badRecords()) {
            outcome.reject(bad.index(), Optional.empty(), bad.reason(), Optional.empty(), false);
        }
        return outcome;
    }

    private RowCounts rows(Connection connection, BatchOutcome outcome, Optional<Look> look)
            throws SQLException {
        boolean straight = target.mode() != LoadMode.UPSERT || item.fresh();
        if (straight) {
            var rows = direct.load(connection, outcome);
            if (rows.isPresent()) {
                return straight(connection, outcome, rows.get());
            }
        }
        var since =
                target.version().isPresent()
                        ? ledger.firstWriter(connection, item.id())
                        : Optional.<String>empty();
        var trace = new MergeTrace(item.id(), run, outcome.batch().offset(), keepsKeys());
        // In a table that was empty, nothing is as it was.
        boolean found =
                !item.fresh()
                        && (look.isPresent()
                                ? look.get().found()
                                : unchanged.look(connection, outcome));
        long same = found ? unchanged.takeOut(connection, outcome, trace) : 0;
        var counts = new RowCounts(0, 0, 0, same, 0, 0, 0, 0);
        return same > 0 && outcome.open().isEmpty()
                ? counts
                : counts.plus(staged.load(connection, outcome, since, trace));
    }

    private RowCounts straight(Connection connection, BatchOutcome outcome, long rows)
            throws SQLException {
        if (target.recordChanges() && target.mode() != LoadMode.REPLACE) {
            ChangeLog.whole(connection, item.id(), run);
        }
        // A trigger that answers NULL drops its row, and COPY does not count it.
        long dropped = outcome.open().cardinality() - rows;
        return new RowCounts(0, rows, 0, 0, 0, 0, dropped, 0);
    }

    /// What became of rows that are written beside other splits of their item.
    private sealed interface Written {
        record Rows(RowCounts counts) implements Written {}

        /// @param byOrder whether the records before them decide
        record Nothing(boolean byOrder) implements Written {}
    }

    /// Rows with the transaction's own number: later ones of their key know them by it.
    private Written rowsApart(Connection connection, BatchOutcome outcome) throws SQLException {
        try {
            long rows = direct.plain(connection, outcome);
            return new Written.Rows(straight(connection, outcome, rows));
        } catch (CopyFailure failure) {
            return new Written.Nothing(DirectCopy.leftToMerge(failure.error()));
        }
    }

    private Written siftedRows(Connection connection, BatchOutcome outcome) throws SQLException {
        return direct.sift(connection, outcome)
                ? rowsApart(connection, outcome)
                : new Written.Nothing(true);
    }

    /// A connection in a transaction. After a loss the old backend is ended first: only then is it
    /// known whether it committed.
    private Connection connected() throws SQLException {
        if (lent != null) {
            return lent.connection();
        }
        var fresh = connections.lent(lease.applicationName());
        try {
            var connection = fresh.connection();
            if (backend != 0) {
                awaitEnd(connection, backend);
            }
            backend = (int) Sql.number(connection, "SELECT pg_backend_pid()");
            connection.setAutoCommit(false);
            lent = fresh;
            return connection;
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    private void awaitEnd(Connection fresh, int old) throws SQLException {
        if (!Backends.end(fresh, lease.applicationName(), old)) {
            throw LodeException.resource(
                    "backend "
                            + old
                            + " of this run does not end although its connection is lost; stopped,"
                            + " what was committed is safe; run the same command again");
        }
    }

    private void abandon() {
        if (lent != null) {
            try {
                lent.close();
            } catch (SQLException e) {
                // Lost already: the next connection makes sure that its backend has ended.
            }
            lent = null;
        }
        looked = null;
    }
}
