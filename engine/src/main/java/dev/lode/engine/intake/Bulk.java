package dev.lode.engine.intake;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.postgres.suspend.RestoreReport;
import dev.lode.postgres.suspend.RestoreSettings;
import dev.lode.postgres.suspend.Restored;
import dev.lode.postgres.suspend.SuspendKind;
import dev.lode.postgres.suspend.SuspendOwner;
import dev.lode.postgres.suspend.SuspendRequest;
import dev.lode.postgres.suspend.Suspended;
import dev.lode.postgres.suspend.Writers;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Takes indexes and foreign keys away from the tables that files fill, and gives them back; under
/// the dataset's lease, with a run of its own in the ledger, by the journal of suspended things. So
/// whatever ends this process, the next that has the lease goes on or gives back.
///
/// Primary and unique keys stay. Meanwhile a fence keeps everybody but watchers from the tables:
/// what a watcher writes needs no foreign key to be right, for a file's rows come with those they
/// refer to, in one transaction.
///
/// Its methods are called by one thread at a time.
final class Bulk {
    /// How the application names of all watchers begin.
    private static final String WATCHERS = "lode:w";

    private final Pack pack;
    private final TargetDatabase database;
    private final Targets targets;
    private final RunOrigin origin;
    private final Duration silence;
    private final BulkSettings settings;
    private final SpaceLimits space;
    private final Duration away;
    private final RunListener listener;
    private final AtomicBoolean lost = new AtomicBoolean();
    private boolean cautious = true;
    private @Nullable LoadSession session;

    /// @param silence after which the holder of a lease counts as dead
    /// @param space how long room on the server's disk is waited for
    /// @param away how long a lost server is waited for
    Bulk(
            Pack pack,
            TargetDatabase database,
            Targets targets,
            RunOrigin origin,
            Duration silence,
            BulkSettings settings,
            SpaceLimits space,
            Duration away,
            RunListener listener) {
        this.pack = pack;
        this.database = database;
        this.targets = targets;
        this.origin = origin;
        this.silence = silence;
        this.settings = settings;
        this.space = space;
        this.away = away;
        this.listener = listener;
    }

    /// Whether something is suspended that a run which is gone, or goes on elsewhere, has to give
    /// back.
    boolean leftBehind() {
        return database.suspended().stream().anyMatch(this::due);
    }

    private boolean due(Suspended thing) {
        return thing.dataset().equals(pack.dataset())
                && !thing.byHand()
                && !thing.notValid()
                && thing.message().isEmpty();
    }

    /// Takes the precaution, and indexes and keys away. What an earlier run left so stays so.
    ///
    /// @throws LodeException of kind RESOURCE when another process has the dataset, or locks do not
    ///   come: nothing more is suspended than before
    void begin() throws InterruptedException {
        if (cautious) {
            settings.precaution().take();
            cautious = false;
        }
        var tables = targets.target().tables();
        var mine = hold();
        try {
            var plan =
                    database.during(mine)
                            .suspensions()
                            .suspend(
                                    new SuspendOwner(pack.dataset(), Optional.of(mine.run())),
                                    SuspendRequest.of(
                                            tables,
                                            EnumSet.of(
                                                    SuspendKind.INDEX,
                                                    SuspendKind.FOREIGN_KEY,
                                                    SuspendKind.AUTOVACUUM),
                                            false,
                                            new Writers.Fenced(WATCHERS)),
                                    mine::check);
            note(
                    false,
                    plan.objects().size()
                            + " indexes, foreign keys and other things suspended for the backload;"
                            + " they are given back when it is in, when this ends, or by the next"
                            + " lode watch");
        } catch (InterruptedException | LodeException e) {
            close("failed", String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private LoadSession hold() {
        lost.set(false);
        var mine =
                database.begin(
                        pack.dataset(),
                        "bulk",
                        Optional.empty(),
                        origin,
                        silence,
                        () -> lost.set(true));
        session = mine;
        mine.awaitServer(away, listener);
        mine.watch(space, Targets.names(pack), listener);
        database.during(mine).suspensions().adopt(pack.dataset(), mine.run(), mine::check);
        return mine;
    }

    /// Gives back what is suspended, by this run or by one that is gone.
    ///
    /// @param live whether files arrive meanwhile: indexes are built beside them then, which takes
    ///   longer
    /// @return sentences about what could not be given back
    /// @throws LodeException when it could not be tried: another process has the dataset, or the
    ///   server does not answer
    List<String> end(boolean live) throws InterruptedException {
        var mine = session;
        if (lost.get()) {
            close("interrupted", "another process took the dataset over");
            return List.of();
        }
        long started = System.nanoTime();
        if (mine == null) {
            mine = hold();
        }
        try {
            var report =
                    database.during(mine)
                            .suspensions()
                            .restore(
                                    pack.dataset(),
                                    false,
                                    RestoreSettings.DEFAULT
                                            .withWorkers(settings.workers())
                                            .whileOthersWrite(live),
                                    mine::check,
                                    listener);
            var remarks = remarks(report);
            close(
                    remarks.isEmpty() ? "completed" : "partial",
                    remarks.isEmpty() ? "" : String.join("; ", remarks));
            note(
                    false,
                    report.things().size()
                            + " things given back in "
                            + Duration.ofNanos(System.nanoTime() - started).toSeconds()
                            + " s"
                            + (live ? ", beside live files" : ""));
            return remarks;
        } catch (InterruptedException | LodeException e) {
            close("interrupted", String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static List<String> remarks(RestoreReport report) {
        return report.things().stream()
                .filter(
                        thing ->
                                thing.outcome() != Restored.Outcome.DONE
                                        && thing.outcome() != Restored.Outcome.GONE)
                .map(Restored::sentence)
                .toList();
    }

    /// Whether the precaution was not taken yet.
    boolean unguarded() {
        return cautious;
    }

    /// Whether this process holds the dataset for a backload.
    boolean open() {
        return session != null;
    }

    private void close(String state, String message) {
        var mine = session;
        session = null;
        if (mine == null) {
            return;
        }
        try (mine) {
            if (!lost.get()) {
                mine.finish(state, message.isEmpty() ? null : message, "{}");
            }
        } catch (LodeException e) {
            // The ledger shows the run as interrupted once its lease is gone.
            note(true, String.valueOf(e.getMessage()));
        }
    }

    private void note(boolean warning, String sentence) {
        listener.on(new RunEvent.Note(warning, sentence));
    }
}
