package dev.lode.core.pack.publish;

import java.util.Optional;

/// How items go to archives.
///
/// @param column whose value names the archive
/// @param absent the archive of items where the column is NULL
/// @param list a column that holds all values, so that those without items have their archive too
public record PartitionSpec(ColumnRef column, String absent, Optional<ListOf> list) {
    /// A column of a table.
    public record ListOf(String table, String column) {}
}
