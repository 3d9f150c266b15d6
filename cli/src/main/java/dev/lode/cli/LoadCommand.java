package dev.lode.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `lode load`: files that are here into the database.
@Command(
        name = "load",
        description = "Loads a snapshot that was fetched, or lies in a folder, and verifies it.")
final class LoadCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private Selection selection;

    @Mixin private LoadFlags flags;

    @Mixin private DatabaseDiskFlags databaseDisk;

    @Parameters(paramLabel = "DATASET", description = "what to load")
    private String dataset;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "a folder of downloaded files; what lode fetch fetched by default")
    private @Nullable Path from;

    @Option(
            names = "--again",
            description = "load content once more that the ledger knows as loaded")
    private boolean again;

    @Option(names = "--dry-run", description = "show what would be loaded and what would stop it")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    LoadCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var given = flags.settings(selection.date());
        given.putAll(databaseDisk.settings());
        var workplace = new Workplace(options, given);
        var pack = workplace.pack(dataset);
        var wanted = selection.tables(pack);
        var verb =
                new LoadVerb(workplace, spec.commandLine().getOut(), spec.commandLine().getErr());
        if (from != null) {
            return verb.folder(pack, from, wanted, selection.date(), "load", again, dryRun);
        }
        var snapshot = new LocalFiles(workplace).fetched(pack, wanted, selection.date());
        return dryRun
                ? new PlanVerb(workplace, spec.commandLine().getOut(), spec.commandLine().getErr())
                        .local(pack, snapshot, again)
                : verb.run(pack, snapshot, "load", again);
    }
}
