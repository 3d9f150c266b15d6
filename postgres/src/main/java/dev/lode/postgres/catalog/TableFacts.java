package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A table (or what stands under its name) as the catalog described it at one moment.
///
/// @param oid changes when the table is dropped and made again
/// @param relkind `r` table, `p` partitioned table, `v` view, `m` materialized view, `f` foreign
///   table
/// @param partition whether it is a partition of another table
/// @param persistence `p` permanent, `u` unlogged, `t` temporary
/// @param owner the role that owns it
/// @param owned whether the current role has the rights of the owner
/// @param rowSecurity whether row level security is on for the table
/// @param rowSecurityActive whether it applies to the current role
/// @param hasRows whether a row is visible; for a table that may not be read, whether it has pages;
///   false for views and foreign tables, which are not asked
/// @param pages of the table itself as of the last VACUUM or ANALYZE, partitions included
/// @param bytes on disk with indexes and TOAST, partitions included
/// @param columns in the order of the table
/// @param uniques every unique constraint and index but the primary key; [KeyFacts#arbiter] says
///   which serve ON CONFLICT
/// @param foreignKeys keys of this table
/// @param incoming keys that refer to this table, also its own
/// @param triggers of users; those that serve constraints are left out
public record TableFacts(
        long oid,
        TableName name,
        char relkind,
        boolean partition,
        char persistence,
        String owner,
        boolean owned,
        boolean rowSecurity,
        boolean rowSecurityActive,
        boolean hasRows,
        long pages,
        long bytes,
        List<ColumnFacts> columns,
        Optional<KeyFacts> primaryKey,
        List<KeyFacts> uniques,
        List<ForeignKeyFacts> foreignKeys,
        List<ForeignKeyFacts> incoming,
        List<IndexFacts> indexes,
        List<TriggerFacts> triggers) {
    public TableFacts {
        columns = List.copyOf(columns);
        uniques = List.copyOf(uniques);
        foreignKeys = List.copyOf(foreignKeys);
        incoming = List.copyOf(incoming);
        indexes = List.copyOf(indexes);
        triggers = List.copyOf(triggers);
    }

    /// Whether rows live in partitions below it.
    public boolean partitioned() {
        return relkind == 'p';
    }

    /// The column of that exact name.
    public Optional<ColumnFacts> column(String columnName) {
        return columns.stream().filter(column -> column.name().equals(columnName)).findFirst();
    }

    /// The names of all columns, in the order of the table.
    public List<String> columnNames() {
        return columns.stream().map(ColumnFacts::name).toList();
    }

    /// The key that ON CONFLICT finds for exactly these columns.
    public Optional<KeyFacts> arbiter(List<String> key) {
        return Stream.concat(primaryKey.stream(), uniques.stream())
                .filter(candidate -> candidate.arbiter() && candidate.covers(key))
                .findFirst();
    }
}
