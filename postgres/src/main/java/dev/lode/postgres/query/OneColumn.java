package dev.lode.postgres.query;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Keeps the first column.
record OneColumn(List<String> values) implements RowSink {
    @Override
    public void columns(List<String> names) {}

    @Override
    public void row(List<@Nullable String> row) {
        values.add(String.valueOf(row.getFirst()));
    }
}
