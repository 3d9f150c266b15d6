package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.engine.report.SummaryJson;
import dev.lode.engine.services.WritersPause;
import dev.lode.engine.verify.Verification;
import dev.lode.engine.verify.VerifyReport;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.preflight.Finding;
import dev.lode.postgres.schema.LateReport;
import dev.lode.postgres.schema.SchemaScript;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.postgres.suspend.Restored;
import dev.lode.postgres.suspend.Writers;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Loads a snapshot that is on this machine, from the tables to the verification:
/// 1. the ledger and the pack's tables are made where they are missing;
/// 2. every file's head is compared with its table, all mismatches are reported together;
/// 3. a run begins and takes the dataset's lease; other writers are kept away; the items are
///    loaded; on tables that are the user's, indexes and foreign keys are suspended around that
///    where it pays, and given back whatever happens;
/// 4. indexes and foreign keys follow, on tables that Lode made;
/// 5. what is in the tables is verified.
public final class DatasetLoad {
    private final Pack pack;
    private final TargetDatabase database;
    private final Decoders decoders;
    private final LoadSettings settings;
    private final RunOrigin origin;
    private final RunListener listener;
    private final WritersPause writers;
    private Optional<SpaceLimits> space = Optional.empty();
    private ItemSupply supply = ItemSupply.NOTHING_TO_DO;

    /// A load beside which other writers go on.
    public DatasetLoad(
            Pack pack,
            TargetDatabase database,
            Decoders decoders,
            LoadSettings settings,
            RunOrigin origin,
            RunListener listener) {
        this(pack, database, decoders, settings, origin, listener, WritersPause.NONE);
    }

    /// @param writers kept away while rows are loaded
    public DatasetLoad(
            Pack pack,
            TargetDatabase database,
            Decoders decoders,
            LoadSettings settings,
            RunOrigin origin,
            RunListener listener,
            WritersPause writers) {
        this.pack = pack;
        this.database = database;
        this.decoders = decoders;
        this.settings = settings;
        this.origin = origin;
        this.listener = listener;
        this.writers = writers;
    }

    /// The same, its items brought by `brings` one after another. Call it before [#run].
    public DatasetLoad suppliedBy(ItemSupply brings) {
        supply = brings;
        return this;
    }

    /// The same, pausing before the database's disk is full. Call it before [#run].
    public DatasetLoad within(SpaceLimits room) {
        space = Optional.of(room);
        return this;
    }

    /// The pack's `schema.sql`.
    ///
    /// @throws LodeException of kind USAGE when it is missing or has mistakes
    public static SchemaScript script(Pack pack) {
        try {
            return SchemaScript.parse(
                    "pack '" + pack.dataset() + "' schema.sql",
                    Files.readString(pack.schemaFile()),
                    pack.schema());
        } catch (IOException e) {
            throw LodeException.usage(
                    "pack '"
                            + pack.dataset()
                            + "': its schema.sql cannot be read ("
                            + e.getMessage()
                            + ")");
        }
    }

    /// What would stop a load of this snapshot, and what is worth knowing; writes nothing. Tables
    /// that are missing would be made and are not compared.
    public List<Finding> findings(LocalSnapshot snapshot) throws InterruptedException {
        database.server();
        var missing = database.missing(script(pack)).stream().map(Object::toString).toList();
        return checks(database).check(snapshot).findings().stream()
                .filter(finding -> missing.isEmpty() || !finding.remedy().startsWith("lode init"))
                .toList();
    }

