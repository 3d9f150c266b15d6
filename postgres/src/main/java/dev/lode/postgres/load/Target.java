package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.catalog.ForeignKeyFacts;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table, as records of one item become its rows.
///
/// @param partitioned whether its rows live in partitions below it
/// @param columns those that are written, in the order of the COPY
/// @param key columns by which an upsert finds the row; empty for append without a key
/// @param version column whose higher value wins among records of one key
/// @param foreignKeys outgoing keys that the server enforces now
/// @param late tables whose rows may come after the rows that point to them: the table itself and
///   those it is in a cycle with
/// @param mayFilter whether a trigger of the table may drop rows silently
/// @param recordChanges whether the keys of rows that are written are kept for publishing
/// @param linkColumns columns that are kept with those keys, as they are and as they were
/// @param inOrder why the order in which records come decides which of them stay, as the middle of
///   a sentence; empty where it does not as long as no two records share the key
public record Target(
        TableName table,
        boolean partitioned,
        LoadMode mode,
        List<TargetColumn> columns,
        List<String> key,
        Optional<String> version,
        List<ForeignKeyFacts> foreignKeys,
        Set<TableName> late,
        boolean mayFilter,
        boolean recordChanges,
        List<String> linkColumns,
        Optional<String> inOrder) {
    public Target {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        linkColumns = List.copyOf(linkColumns);
        foreignKeys = List.copyOf(foreignKeys);
        late = Set.copyOf(late);
    }

    /// The same rows into another table that nothing refers to yet: no keys are enforced there, and
    /// no triggers run.
    public Target into(TableName other) {
        return new Target(
                other,
                false,
                mode,
                columns,
                key,
                version,
                List.of(),
                Set.of(),
                false,
                recordChanges,
                linkColumns,
                inOrder);
    }

    /// The same while some of its keys are suspended.
    ///
    /// @param left outgoing keys that the server still enforces
    /// @param stillLate tables whose rows may come after the rows that point to them
    public Target without(List<ForeignKeyFacts> left, Set<TableName> stillLate) {
        return new Target(
                table,
                partitioned,
                mode,
                columns,
                key,
                version,
                left,
                stillLate,
                mayFilter,
                recordChanges,
                linkColumns,
                inOrder);
    }

    /// The columns quoted, with commas.
    String columnList() {
        return list(columns.stream().map(TargetColumn::name).toList(), "");
    }

    /// The key columns quoted, with commas, each behind `prefix`.
    String keyList(String prefix) {
        return list(key, prefix);
    }

    /// The key's columns and the link columns, each once: what is kept of a row that changed.
    List<String> keptColumns() {
        return Stream.concat(key.stream(), linkColumns.stream()).distinct().toList();
    }

    /// Link columns outside of the key: an update may change them.
    List<String> changingLinks() {
        return linkColumns.stream().filter(column -> !key.contains(column)).toList();
    }

    /// `a.k = b.k AND ...` over the key.
    String keysEqual(String a, String b) {
        return key.stream()
                .map(TableName::quote)
                .map(column -> a + "." + column + " = " + b + "." + column)
                .collect(Collectors.joining(" AND "));
    }

    /// The columns outside of the key.
    List<TargetColumn> payload() {
        return columns.stream().filter(column -> !key.contains(column.name())).toList();
    }

    static String list(List<String> names, String prefix) {
        return names.stream()
                .map(name -> prefix + TableName.quote(name))
                .collect(Collectors.joining(", "));
    }
}
