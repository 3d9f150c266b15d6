package dev.lode.core.pack.document;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rows that a table has from the beginning, such as those of a lookup table.
///
/// @param rows texts by column; a row that is there already is not made again
public record FixedRows(String table, List<Map<String, String>> rows) {
    public FixedRows {
        var copies = new ArrayList<Map<String, String>>();
        rows.forEach(row -> copies.add(Collections.unmodifiableMap(new LinkedHashMap<>(row))));
        rows = Collections.unmodifiableList(copies);
    }
}
