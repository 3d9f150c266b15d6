package dev.lode.cli;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.engine.load.FolderSnapshots;
import dev.lode.engine.load.ItemSupply;
import dev.lode.engine.load.LoadReport;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.engine.report.RunReports;
import dev.lode.engine.report.SummaryJson;
import dev.lode.postgres.TargetDatabase;
import dev.lode.store.DiskTrouble;
import dev.lode.store.TempFiles;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// What `lode load` and `lode sync` share: a snapshot that is on this machine goes into the
/// database.
final class LoadVerb {
    private final Workplace workplace;
    private final PrintWriter out;
    private final PrintWriter err;

    LoadVerb(Workplace workplace, PrintWriter out, PrintWriter err) {
        this.workplace = workplace;
        this.out = out;
        this.err = err;
    }

    /// Of a folder of downloaded files.
    int folder(
            Pack pack,
            Path folder,
            Collection<TableSpec> wanted,
            Optional<LocalDate> date,
            String operation,
            boolean again,
            boolean dryRun)
            throws InterruptedException {
        var chosen = new FolderSnapshots(pack).choose(folder, wanted, date);
        chosen.skipped().forEach(err::println);
        var snapshot = FolderSnapshots.look(folder, chosen, Instant.now());
        return dryRun
                ? new PlanVerb(workplace, out, err).local(pack, snapshot, again)
                : run(pack, snapshot, operation, again);
    }

    /// Loads, shows and reports.
    ///
    /// @param operation what the ledger calls the run
    /// @return exit code
    int run(Pack pack, LocalSnapshot snapshot, String operation, boolean again)
            throws InterruptedException {
        return pausing(pack, snapshot, operation, again).exitCode();
    }

    /// Of a run that is over and recorded in the ledger: a store without room for the reports does
    /// not undo it.
    private void writeReports(LoadReport report, RunListener listener) {
        var root = workplace.dataRoot();
        try (var temp = TempFiles.open(root, "load-" + report.run())) {
            new RunReports(root, temp).write(report);
        } catch (LodeException e) {
            if (!DiskTrouble.isFull(e)) {
                throw e;
            }
            listener.on(
                    new RunEvent.Note(
                            true, e.getMessage() + "; the reports of the run were not written"));
        }
    }

    /// What a load did, and which services it could not start again.
    record Loaded(LoadReport report, List<String> stillStopped) {
        int exitCode() {
            int exitCode = report.exitCode();
            boolean done = exitCode == 0 || exitCode == LoadReport.DONE_WITH_REMARKS;
            return done && !stillStopped.isEmpty() ? ErrorKind.RESOURCE.exitCode() : exitCode;
        }
    }

    /// The same, for those who go on with the report.
    LoadReport load(Pack pack, LocalSnapshot snapshot, String operation, boolean again)
            throws InterruptedException {
        return pausing(pack, snapshot, operation, again).report();
    }

    private Loaded pausing(Pack pack, LocalSnapshot snapshot, String operation, boolean again)
            throws InterruptedException {
        try (var database = workplace.database(pack.schema());
                var progress = workplace.progress(out, err)) {
            return load(
                    pack,
                    snapshot,
                    operation,
                    again,
                    workplace.target(database),
                    progress,
                    ItemSupply.NOTHING_TO_DO);
        }
    }

    /// The same over a database that is open, its items brought by `supply`.
    Loaded load(
            Pack pack,
            LocalSnapshot snapshot,
            String operation,
            boolean again,
            TargetDatabase target,
            Workplace.Progress progress,
            ItemSupply supply)
            throws InterruptedException {
        LoadReport report;
        List<String> stillStopped;
        var me = Thread.currentThread();
        try (var pool = workplace.blockPool()) {
            var services = workplace.servicesPause(pack, target.where(), progress.listener());
            var load =
                    new DatasetLoad(
                            pack,
                            target,
                            workplace.decoders(pool),
                            workplace.loadSettings(again),
                            workplace.origin(),
                            progress.listener().and(this::mindGivingBack),
                            services);
            try {
                report =
                        load.suppliedBy(supply)
                                .within(workplace.spaceLimits())
                                .run(snapshot, operation, me::interrupt);
            } finally {
                // Also where the load did not come as far as stopping any: a run that died before
                // it may have.
                services.end();
            }
            stillStopped = services.failures();
            writeReports(report, progress.listener());
            var summary = new LinkedHashMap<>(SummaryJson.summary(report));
            summary.put("services_not_started", stillStopped);
            progress.json().ifPresent(json -> json.summary(summary));
        }
        if (!workplace.options().json() && !workplace.options().quiet()) {
            SummaryJson.words(report).forEach(out::println);
        }
        return new Loaded(report, stillStopped);
    }

    /// After a first Ctrl-C indexes and keys are given back, however long that takes.
    private void mindGivingBack(RunEvent event) {
        if (event instanceof RunEvent.StageStarted(String stage) && stage.equals("restore")) {
            workplace.options().interruption().givingBack();
        }
    }
}
