package dev.lode.core.pack.publish;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which rows of another table belong to a row: those whose columns equal columns that are known.
///
/// @param table in the pack's schema
/// @param columns of that table, each with what it equals; at least one
public record Link(String table, Map<String, ColumnRef> columns) {
    public Link {
        columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }
}
