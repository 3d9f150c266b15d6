package dev.lode.core.pack.publish;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which fields a JSON object has: columns in the order of the table, then further fields in
/// theirs.
///
/// @param columns those that are fields; empty for all
/// @param omit those that are not
/// @param fields beside the columns; one that is called like a column takes its place
public record Shape(List<String> columns, List<String> omit, Map<String, Field> fields) {
    /// All columns and nothing else.
    public static final Shape ALL = new Shape(List.of(), List.of(), Map.of());

    public Shape {
        columns = List.copyOf(columns);
        omit = List.copyOf(omit);
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
