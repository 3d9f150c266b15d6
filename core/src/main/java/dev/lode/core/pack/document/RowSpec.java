package dev.lode.core.pack.document;

import java.util.List;
import java.util.Optional;

/// Rows that objects of a document become. An array gives a row for each element, an object one.
///
/// @param at where the array or the object lies: in the document for records, in the object of the
///   row above for its children
/// @param table in the pack's schema; empty where only the children become rows
/// @param ignore fields that are known and not loaded: they are not reported
/// @param line of the pack's file, from 1
public record RowSpec(
        FieldPath at,
        Optional<String> table,
        List<ColumnSpec> columns,
        List<RowSpec> children,
        List<FieldPath> ignore,
        int line) {
    public RowSpec {
        columns = List.copyOf(columns);
        children = List.copyOf(children);
        ignore = List.copyOf(ignore);
    }
}
