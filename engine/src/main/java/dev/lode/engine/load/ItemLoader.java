package dev.lode.engine.load;

import dev.lode.core.ContentId;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.Decoders;
import dev.lode.format.csv.DialectEvidence;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.load.ItemStart;
import dev.lode.postgres.load.LoadSession;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Loads one item from where the ledger says it stands to its end. Several threads may load
/// different items at once.
public final class ItemLoader {
    private final LoadSession session;
    private final Decoders decoders;
    private final LoadSettings settings;
    private final RunListener listener;
    private final StreamBudget budget;

    /// @param budget shared by the items of the load
    ItemLoader(
            LoadSession session,
            Decoders decoders,
            LoadSettings settings,
            RunListener listener,
            StreamBudget budget) {
        this.session = session;
        this.decoders = decoders;
        this.settings = settings;
        this.listener = listener;
        this.budget = budget;
    }

    /// What became of the item's records, those of earlier runs included.
    ///
    /// @throws LodeException when the item failed as a whole; its state and reason are in the
    ///   ledger, its committed splits stay
    public RowCounts load(ItemTask task, ItemStart.Go start) throws InterruptedException {
        try {
            return loadAll(begun(task, start), start.item(), judged(task, start));
        } catch (LodeException e) {
            Stop.ifAsked(e);
            var told = e.kind() == ErrorKind.REMOTE ? withCommitted(task, start.item(), e) : e;
            noteFailure(start.item(), told);
            throw told;
        }
    }

    /// A source that failed in the middle of a stream leaves the beginning in the table.
    private LodeException withCommitted(ItemTask task, ItemRow item, LodeException e) {
        return LodeException.remote(
                e.getMessage()
                        + "; "
                        + session.committed(item).read()
                        + " of its records are committed to "
                        + task.target().table()
                        + " or rejected, the others are not loaded; run the same command again: it"
                        + " goes on from there, or takes the new version from its start",
                e);
    }

    /// Where the item goes on. One that stopped at its limit of rejects tries them again first, for
    /// their cause may be gone; where it is not, it stops again.
    private Position judged(ItemTask task, ItemStart.Go start) {
        if (!exceeded(task, start.position().counts())) {
            return start.position();
        }
        session.rejects()
                .retryBegun(
                        start.item(),
                        task.target(),
                        task.dialect(),
                        task.fields(),
                        settings.limits());
        var now = session.position(start.item());
        if (exceeded(task, now.counts())) {
            throw tooMany(task, start.item(), now.counts());
        }
        return now;
    }

    /// Whether more was rejected than may be.
    static boolean exceeded(ItemTask task, RowCounts counts) {
        return task.spec().rejects().exceeded(counts.rejected(), counts.read());
    }

    private static LodeException tooMany(ItemTask task, ItemRow item, RowCounts counts) {
        return LodeException.data(
                item.name()
                        + ": "
                        + counts.rejected()
                        + " of "
                        + counts.read()
                        + " records were rejected, more than the limit of "
                        + task.spec().rejects()
                        + "; stopped, what was committed of it stays in "
                        + task.target().table()
                        + "; see lode rejects --item "
                        + item.name()
                        + ", remove their cause or raise limits in the pack, and run the same"
                        + " command again: "
                        + (task.key().mode() == LoadMode.REPLACE
                                ? "it begins the new table over"
                                : "it tries them once more and goes on from here"));
    }

    /// An item that is not new may have been begun from its start all the same, when nothing of it
    /// was committed.
    private ItemTask begun(ItemTask task, ItemStart.Go start) {
        return start.position().resume().decodedOffset() == 0
                ? new Identification(session, listener).begun(task, start.item())
                : task;
    }

