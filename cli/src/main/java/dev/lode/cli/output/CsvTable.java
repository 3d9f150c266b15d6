package dev.lode.cli.output;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/// RFC 4180 with a header; NULL is nothing, the empty string two quotes.
final class CsvTable implements TableFormat.FinishingSink {
    private final PrintWriter out;

    CsvTable(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<String> names) {
        row(List.copyOf(names));
    }

    @Override
    public void row(List<@Nullable String> values) {
        out.print(values.stream().map(CsvTable::field).collect(Collectors.joining(",")) + "\r\n");
    }

    @Override
    public void finish() {
        out.flush();
    }

    private static String field(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean plain =
                !value.isEmpty()
                        && value.chars()
                                .noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