    /// Those of the items that a look at their fingerprints does not find in their tables.
    public LocalSnapshot unapplied(LocalSnapshot snapshot) {
        if (settings.again()) {
            return snapshot;
        }
        var known =
                database.known(
                        pack.dataset(),
                        snapshot.items().stream()
                                .flatMap(item -> item.fingerprint().stream())
                                .toList());
        var tables =
                database.tables(
                        snapshot.items().stream()
                                .map(item -> new TableName(pack.schema(), item.spec().table()))
                                .toList());
        return new LocalSnapshot(
                snapshot.date(),
                snapshot.items().stream()
                        .filter(
                                item -> {
                                    var table =
                                            tables.get(
                                                    new TableName(
                                                            pack.schema(), item.spec().table()));
                                    return table == null
                                            || item
                                                    .fingerprint()
                                                    .map(one -> known.getOrDefault(one, List.of()))
                                                    .orElse(List.of())
                                                    .stream()
                                                    .noneMatch(
                                                            one ->
                                                                    one.tableOid() == table.oid()
                                                                            && (one.last()
                                                                                    || item.spec()
                                                                                                    .mode()
                                                                                            == LoadMode
                                                                                                    .APPEND));
                                })
                        .toList());
    }

    private Checks checks(TargetDatabase met) {
        return new Checks(
                pack,
                met,
                decoders,
                settings.acceptOlder() ? Finding.Severity.WARNING : Finding.Severity.ERROR);
    }

    /// What a load of this snapshot would suspend, why, and the expected gain; writes nothing.
    public List<String> suspension(LocalSnapshot snapshot) {
        var tasks = checks(database).check(snapshot).tasks();
        return SuspendChoice.of(tasks, database, settings)
                .lines(database.suspensions(), pack.dataset());
    }

    /// How the rows of this snapshot would travel to the server, and why; writes nothing.
    public List<String> copies(LocalSnapshot snapshot) {
        var tasks = checks(database).check(snapshot).tasks();
        return CopyPlan.lines(tasks, settings.copy());
    }