    private RowCounts loadAll(ItemTask given, ItemRow item, Position from)
            throws InterruptedException {
        boolean known = given.key().content().isPresent() || !item.content().isEmpty();
        var hashed = new HashedBytes(given.bytes(), known ? List.of() : session.chunks(item));
        var task = known ? given : given.withBytes(hashed);
        long started = System.nanoTime();
        listener.on(
                new RunEvent.ItemStarted(
                        item.name(),
                        task.target().table().toString(),
                        task.bytes().size(),
                        from.records()));
        var sums = new Sums(task, item, from.counts());
        var evidence = DialectEvidence.NONE;
        var way = CopyPlan.way(task, settings.copy()).way();
        boolean inOrder = CopyPlan.inOrder(task, item.fresh()).isPresent();
        // A number that was asked for is not weighed.
        boolean weighed = settings.copy().streams() == 0;
        var gauge = new StreamGauge();
        try (var share = budget.join();
                var reader = new BatchReader(task, decoders, settings.cut(), from, budget);
                var streams =
                        new SplitStreams(
                                item.name(),
                                () -> session.splits(item, task.target(), way, settings.limits()),
                                reader::release,
                                inOrder)) {
            reader.start();
            boolean several = task.bytes().size() > settings.cut().batchSize().bytes();
            session.connectAhead(several ? gauge.streams(share.streams()) : 1);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                var cut = next.get();
                evidence = evidence.plus(cut.batch().evidence());
                confirm(task, evidence);
                var chunks = known ? ChunkDigests.NONE : hashed.unrecorded();
                int allowed = share.streams();
                int used = weighed ? gauge.streams(allowed) : allowed;
                streams.keep(allowed);
                for (var loaded : streams.load(cut, chunks, used)) {
                    sums.add(loaded);
                    gauge.committed(allowed, loaded.size(), System.nanoTime());
                }
            }
            streams.finish().forEach(sums::add);
        }
        return ended(given, item, known, hashed, started);
    }

    private RowCounts ended(
            ItemTask given, ItemRow item, boolean known, HashedBytes hashed, long started) {
        RowCounts sums;
        if (given.key().content().isPresent()) {
            sums = session.done(item, given.key().content().get());
        } else {
            sums = known ? session.done(item) : session.done(item, content(hashed));
        }
        listener.on(
                new RunEvent.ItemLoaded(
                        item.name(),
                        given.target().table().toString(),
                        sums,
                        Duration.ofNanos(System.nanoTime() - started)));
        return sums;
    }

    /// What became of the records so far, in the order of the file.
    private final class Sums {
        private final ItemTask task;
        private final ItemRow item;
        private RowCounts counts;

        Sums(ItemTask task, ItemRow item, RowCounts counts) {
            this.task = task;
            this.item = item;
            this.counts = counts;
        }

        /// @throws LodeException when more was rejected than may be
        void add(SplitStreams.Loaded loaded) {
            counts = counts.plus(loaded.counts());
            listener.on(
                    new RunEvent.ItemProgress(
                            item.name(),
                            loaded.stored(),
                            task.bytes().size(),
                            loaded.end(),
                            counts));
            if (exceeded(task, counts)) {
                throw tooMany(task, item, counts);
            }
        }
    }

    /// The dialect of the snapshot's date must be what the whole file shows; checked before each
    /// split is committed.
    private static void confirm(ItemTask task, DialectEvidence evidence) {
        if (evidence.verdict(task.dialect())
                instanceof DialectEvidence.Verdict.Contradicted contradicted) {
            throw LodeException.data(
                    task.key().name()
                            + ": "
                            + contradicted.sentence()
                            + "; stopped before these records were loaded; correct the dialect of"
                            + " this snapshot's date in the pack, or ask the publisher");
        }
    }

    /// The rest of the bytes has passed, or is read now: the ledger must know what it has.
    private static ContentId content(HashedBytes hashed) {
        try {
            return hashed.content();
        } catch (IOException e) {
            throw LodeException.resource(
                    hashed.name()
                            + ": its last bytes cannot be read ("
                            + e.getMessage()
                            + "); all of its records are committed, the same command goes on from"
                            + " there",
                    e);
        }
    }

    private void noteFailure(ItemRow item, LodeException failure) {
        try {
            session.failed(item, String.valueOf(failure.getMessage()));
        } catch (LodeException e) {
            // The failure itself is what counts and is on its way to the user; the ledger shows
            // the item as loading.
            failure.addSuppressed(e);
        }
    }
}
