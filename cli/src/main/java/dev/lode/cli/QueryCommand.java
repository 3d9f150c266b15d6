package dev.lode.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// `lode query "SELECT ..."`: no psql needed.
@Command(
        name = "query",
        description = "Runs a query in a read-only transaction and prints its rows.")
final class QueryCommand implements Callable<Integer> {
    private static final long ROWS = 1000;

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "where unqualified names are looked for; ${DEFAULT-VALUE} by default")
    private String schema = "public";

    @Parameters(paramLabel = "SQL", description = "one statement")
    private String sql;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    QueryCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long limit = output.limit(ROWS);
        try (var database = new Workplace(options).database(schema)) {
            var sink = output.format(options).sink(out);
            long rows = database.queries().run(sql, limit, sink);
            sink.finish();
            if (limit > 0 && rows == limit) {
                spec.commandLine()
                        .getErr()
                        .println("stopped after " + limit + " rows; --limit 0 shows all");
            }
        }
        return 0;
    }
}