    /// @param operation what the ledger calls the run: load or sync
    /// @param stop called when another process took the dataset over
    /// @throws InterruptedException when the run is to stop; the ledger says interrupted, what was
    ///   committed stays
    public LoadReport run(LocalSnapshot snapshot, String operation, Runnable stop)
            throws InterruptedException {
        long started = System.nanoTime();
        // Who cannot be met is told at once; who was met is waited for.
        database.server();
        var met = database.waiting(settings.limits().serverAway(), listener);
        met.migrateLedger();
        var script = script(pack);
        met.createTables(pack.dataset(), script);
        var checked = checks(met).check(snapshot);
        checked.throwIfWrong();
        checked.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.WARNING)
                .forEach(finding -> listener.on(new RunEvent.Note(true, finding.toString())));
        var taken = new AtomicBoolean();
        Runnable onLoss =
                () -> {
                    taken.set(true);
                    stop.run();
                };
        try (var session =
                database.begin(
                        pack.dataset(),
                        operation,
                        Optional.of(snapshot.date()),
                        origin,
                        settings.leaseTimeout(),
                        onLoss)) {
            listener.on(
                    new RunEvent.RunStarted(
                            session.run(),
                            operation,
                            pack.dataset(),
                            snapshot.date().toString(),
                            checked.tasks().size()));
            session.awaitServer(settings.limits().serverAway(), listener);
            try {
                var tasks =
                        settings.again()
                                ? checked.tasks()
                                : new Identification(session, listener).ahead(checked.tasks());
                pauseWriters(session, tasks);
                return load(snapshot, tasks, session, script, taken, started);
            } catch (InterruptedException e) {
                throw stopped(session, taken.get(), e);
            } catch (LodeException e) {
                if (Thread.interrupted()) {
                    // What failed is the statement that was cancelled in order to stop.
                    throw stopped(session, taken.get(), e);
                }
                finishQuietly(session, "failed", String.valueOf(e.getMessage()), e);
                throw e;
            } finally {
                // While the lease is held: whoever has it next finds them as they were.
                writers.end();
            }
        }
    }

    /// A run that finds everything loaded leaves other writers alone. Services that are down for
    /// the load are fenced off too: one that comes back cannot write rows that nothing checks.
    private LoadSettings writersAway() throws InterruptedException {
        var suspend = settings.suspend();
        return suspend.writers().exclusive() || !writers.confirmed()
                ? settings
                : settings.with(suspend.with(new Writers.Fenced("")));
    }

    private void pauseWriters(LoadSession session, List<ItemTask> tasks)
            throws InterruptedException {
        boolean something =
                session.wouldLoad(
                        tasks.stream()
                                .map(task -> new LoadSession.Candidate(task.key(), task.target()))
                                .toList(),
                        settings.again());
        if (!something || !writers.begin(session.run())) {
            return;
        }
        try {
            database.server();
        } catch (LodeException e) {
            throw e.at("with the services stopped (is the database one of them?)");
        }
    }

    /// A run that was stopped from outside: by the user, or by another process that took the
    /// dataset.
    ///
    /// @throws LodeException when the dataset was taken
    private InterruptedException stopped(LoadSession session, boolean taken, Exception cause) {
        if (taken) {
            throw LodeException.resource(
                    "dataset '"
                            + pack.dataset()
                            + "': another process took it over while this one was silent; stopped,"
                            + " what was committed is safe; lode runs shows who goes on",
                    cause);
        }
        finishQuietly(session, "interrupted", "stopped by the user", cause);
        var stopped = new InterruptedException("stopped by the user");
        stopped.initCause(cause);
        return stopped;
    }

    private LoadReport load(
            LocalSnapshot snapshot,
            List<ItemTask> tasks,
            LoadSession session,
            SchemaScript script,
            AtomicBoolean taken,
            long started)
            throws InterruptedException {
        var tables = tasks.stream().map(task -> task.target().table()).toList();
        space.ifPresent(room -> session.watch(room, tables, listener));
        var replaced =
                new ReplaceStage(
                        tasks, database.during(session).replacement(session), settings, listener);
        replaced.dropForgotten();
        var suspension =
                new SuspensionStage(
                        pack,
                        database.during(session),
                        session,
                        writersAway(),
                        listener,
                        taken::get);
        var loaded =
                suspension.around(
                        tasks,
                        ready -> {
                            listener.on(new RunEvent.StageStarted("load"));
                            return new LoadOperation(session, decoders, settings, listener, supply)
                                    .load(ready);
                        });
        // What was suspended is back: the swap finds every key and index as it was.
        var swapped = replaced.finish(loaded.items());
        var next =
                swapped.next()
                        .plus(
                                new VanishedStage(tasks, session.vanishing(), settings, listener)
                                        .finish(swapped.items()));
        // Rows that refer to vanished ones have gone with them.
        var settled = suspension.afterSwap(tasks, swapped.items(), loaded.restored());
        var items = settled.items();
        List<LateReport> keys =
                new KeysStage(
                                database.during(session),
                                script,
                                listener,
                                settings.suspend().restoreWorkers())
                        .make();
        boolean changed =
                !keys.isEmpty()
                        || items.stream()
                                .anyMatch(item -> item.state() != ItemReport.State.SKIPPED);
        listener.on(new RunEvent.StageStarted("verify"));
        VerifyReport verified =
                new Verification(
                                pack, database.during(session), settings.suspend().restoreWorkers())
                        .verify(items, changed);
        long failed =
                items.stream().filter(item -> item.state() == ItemReport.State.FAILED).count();
        String state =
                failed == 0
                                && verified.sound()
                                && !settled.restored().any(Restored.Outcome.ORPHANS)
                                && !settled.restored().any(Restored.Outcome.FAILED)
                        ? "completed"
                        : failed == items.size() ? "failed" : "partial";
        var report =
                new LoadReport(
                        session.run(),
                        pack.dataset(),
                        snapshot.date(),
                        state,
                        items,
                        keys,
                        settled.restored(),
                        verified,
                        next,
                        Duration.ofNanos(System.nanoTime() - started));
        session.finish(state, report.trouble().orElse(null), SummaryJson.write(report));
        listener.on(new RunEvent.RunFinished(session.run(), state, report.counts(), report.took()));
        return report;
    }

    private static void finishQuietly(
            LoadSession session, String state, String message, Exception failure) {
        try {
            session.finish(state, message, "{}");
        } catch (LodeException e) {
            // The failure itself goes to the user; the ledger shows the run as interrupted once
            // the lease is gone.
            failure.addSuppressed(e);
        }
    }
}
