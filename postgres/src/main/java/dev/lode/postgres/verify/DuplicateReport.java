package dev.lode.postgres.verify;

import dev.lode.core.TableName;

import java.util.List;

/// Rows that share what should be a key. Rows with NULL in the key share nothing.
///
/// @param keys how many keys stand more than once
/// @param surplus how many rows would have to go
/// @param examples the keys of most rows first
public record DuplicateReport(
        TableName table, List<String> columns, long keys, long surplus, List<KeyExample> examples) {
    public DuplicateReport {
        columns = List.copyOf(columns);
        examples = List.copyOf(examples);
    }
}
