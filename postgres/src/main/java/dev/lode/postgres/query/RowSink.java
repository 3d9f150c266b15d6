package dev.lode.postgres.query;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Takes the rows of a query one by one, as text.
public interface RowSink {
    /// Called once, before the first row.
    void columns(List<String> names);

    /// A row; null stands for NULL.
    void row(List<@Nullable String> values);
}
