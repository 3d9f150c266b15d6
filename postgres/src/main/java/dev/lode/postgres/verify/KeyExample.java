package dev.lode.postgres.verify;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A key that stands for a problem.
///
/// @param values of the key's columns as text; null for NULL (MATCH FULL only)
/// @param rows that have it
public record KeyExample(List<@Nullable String> values, long rows) {
    public KeyExample {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /// `(ca9, 17) in 3 rows`.
    @Override
    public String toString() {
        return "("
                + String.join(
                        ", ", values.stream().map(value -> value == null ? "NULL" : value).toList())
                + ") in "
                + rows
                + (rows == 1 ? " row" : " rows");
    }
}
