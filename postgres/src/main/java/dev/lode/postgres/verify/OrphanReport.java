package dev.lode.postgres.verify;

import dev.lode.postgres.catalog.ForeignKeyFacts;

import java.util.List;

/// Rows of a table that refer to rows that are not there.
///
/// @param key the foreign key; perhaps only declared, perhaps NOT VALID
/// @param rows how many rows refer to nothing
/// @param keys how many different keys they have
/// @param examples the keys of most rows first
public record OrphanReport(ForeignKeyFacts key, long rows, long keys, List<KeyExample> examples) {
    public OrphanReport {
        examples = List.copyOf(examples);
    }
}
