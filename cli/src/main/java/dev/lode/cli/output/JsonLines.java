package dev.lode.cli.output;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;

/// One JSON object a row; every value a string or null.
final class JsonLines implements TableFormat.FinishingSink {
    private final PrintWriter out;
    private final JsonMapper json = JsonMapper.builder().build();
    private List<String> names = List.of();

    JsonLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<String> names) {
        this.names = names;
    }

    @Override
    public void row(List<@Nullable String> values) {
        var fields = new LinkedHashMap<String, @Nullable String>();
        for (int i = 0; i < names.size(); i++) {
            fields.put(names.get(i), values.get(i));
        }
        out.println(json.writeValueAsString(fields));
    }

    @Override
    public void finish() {
        out.flush();
    }
}
