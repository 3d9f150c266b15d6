package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.query.LedgerQueries;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode rejects`: the records that could not be loaded, one by one, grouped, or as CSV.
@Command(
        name = "rejects",
        description = {
            "Lists the records that could not be loaded: item, record, byte offset, column, reason,"
                    + " raw bytes.",
            "export: writes them as CSV for lode retry --from, after the column raw was corrected.",
            "drop: gives them up; they stay in the ledger, as dropped."
        })
final class RejectsCommand implements Callable<Integer> {
    private static final long ROWS = 50;

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(
            paramLabel = "[export|drop] [RUN|DATASET]",
            hideParamSyntax = true,
            arity = "0..2",
            description = "what to do, and with the rejects of which run or dataset")
    private List<String> words = List.of();

    @Option(names = "--table", paramLabel = "TABLE", description = "only rejects of this table")
    private Optional<String> table = Optional.empty();

    @Option(names = "--item", paramLabel = "ITEM", description = "only rejects of this file")
    private Optional<String> item = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "open, pending, resolved or dropped; ${DEFAULT-VALUE} by default")
    private String state = "open";

    @Option(names = "--dry-run", description = "drop: show how many would be dropped")
    private boolean dryRun;

    @Option(names = "--group", description = "counts for each table, column and reason")
    private boolean group;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    RejectsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        String action = words.isEmpty() ? "" : words.getFirst();
        boolean acts = action.equals("export") || action.equals("drop");
        if (words.size() > (acts ? 2 : 1)) {
            throw LodeException.usage(
                    "lode rejects: \"" + words.getLast() + "\" is one word too many");
        }
        var of = words.stream().skip(acts ? 1 : 0).findFirst();
        boolean run = of.isPresent() && of.get().matches("\\d{1,18}");
        var filter =
                new RejectFilter(
                        run ? Optional.empty() : of,
                        table,
                        item,
                        run ? of.map(Long::valueOf) : Optional.empty(),
                        Optional.of(checked()),
                        Optional.empty());
        try (var database = new Workplace(options).database("public")) {
            var ledger = database.ledger();
            if (!ledger.present()) {
                err().println(database.where() + ": no run yet, so no rejects");
                return 0;
            }
            filter.dataset().ifPresent(ledger::checkDataset);
            filter.run().ifPresent(ledger::checkRun);
            return switch (action) {
                case "export" -> export(ledger, filter);
                case "drop" -> drop(database, ledger, filter);
                default -> list(ledger, filter);
            };
        }
    }

    private int list(LedgerQueries ledger, RejectFilter filter) {
        var sink = output.format(options).sink(spec.commandLine().getOut());
        long limit = output.limit(ROWS);
        long rows =
                group
                        ? ledger.rejectGroups(filter, limit, sink)
                        : ledger.rejects(filter, limit, sink);
        sink.finish();
        if (limit > 0 && rows == limit) {
            err().println(
                            "stopped after "
                                    + limit
                                    + " rows; --limit 0 shows all, --group counts them");
        }
        return 0;
    }

    private int export(LedgerQueries ledger, RejectFilter filter) {
        var sink = TableFormat.CSV.sink(spec.commandLine().getOut());
        long rows = ledger.export(filter, sink);
        sink.finish();
        long cut = ledger.cutRejects(filter);
        long documents = ledger.countDocumentRejects(filter);
        if (documents > 0) {
            err().println(
                            documents
                                    + " records of JSON documents are not among them: correct the"
                                    + " file and have it taken in anew, or correct the mapping,"
                                    + " then lode reprocess");
        }
        err().println(
                        Count.of(rows, "record")
                                + (cut == 0
                                        ? ""
                                        : "; left out because they are kept in part only: " + cut)
                                + "; correct the column raw, then lode retry DATASET --from FILE");
        return 0;
    }

    private int drop(OpenDatabase database, LedgerQueries ledger, RejectFilter filter) {
        if (filter.dataset().isEmpty() && filter.run().isEmpty()) {
            throw LodeException.usage(
                    "lode rejects drop: wants the run or the dataset whose rejects to give up");
        }
        long count =
                dryRun
                        ? ledger.countRejects(filter) + ledger.countDocumentRejects(filter)
                        : new TargetDatabase(database.connections(), database.where())
                                .dropRejects(filter);
        spec.commandLine()
                .getOut()
                .println(Count.of(count, "reject") + (dryRun ? " would be dropped" : " dropped"));
        return 0;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
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
