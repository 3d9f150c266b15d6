package dev.lode.cli;

import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.schema.LongColumns;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.Map;
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

    @Option(
            names = "--lz4",
            description =
                    "gives columns of long text in tables that are there lz4 too, for good; rows"
                            + " that are stored already stay as they are")
    private boolean lz4;

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
                if (lz4) {
                    slow(pack, target)
                            .forEach(
                                    (table, columns) ->
                                            out.println(
                                                    "would run "
                                                            + LongColumns.statement(
                                                                    table, columns, true)));
                }
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
            if (lz4) {
                for (var one : slow(pack, target).entrySet()) {
                    target.compress(one.getKey(), one.getValue());
                    out.println(
                            one.getKey()
                                    + ": lz4 from now on for "
                                    + String.join(", ", one.getValue())
                                    + "; rows that are stored already stay as they are");
                }
            }
        }
        return 0;
    }

    private static Map<TableName, List<String>> slow(Pack pack, TargetDatabase target) {
        return target.slowColumns(
                pack.tables().stream()
                        .map(table -> new TableName(pack.schema(), table.table()))
                        .toList());
    }
}
