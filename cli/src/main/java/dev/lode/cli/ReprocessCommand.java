package dev.lode.cli;

import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.engine.intake.Reprocess;
import dev.lode.postgres.TargetDatabase;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `lode reprocess`: processed files are loaded again on purpose.
@Command(
        name = "reprocess",
        description = {
            "Loads processed files again, after the mapping of the pack changed: the rows of each"
                    + " file are replaced in one transaction.",
            "The files stay where they are. What cannot be loaded now keeps its rows."
        })
final class ReprocessCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private S3Flags s3;

    @Mixin private PlaceFlags at;

    @Parameters(paramLabel = "DATASET", description = "whose files")
    private String dataset;

    @Option(
            names = "--files",
            required = true,
            paramLabel = "PATTERN",
            description = "keys that they arrived under: * stands for any characters")
    private String files;

    @Option(names = "--dry-run", description = "show how many would be loaded again")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    ReprocessCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, s3.settings(at.settings()));
        var pack = workplace.pack(dataset);
        var out = spec.commandLine().getOut();
        var intake = new Intake(workplace, pack);
        try (var places = intake.places();
                var database = workplace.database(pack.schema());
                var pool = workplace.blockPool()) {
            var target = new TargetDatabase(database.connections(), database.where());
            target.migrateLedger();
            var reprocess =
                    new Reprocess(
                            pack, target, places, workplace.decoders(pool), intake.sessionLimits());
            var found = reprocess.find(KeyPattern.of(files));
            if (dryRun) {
                out.println(found.size() + " files would be loaded again; nothing was written");
                return 0;
            }
            var done = reprocess.run(found);
            done.left().forEach(spec.commandLine().getErr()::println);
            out.println(
                    dataset
                            + ": "
                            + done.loaded()
                            + " files loaded again, "
                            + done.left().size()
                            + " left as they were");
            return done.left().isEmpty() ? 0 : 1;
        }
    }
}
