package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.format.Decoders;
import dev.lode.format.csv.DialectEvidence;
import dev.lode.format.csv.RowEncoder;
import dev.lode.format.csv.TextRowEncoder;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.load.SplitLoader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Loads one item from where the ledger says it stands to its end. Several threads may load different items at once.
public final class ItemLoader {
    private final Connections connections;
    private final Ledger ledger;
    private final Lease lease;
    private final long run;
    private final Decoders decoders;
    private final LoadSettings settings;
    private final RunListener listener;

    public ItemLoader(
            Connections connections,
            Ledger ledger,
            Lease lease,
            long run,
            Decoders decoders,
            LoadSettings settings,
            RunListener listener) {
        this.connections = connections;
        this.ledger = ledger;
        this.lease = lease;
        this.run = run;
        this.decoders = decoders;
        this.settings = settings;
        this.listener = listener;
    }

    /// What became of the item's records, those of earlier runs included.
    ///
    /// @throws LodeException when the item failed as a whole; its state and reason are in the ledger, its committed splits
    ///     stay
    public RowCounts load(ItemTask task, ItemRow item) throws InterruptedException {
        long started = System.nanoTime();
        try {
            return loadAll(task, item, started);
        } catch (LodeException e) {
            noteFailure(item, e);
            throw e;
        }
    }

    private RowCounts loadAll(ItemTask task, ItemRow item, long started) throws InterruptedException {
        Position from = inDatabase(task, connection -> ledger.position(connection, item.id()));
        listener.on(new RunEvent.ItemStarted(
                item.name(), task.target().table().toString(), task.bytes().size(), from.records()));
        var counts = from.counts();
        var evidence = DialectEvidence.NONE;
        RowEncoder encoder = new TextRowEncoder(task.target().columns(), task.dialect());
        try (var reader = new BatchReader(task, decoders, settings.cut(), from);
                var splits = new SplitLoader(
                        connections, ledger, lease, run, item, task.target(), encoder, settings.limits())) {
            reader.start();
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                var cut = next.get();
                evidence = evidence.plus(cut.batch().evidence());
                confirm(task, evidence);
                try (var batch = cut.batch()) {
                    counts = counts.plus(splits.load(batch, cut.end()));
                }
                listener.on(new RunEvent.ItemProgress(
                        item.name(), cut.stored(), task.bytes().size(), cut.end().decodedOffset(), counts));
                if (task.spec().rejects().exceeded(counts.rejected(), counts.read())) {
                    throw LodeException.data(item.name() + ": " + counts.rejected() + " of " + counts.read()
                            + " records were rejected, more than the limit of "
                            + task.spec().rejects() + "; stopped, " + counts.written()
                            + " rows are in " + task.target().table() + "; see lode rejects --item " + item.name()
                            + ", raise limits in the pack, and run the same command again: it goes on from here");
                }
            }
        }
        var sums = inDatabase(task, connection -> {
            connection.setAutoCommit(false);
            lease.check(connection);
            var finished = ledger.finishItem(connection, item.id(), "done", null);
            connection.commit();
            return finished;
        });
        listener.on(new RunEvent.ItemLoaded(
                item.name(),
                task.target().table().toString(),
                sums,
                Duration.ofNanos(System.nanoTime() - started)));
        return sums;
    }

    /// The dialect of the snapshot's date must be what the whole file shows; checked before each split is committed.
    private static void confirm(ItemTask task, DialectEvidence evidence) {
        if (evidence.verdict(task.dialect()) instanceof DialectEvidence.Verdict.Contradicted contradicted) {
            throw LodeException.data(task.key().name() + ": " + contradicted.sentence()
                    + "; stopped before these records were loaded; correct the dialect of this snapshot's date in the pack, or "
                    + "ask the publisher");
        }
    }

    private void noteFailure(ItemRow item, LodeException failure) {
        try (var connection = connections.open(lease.applicationName())) {
            connection.setAutoCommit(false);
            lease.check(connection);
            ledger.finishItem(connection, item.id(), "failed", failure.getMessage());
            connection.commit();
        } catch (SQLException | LodeException e) {
            // The failure itself is what counts and is on its way to the user; the ledger shows the item as loading.
            failure.addSuppressed(e);
        }
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T inDatabase(ItemTask task, Work<T> work) {
        try (var connection = connections.open(lease.applicationName())) {
            return work.on(connection);
        } catch (SQLException e) {
            throw PostgresErrors.explain(task.target().table().toString(), "reading the ledger", e);
        }
    }
}
