package dev.lode.format.json;

import dev.lode.format.csv.TargetColumn;

import java.util.List;

/// A table that documents fill, as the database has it.
///
/// @param name in the pack's schema
/// @param columns all of them; of [TargetColumn] name, kind, maxChars and notNull are used
/// @param needed columns that a row cannot leave out
public record DocumentTable(String name, List<TargetColumn> columns, List<String> needed) {
    public DocumentTable {
        columns = List.copyOf(columns);
        needed = List.copyOf(needed);
    }
}
