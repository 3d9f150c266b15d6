package dev.lode.postgres.load;

import dev.lode.core.RowCounts;
import dev.lode.format.csv.Dialect;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.KeptRecord;
import dev.lode.postgres.ledger.LeasedWork;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.ledger.RejectedItem;
import dev.lode.postgres.ledger.Rejects;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/// Rejects of a run's items, and how they are loaded again. Thread safe; every call has a
/// connection of its own.
public final class RejectSession {
    /// Rejects loaded again in one transaction, in bytes of their records.
    private static final long RETRY_BYTES = 64L << 20;

    private static final RejectFilter PENDING = RejectFilter.inState("pending");

    private final LeasedWork work;
    private final Ledger ledger;
    private final Rejects rejects = new Rejects();
    private final long run;

    RejectSession(LeasedWork work, Ledger ledger, long run) {
        this.work = work;
        this.ledger = ledger;
        this.run = run;
    }

    /// Whether records of the item wait for rows of other items, in a transaction under way.
    boolean hasPending(Connection connection, ItemRow item) throws SQLException {
        return rejects.any(connection, item.id(), PENDING);
    }

    /// Whether records of the item still wait for rows of other items: the run that loaded it was
    /// stopped before it could settle them.
    public boolean hasPending(ItemRow item) {
        return work.reading(
                "looking for pending records of " + item.name(),
                connection -> hasPending(connection, item));
    }

    /// Loads the item's pending records again, until no further one finds its row. Only once all
    /// items that may bring rows are loaded. Where tables refer to each other in a circle, what it
    /// loads may be what pending records of another item wait for.
    ///
    /// @param fields columns of the item's file
    /// @return how many records got their row
    public long retryPending(
            ItemRow item, Target target, Dialect dialect, int fields, LoadLimits limits) {
        var retry = new RecordRetry(ledger, target, dialect, fields, limits);
        return retryKept(item, retry, PENDING, true).loaded();
    }

    /// The items whose rejects match.
    public List<RejectedItem> rejected(RejectFilter filter) {
        return work.repeatable(
                "looking for rejects", connection -> rejects.items(connection, filter));
    }

    /// Loads rejects of an item again, until no further one gets its row.
    ///
    /// @param filter which of the item's rejects
    /// @param fields columns of the item's file
    public Retried retry(
            ItemRow item,
            Target target,
            Dialect dialect,
            int fields,
            LoadLimits limits,
            RejectFilter filter) {
        var retry = new RecordRetry(ledger, target, dialect, fields, limits);
        return retryKept(item, retry, filter, true);
    }

    /// Loads the open rejects of an item again that is not loaded to its end: their cause may be
    /// gone. The item stays as far as it is.
    ///
    /// @param fields columns of the item's file
    public Retried retryBegun(
            ItemRow item, Target target, Dialect dialect, int fields, LoadLimits limits) {
        var retry = new RecordRetry(ledger, target, dialect, fields, limits);
        return retryKept(item, retry, RejectFilter.inState("open"), false);
    }

    /// Loads rejects of an item again as a person corrected them.
    ///
    /// @param corrected bytes of the record, by the number of the reject; those that are no open
    ///   reject of the item are passed over
    public Retried retryCorrected(
            ItemRow item,
            Target target,
            Dialect dialect,
            int fields,
            LoadLimits limits,
            Map<Long, byte[]> corrected) {
        var retry = new RecordRetry(ledger, target, dialect, fields, limits);
        return work.inTransaction(
                "loading corrected records of " + item.name(),
                connection -> {
                    var open = rejects.open(connection, item.id(), corrected.keySet());
                    return retried(
                            connection,
                            item,
                            retry,
                            open.stream()
                                    .map(
                                            record ->
                                                    record.withRaw(
                                                            Objects.requireNonNull(
                                                                    corrected.get(record.id()))))
                                    .toList(),
                            true);
                });
    }

    /// All of them in windows of bounded size, in the order of the file, which is not that of their
    /// numbers where splits were committed apart; round by round: a record may be what one of an
    /// earlier window waits for.
    ///
    /// @param whole whether the item was loaded to its end
    private Retried retryKept(ItemRow item, RecordRetry retry, RejectFilter filter, boolean whole) {
        long tried = -1;
        var counts = RowCounts.ZERO;
        long loaded;
        do {
            var round = Retried.NONE;
            // Rows that became rejects after they were loaded stand in no file: offsets below 0.
            var after = OptionalLong.of(-1);
            while (after.isPresent()) {
                long from = after.getAsLong();
                var window =
                        work.inTransaction(
                                "loading rejects of " + item.name(),
                                connection -> {
                                    var records =
                                            rejects.kept(
                                                    connection,
                                                    item.id(),
                                                    filter,
                                                    from,
                                                    RETRY_BYTES);
                                    return new Window(
                                            retried(connection, item, retry, records, whole),
                                            records.isEmpty()
                                                    ? OptionalLong.empty()
                                                    : OptionalLong.of(records.getLast().offset()));
                                });
                round = round.plus(window.retried());
                after = window.last();
            }
            tried = Math.max(tried, round.tried());
            counts = counts.plus(round.counts());
            loaded = round.loaded();
        } while (loaded > 0);
        return new Retried(tried, counts);
    }

    /// @param last offset of its last reject; empty when there was none
    private record Window(Retried retried, OptionalLong last) {}

    private Retried retried(
            Connection connection,
            ItemRow item,
            RecordRetry retry,
            List<KeptRecord> records,
            boolean whole)
            throws SQLException {
        if (records.isEmpty()) {
            return Retried.NONE;
        }
        var some = retry.load(connection, item, run, records);
        if (some.loaded() > 0 && whole) {
            // In the same transaction: a run that stops here must not leave sums that no later one
            // mends.
            ledger.finishItem(connection, item.id(), "done", null);
        }
        return some;
    }

    /// What is still pending becomes an open reject.
    ///
    /// @return the item's counts after it
    public RowCounts endPending(ItemRow item) {
        return work.repeatable(
                "ending " + item.name(),
                connection -> {
                    rejects.giveUp(connection, item.id());
                    return ledger.finishItem(connection, item.id(), "done", null);
                });
    }
}
