package dev.lode.cli.output;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Columns as wide as their values in the first rows; numbers to the right. Holds at most [#LOOK]
/// rows before it begins to write, so that a long result streams. Control characters are shown
/// escaped, so that data cannot drive the terminal.
final class AlignedTable implements TableFormat.FinishingSink {
    private static final int LOOK = 500;
    private static final int WIDEST = 60;

    private final PrintWriter out;
    private final List<List<String>> held = new ArrayList<>();
    private List<String> names = List.of();
    private int[] widths = {};
    private boolean[] numeric = {};
    private boolean begun;

    AlignedTable(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<String> names) {
        this.names = names;
    }

    @Override
    public void row(List<@Nullable String> values) {
        var shown = values.stream().map(AlignedTable::shown).toList();
        if (begun) {
            write(shown);
            return;
        }
        held.add(shown);
        if (held.size() == LOOK) {
            begin();
        }
    }

    @Override
    public void finish() {
        if (!begun) {
            begin();
        }
        out.flush();
    }

    private void begin() {
        begun = true;
        widths = new int[names.size()];
        numeric = new boolean[names.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] =
                    Math.min(
                            WIDEST,
                            Math.max(
                                    names.get(i).length(),
                                    held.stream()
                                            .mapToInt(row -> row.get(column).length())
                                            .max()
                                            .orElse(0)));
            numeric[i] =
                    !held.isEmpty()
                            && held.stream().allMatch(row -> row.get(column).matches("-?[0-9.]*"));
        }
        write(names);
        var rule = new StringBuilder();
        for (int width : widths) {
            rule.append(rule.isEmpty() ? "" : "  ").repeat('-', width);
        }
        out.println(rule);
        held.forEach(this::write);
        held.clear();
    }

    private void write(List<String> values) {
        var line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            var value =
                    values.get(i).length() > WIDEST && i < values.size() - 1
                            ? values.get(i).substring(0, WIDEST - 1) + "…"
                            : values.get(i);
            int pad = Math.max(0, widths[i] - value.length());
            line.append(i == 0 ? "" : "  ");
            if (numeric[i]) {
                line.repeat(' ', pad).append(value);
            } else {
                line.append(value).repeat(' ', i < values.size() - 1 ? pad : 0);
            }
        }
        out.println(line);
    }

    private static String shown(@Nullable String value) {
        if (value == null) {
            return "";
        }
        var text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.toString();
    }
}
