package dev.lode.cli;

import dev.lode.engine.load.DatasetLoad;
import dev.lode.postgres.TargetDatabase;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `lode init`: database, ledger, schema and tables of a dataset.
@Command(
        name = "init",
        description =
                "Makes the ledger and the tables of a dataset where they are missing; changes"
                        + " nothing that is there.")
final class InitCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DATASET", description = "whose tables")
    private String dataset;

    @Option(
            names = "--create-database",
            description = "makes the database too, connecting to database postgres")
    private boolean createDatabase;

    @Option(names = "--dry-run", description = "shows what would be made")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    InitCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options);
        var pack = workplace.pack(dataset);
        var script = DatasetLoad.script(pack);
        var out = spec.commandLine().getOut();
        try (var database = workplace.database(pack.schema())) {
            if (createDatabase && !dryRun) {
                boolean made = database.connections().createDatabase();
                out.println(
                        "database "
                                + database.settings().database()
                                + (made ? ": made" : ": is there"));
            }
            var target = new TargetDatabase(database.connections(), database.where());
            target.server();
            if (dryRun) {
                var missing = target.missing(script);
                missing.forEach(object -> out.println("would make " + object));
                out.println(missing.size() + " objects missing in " + database.where());
                return 0;
            }
            target.migrateLedger();
            var made = target.createTables(pack.dataset(), script);
            out.println(
                    database.where()
                            + ": "
                            + made.tables().size()
                            + " tables made, "
                            + made.existing().size()
                            + " objects were there; indexes and foreign keys follow after the first"
                            + " load");
        }
        return 0;
    }
}
