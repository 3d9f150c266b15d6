package dev.lode.cli;

import dev.lode.cli.output.TableFormat;

import picocli.CommandLine.Option;

/// Options of verbs that print a table.
final class TableOutput {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, csv or json; ${DEFAULT-VALUE} by default")
    private TableFormat format = TableFormat.TABLE;

    @Option(names = "--limit", paramLabel = "ROWS", description = "at most so many rows; 0 for all")
    private long limit = -1;

    /// `--json` of all verbs counts as `--format json`.
    TableFormat format(GlobalOptions options) {
        return options.json() ? TableFormat.JSON : format;
    }

    long limit(long absent) {
        return limit < 0 ? absent : limit;
    }
}
