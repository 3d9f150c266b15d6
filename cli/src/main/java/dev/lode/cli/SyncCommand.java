package dev.lode.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode sync`: list, choose, fetch, load, verify.
@Command(
        name = "sync",
        description = {
            "Takes the newest complete snapshot of a dataset: lists the source, fetches what is"
                    + " missing, loads, verifies.",
            "Run again after any interruption it goes on where it stopped; with nothing new it does"
                    + " nothing."
        })
final class SyncCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private Selection selection;

    @Mixin private S3Flags s3;

    @Mixin private LoadFlags flags;

    @Mixin private DiskBudgetFlag budget;

    @Mixin private DatabaseDiskFlags databaseDisk;

    @Parameters(paramLabel = "DATASET", description = "what to take")
    private String dataset;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "a folder of downloaded files instead of the pack's source")
    private Optional<Path> from = Optional.empty();

    @Option(
            names = "--again",
            description = "load content once more that the ledger knows as loaded")
    private boolean again;

    @Option(names = "--dry-run", description = "show what would be fetched and loaded")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    SyncCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var given = s3.settings(flags.settings(selection.date()));
        given.putAll(budget.settings());
        given.putAll(databaseDisk.settings());
        var workplace = new Workplace(options, given);
        var pack = workplace.pack(dataset);
        var wanted = selection.tables(pack);
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        if (from.isPresent()) {
            workplace.checkDiskBudget();
            return new LoadVerb(workplace, out, err)
                    .folder(pack, from.get(), wanted, selection.date(), "sync", again, dryRun);
        }
        try (var source = new Sources(workplace.settings()).open(pack, from)) {
            var remote = RemoteSnapshot.choose(workplace, source, pack, wanted, selection.date());
            if (dryRun) {
                new PlanVerb(workplace, out, err).print(pack, remote, again);
                return 0;
            }
            return new SyncVerb(workplace, out, err).run(pack, remote, again);
        }
    }
}
