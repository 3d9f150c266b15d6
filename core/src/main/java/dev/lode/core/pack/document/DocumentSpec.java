package dev.lode.core.pack.document;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// JSON documents of a dataset, and the rows that they become: the pack's `documents`.
///
/// Ids of rows (`$id`) are 40 hexadecimal digits: 11 of the document's time ([#order], 44 bits of
/// milliseconds, so that the rows of one time lie side by side in an index), 23 of a hash over the
/// file's content id, the record, its place in the document's structure and the row above (the
/// first 8 of a child are those of its record), and 6 of the row's position: among equal records
/// for a record, among its siblings for a child. Two files of one time never share an id; the same
/// file gives the same ids again.
///
/// @param order field of the document with its time in milliseconds since 1970, UTC
/// @param file the row that each file becomes
/// @param records arrays of records; each record is loaded or rejected as a whole
/// @param ignore fields of the document that are known and not loaded
public record DocumentSpec(
        DocumentLimits limits,
        Optional<FieldPath> order,
        Optional<RowSpec> file,
        List<RowSpec> records,
        List<LookupSpec> lookups,
        List<FixedRows> fixedRows,
        List<FieldPath> ignore) {
    public DocumentSpec {
        records = List.copyOf(records);
        lookups = List.copyOf(lookups);
        fixedRows = List.copyOf(fixedRows);
        ignore = List.copyOf(ignore);
    }

    /// Tables that files fill, in the order in which the pack names them.
    public List<String> filled() {
        var names = new LinkedHashSet<String>();
        file.ifPresent(row -> addTables(row, names));
        records.forEach(row -> addTables(row, names));
        return List.copyOf(names);
    }

    /// Those, and the tables of lookups and of rows that are there from the beginning.
    public List<String> tables() {
        var names = new LinkedHashSet<>(filled());
        lookups.forEach(lookup -> names.add(lookup.table()));
        fixedRows.forEach(rows -> names.add(rows.table()));
        return List.copyOf(names);
    }

    private static void addTables(RowSpec row, Set<String> names) {
        row.table().ifPresent(names::add);
        row.children().forEach(child -> addTables(child, names));
    }
}
