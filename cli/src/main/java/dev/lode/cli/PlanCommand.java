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

/// `lode plan`: what a sync would do.
@Command(
        name = "plan",
        description = {
            "Shows which snapshot a sync would take, the way of every file and why, what that takes"
                    + " on the disks of the store and of the database, and why newer dates are not"
                    + " taken.",
            "Samples of the files are loaded into temporary tables and rolled back.",
            "With --from DIR it shows the same for the files of a folder, and what would stop a"
                    + " load of them."
        })
final class PlanCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private Selection selection;

    @Mixin private S3Flags s3;

    @Mixin private DiskBudgetFlag budget;

    @Mixin private DatabaseDiskFlags databaseDisk;

    @Parameters(paramLabel = "DATASET", description = "what to plan")
    private String dataset;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "a folder of downloaded files instead of the pack's source")
    private Optional<Path> from = Optional.empty();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    PlanCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var given = s3.settings(budget.settings());
        given.putAll(databaseDisk.settings());
        var workplace = new Workplace(options, given);
        var pack = workplace.pack(dataset);
        var wanted = selection.tables(pack);
        if (from.isPresent()) {
            workplace.checkDiskBudget();
            var verb =
                    new LoadVerb(
                            workplace, spec.commandLine().getOut(), spec.commandLine().getErr());
            return verb.folder(pack, from.get(), wanted, selection.date(), "plan", false, true);
        }
        try (var source = new Sources(workplace.settings()).open(pack, from)) {
            new PlanVerb(workplace, spec.commandLine().getOut(), spec.commandLine().getErr())
                    .print(
                            pack,
                            RemoteSnapshot.choose(
                                    workplace, source, pack, wanted, selection.date()),
                            false);
        }
        return 0;
    }
}
