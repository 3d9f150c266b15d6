package dev.lode.cli.output;

import dev.lode.postgres.query.RowSink;

import java.io.PrintWriter;

/// How rows are written.
public enum TableFormat {
    TABLE,
    CSV,
    JSON;

    /// A sink that writes in this format; [FinishingSink#finish] must be called at the end.
    public FinishingSink sink(PrintWriter out) {
        return switch (this) {
            case TABLE -> new AlignedTable(out);
            case CSV -> new CsvTable(out);
            case JSON -> new JsonLines(out);
        };
    }

    /// A sink that writes what it held back when told that no row follows.
    public interface FinishingSink extends RowSink {
        void finish();
    }
}
