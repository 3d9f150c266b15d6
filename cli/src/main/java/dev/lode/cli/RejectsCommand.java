package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.core.LodeException;
import dev.lode.postgres.query.LedgerQueries.RejectFilter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode rejects`: the records that could not be loaded, one by one, grouped, or as CSV.
@Command(
        name = "rejects",
        description = {
            "Lists the records that could not be loaded: item, record, byte offset, column, reason,"
                    + " raw bytes.",
            "lode rejects --format csv --limit 0 exports all of them."
        })
final class RejectsCommand implements Callable<Integer> {
    private static final long ROWS = 50;

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(
            paramLabel = "RUN|DATASET",
            arity = "0..1",
            description = "only rejects of this run or dataset")
    private Optional<String> of = Optional.empty();

    @Option(names = "--table", paramLabel = "TABLE", description = "only rejects of this table")
    private Optional<String> table = Optional.empty();

    @Option(names = "--item", paramLabel = "ITEM", description = "only rejects of this file")
    private Optional<String> item = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "open, pending, resolved or dropped; ${DEFAULT-VALUE} by default")
    private String state = "open";

    @Option(names = "--group", description = "counts for each table, column and reason")
    private boolean group;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    RejectsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        boolean run = of.isPresent() && of.get().matches("\\d{1,18}");
        var filter =
                new RejectFilter(
                        run ? Optional.empty() : of,
                        table,
                        item,
                        run ? of.map(Long::valueOf) : Optional.empty(),
                        Optional.of(checked()));
        try (var database = new Workplace(options).database("public")) {
            var ledger = database.ledger();
            if (!ledger.present()) {
                spec.commandLine()
                        .getErr()
                        .println(database.where() + ": no run yet, so no rejects");
                return 0;
            }
            TableFormat format = output.format(options);
            var sink = format.sink(spec.commandLine().getOut());
            long limit = output.limit(ROWS);
            long rows =
                    group
                            ? ledger.rejectGroups(filter, limit, sink)
                            : ledger.rejects(filter, limit, sink);
            sink.finish();
            if (limit > 0 && rows == limit) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "stopped after "
                                        + limit
                                        + " rows; --limit 0 shows all, --group counts them");
            }
        }
        return 0;
    }

    private String checked() {
        return switch (state) {
            case "open", "pending", "resolved", "dropped" -> state;
            default ->
                    throw LodeException.usage(
                            "--state: \""
                                    + state
                                    + "\" is unknown: expected open, pending, resolved or dropped");
        };
    }
}
