package dev.lode.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode runs`: the ledger's runs, newest first.
@Command(name = "runs", description = "Lists the runs of the ledger, newest first.")
final class RunsCommand implements Callable<Integer> {
    private static final int ROWS = 20;

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(paramLabel = "DATASET", arity = "0..1", description = "only runs of this dataset")
    private @Nullable String dataset;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    RunsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        try (var database = new Workplace(options).database("public")) {
            var ledger = database.ledger();
            if (!ledger.present()) {
                spec.commandLine()
                        .getErr()
                        .println(
                                database.where()
                                        + ": no run yet; lode sync DATASET makes the first");
                return 0;
            }
            if (dataset != null) {
                ledger.checkDataset(dataset);
            }
            var sink = output.format(options).sink(spec.commandLine().getOut());
            ledger.runs(Optional.ofNullable(dataset), (int) output.limit(ROWS), sink);
            sink.finish();
        }
        return 0;
    }
}
