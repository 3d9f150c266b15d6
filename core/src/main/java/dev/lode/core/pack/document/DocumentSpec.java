package dev.lode.core.pack.document;

import java.util.List;
import java.util.Optional;

/// JSON documents of a dataset, and the rows that they become: the pack's `documents`.
///
/// Ids of rows (`$id`) are 40 hexadecimal digits: 11 of the document's time ([#order], 44 bits of
/// milliseconds, so that the rows of one time lie side by side in an index), 23 of a hash over the
/// file's content id, the record, its place in the document's structure and the row above, and 6 of
/// the row's position: among equal records for a record, among its siblings for a child. Two files
/// of one time never share an id; the same file gives the same ids again.
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
}
