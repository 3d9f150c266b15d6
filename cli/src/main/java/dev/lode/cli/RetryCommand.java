package dev.lode.cli;

import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.engine.intake.FailedFiles;
import dev.lode.engine.load.CorrectedRecords;
import dev.lode.engine.load.RejectRetry;
import dev.lode.engine.load.RetryReport;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.ledger.RejectFilter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode retry`: rejects get another chance, after the pack, the table or the record was corrected.
@Command(
        name = "retry",
        description = {
            "Loads records again that were rejected: --rejects as they are, after the pack or the"
                    + " table was corrected;",
            "--from FILE as you corrected them in what lode rejects export wrote. What still"
                    + " cannot be loaded stays a reject.",
            "--files PATTERN takes whole files again that lode watch could not load."
        })
final class RetryCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Mixin private S3Flags s3;

    @Mixin private PlaceFlags at;

    @Mixin private FailedFilesFlags failed;

    @Parameters(paramLabel = "DATASET", description = "whose rejects or files")
    private String dataset;

    @Option(names = "--rejects", description = "all open rejects, as they are")
    private boolean rejects;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "those that this file holds, as corrected in it")
    private Optional<Path> from = Optional.empty();

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "with --rejects: only those of this table")
    private Optional<String> table = Optional.empty();

    @Option(
            names = "--item",
            paramLabel = "ITEM",
            description = "with --rejects: only those of this file")
    private Optional<String> item = Optional.empty();

    @Option(names = "--dry-run", description = "show how many would be tried")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    RetryCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (failed.files().isPresent() && !rejects && from.isEmpty()) {
            return files(failed.files().get());
        }
        if (rejects == from.isPresent() || failed.files().isPresent()) {
            throw LodeException.usage(
                    "lode retry: wants one of --rejects, --from FILE and --files PATTERN; nothing"
                            + " was done");
        }
        if (from.isPresent() && (table.isPresent() || item.isPresent())) {
            throw LodeException.usage(
                    "lode retry: --from FILE says which rejects; --table and --item go with"
                            + " --rejects; nothing was done");
        }
        var workplace = new Workplace(options);
        var pack = workplace.pack(dataset);
        table.ifPresent(pack::table);
        var corrected = from.map(CorrectedRecords::read);
        var filter =
                new RejectFilter(
                        Optional.of(pack.dataset()),
                        table,
                        item,
                        Optional.empty(),
                        Optional.of("open"),
                        Optional.empty());
        try (var database = workplace.database(pack.schema())) {
            if (!database.ledger().present()) {
                spec.commandLine()
                        .getErr()
                        .println(database.where() + ": no run yet, so no rejects");
                return 0;
            }
            if (dryRun) {
                long count =
                        corrected.isPresent()
                                ? corrected.get().byReject().size()
                                : database.ledger().countRejects(filter);
                spec.commandLine()
                        .getOut()
                        .println(
                                Count.of(count, "record") + " would be tried; nothing was written");
                return 0;
            }
            return show(retry(workplace, pack, database, corrected, filter));
        }
    }

    private int files(String pattern) throws InterruptedException {
        var workplace = new Workplace(options, s3.settings(at.settings()));
        var pack = workplace.pack(dataset);
        var out = spec.commandLine().getOut();
        try (var places = new Intake(workplace, pack).places();
                var database = workplace.database(pack.schema())) {
            var target = new TargetDatabase(database.connections(), database.where());
            var files = new FailedFiles(target.intake(dataset), places);
            var found = files.find(KeyPattern.of(pattern), failed.reason());
            if (found.isEmpty()) {
                throw LodeException.usage(
                        "dataset '"
                                + dataset
                                + "': no failed file from "
                                + places.incoming().name()
                                + " matches \""
                                + pattern
                                + "\""
                                + failed.reason()
                                        .map(text -> " for a reason with \"" + text + "\"")
                                        .orElse("")
                                + "; nothing was moved; lode status "
                                + dataset
                                + " lists them; give the --incoming, --processed and --failed that"
                                + " their watch was given");
            }
            if (dryRun) {
                out.println(found.size() + " files would be tried; nothing was moved");
                return 0;
            }
            var returned = files.takeAgain(found);
            returned.left().forEach(spec.commandLine().getErr()::println);
            out.println(
                    dataset
                            + ": "
                            + returned.returned()
                            + " files are back in "
                            + places.incoming().name()
                            + "; lode watch --dataset "
                            + dataset
                            + " takes them");
            return returned.left().isEmpty() ? 0 : 1;
        }
    }

    private RetryReport retry(
            Workplace workplace,
            Pack pack,
            OpenDatabase database,
            Optional<CorrectedRecords> corrected,
            RejectFilter filter)
            throws InterruptedException {
        var me = Thread.currentThread();
        try (var progress =
                workplace.progress(spec.commandLine().getErr(), spec.commandLine().getErr())) {
            var retry =
                    new RejectRetry(
                            pack,
                            new TargetDatabase(database.connections(), database.where()),
                            workplace.loadSettings(false),
                            workplace.origin(),
                            progress.listener());
            return corrected.isPresent()
                    ? retry.retry(corrected.get(), me::interrupt)
                    : retry.retry(filter, me::interrupt);
        }
    }

    private int show(RetryReport report) {
        var format = output.format(options);
        var sink = format.sink(spec.commandLine().getOut());
        sink.columns(List.of("item", "table", "tried", "loaded", "left", "note"));
        for (var line : report.lines()) {
            sink.row(
                    List.of(
                            line.item(),
                            line.table(),
                            String.valueOf(line.tried()),
                            String.valueOf(line.loaded()),
                            String.valueOf(line.left()),
                            line.note()));
        }
        sink.finish();
        report.remarks().forEach(spec.commandLine().getErr()::println);
        if (!options.quiet()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            report.loaded()
                                    + " records loaded, "
                                    + report.left()
                                    + " left"
                                    + (report.left() == 0 ? "" : "; lode rejects " + dataset));
        }
        return report.exitCode();
    }
}
