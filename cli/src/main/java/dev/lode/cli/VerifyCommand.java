package dev.lode.cli;

import dev.lode.core.ErrorKind;
import dev.lode.core.TableName;
import dev.lode.engine.load.LoadReport;
import dev.lode.engine.verify.Verification;
import dev.lode.postgres.TargetDatabase;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/// `lode verify`: the tables against the ledger.
@Command(
        name = "verify",
        description =
                "Holds the tables of a dataset against the ledger: rows, orphans, duplicates,"
                        + " invalid keys.")
final class VerifyCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Mixin private Selection selection;

    @Parameters(paramLabel = "DATASET", description = "what to verify")
    private String dataset;

    @Option(
            names = "--digest",
            description = "shows a digest of each table's content, equal for equal content")
    private boolean digest;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    VerifyCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var workplace = new Workplace(options);
        var pack = workplace.pack(dataset);
        var names =
                selection.tables(pack).stream()
                        .map(table -> new TableName(pack.schema(), table.table()))
                        .toList();
        try (var database = workplace.database(pack.schema())) {
            var target = new TargetDatabase(database.connections(), database.where());
            var ledger = database.ledger();
            var last =
                    ledger.present()
                            ? ledger.lastCounts(pack.dataset())
                            : java.util.Map.<String, dev.lode.core.RowCounts>of();
            var report = new Verification(pack, target).verify(names, last);
            var sink = output.format(options).sink(spec.commandLine().getOut());
            sink.columns(
                    digest
                            ? List.of("table", "rows", "expected", "found", "digest")
                            : List.of("table", "rows", "expected", "found"));
            var facts =
                    digest
                            ? target.tables(names)
                            : java.util.Map.<TableName, dev.lode.postgres.catalog.TableFacts>of();
            for (var table : report.tables()) {
                var found =
                        String.join("; ", table.failures()) + String.join("; ", table.remarks());
                if (digest) {
                    var one =
                            facts.values().stream()
                                    .filter(f -> f.name().toString().equals(table.table()))
                                    .findFirst()
                                    .orElseThrow();
                    sink.row(
                            List.of(
                                    table.table(),
                                    String.valueOf(table.rows()),
                                    String.valueOf(table.expected()),
                                    found,
                                    target.digest(one).toString()));
                } else {
                    sink.row(
                            List.of(
                                    table.table(),
                                    String.valueOf(table.rows()),
                                    String.valueOf(table.expected()),
                                    found));
                }
            }
            sink.finish();
            if (!report.sound()) {
                return ErrorKind.DATA.exitCode();
            }
            return report.remarked() ? LoadReport.DONE_WITH_REMARKS : 0;
        }
    }
}
