package dev.lode.cli;

import dev.lode.postgres.intake.IntakeLedger;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// `lode status`: the last run, what is in the tables, what comes next.
@Command(
        name = "status",
        description =
                "Shows the last run of a dataset, what is in its tables, and what comes next.")
final class StatusCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Option(
            names = "--wait",
            description = "wait until watchers have dealt with all files that they see")
    private boolean wait;

    @Parameters(
            paramLabel = "DATASET",
            arity = "0..1",
            description = "all datasets with a run by default")
    private @Nullable String dataset;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    StatusCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var out = spec.commandLine().getOut();
        var workplace = new Workplace(options);
        try (var database = workplace.database("public")) {
            var ledger = database.ledger();
            if (!ledger.present()) {
                out.println(
                        database.where()
                                + ": no run yet; next: lode sync "
                                + (dataset == null ? "DATASET" : dataset));
                return 0;
            }
            var datasets = ledger.datasets();
            if (dataset != null) {
                ledger.checkDataset(dataset);
            }
            for (var name : dataset == null ? datasets : List.of(dataset)) {
                var runs = output.format(options).sink(out);
                ledger.runs(java.util.Optional.of(name), 1, runs);
                runs.finish();
                var tables = output.format(options).sink(out);
                ledger.tables(name, tables);
                tables.finish();
                if (ledger.isPublished(name)) {
                    var publications = output.format(options).sink(out);
                    ledger.publications(name, publications);
                    publications.finish();
                }
                var intake = new IntakeLedger(database.connections(), database.where(), name);
                var standing = new IntakeStanding(intake, name);
                if (wait) {
                    standing.await(Duration.ofMillis(500));
                }
                boolean watched = intake.watched();
                if (watched) {
                    standing.print(out, output.format(options), !options.json());
                } else if (!options.json() && workplace.packs().has(name)) {
                    out.println(next(ledger.lastState(name), name));
                }
            }
        }
        return 0;
    }

    private static String next(String state, String dataset) {
        return switch (state) {
            case "completed" ->
                    "next: lode sync " + dataset + " takes the next snapshot when there is one";
            case "running" -> "a run is under way";
            case "interrupted", "failed" ->
                    "next: lode sync " + dataset + " goes on where it stopped";
            default ->
                    "next: lode rejects "
                            + dataset
                            + " --group shows what was left out; lode sync "
                            + dataset
                            + " tries again what failed";
        };
    }
}
