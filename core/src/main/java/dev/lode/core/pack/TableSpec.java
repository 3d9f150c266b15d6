package dev.lode.core.pack;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pack says of one table. Columns, keys and foreign keys are not repeated here: the catalog
/// tells them.
///
/// @param table name in the pack's schema
/// @param item what `{item}` of the snapshot's name pattern stands for
/// @param key columns an upsert compares by; empty for the primary key
/// @param version column whose higher value wins when the same key comes twice
/// @param emptyOk whether a file without records is as expected
/// @param fill values for columns that the table demands and the file may lack
/// @param ignoreColumns columns of the file that are not loaded
/// @param orphans what happens to rows whose reference is missing when suspended keys come back
/// @param recordChanges whether keys of rows that were written are kept for publishing
/// @param linkColumns columns that are kept with those keys: items of publications find rows by
///   them
public record TableSpec(
        String table,
        String item,
        LoadMode mode,
        List<String> key,
        Optional<String> version,
        boolean emptyOk,
        Map<String, String> fill,
        List<String> ignoreColumns,
        RejectLimit rejects,
        Orphans orphans,
        VanishedSpec vanished,
        boolean recordChanges,
        List<String> linkColumns) {
    public TableSpec {
        key = List.copyOf(key);
        fill = Map.copyOf(fill);
        ignoreColumns = List.copyOf(ignoreColumns);
        linkColumns = List.copyOf(linkColumns);
    }

    /// With orphans and vanished rows kept, and no changes recorded.
    public TableSpec(
            String table,
            String item,
            LoadMode mode,
            List<String> key,
            Optional<String> version,
            boolean emptyOk,
            Map<String, String> fill,
            List<String> ignoreColumns,
            RejectLimit rejects) {
        this(
                table,
                item,
                mode,
                key,
                version,
                emptyOk,
                fill,
                ignoreColumns,
                rejects,
                Orphans.KEEP,
                VanishedSpec.DEFAULT,
                false,
                List.of());
    }

    /// The same with changes recorded.
    TableSpec publishing(List<String> columns) {
        return new TableSpec(
                table,
                item,
                mode,
                key,
                version,
                emptyOk,
                fill,
                ignoreColumns,
                rejects,
                orphans,
                vanished,
                true,
                columns);
    }
}
