package dev.lode.postgres.catalog;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An index as the catalog describes it.
///
/// @param definition the CREATE INDEX statement of `pg_get_indexdef`, with every name qualified
/// @param valid false while it is being built and after CREATE INDEX CONCURRENTLY broke off
/// @param constraint the primary key, unique or exclusion constraint it serves, or null
/// @param columns the indexed columns in order; expressions and INCLUDE columns are not listed
public record IndexFacts(
        String name,
        String definition,
        boolean valid,
        boolean unique,
        boolean primary,
        @Nullable String constraint,
        List<String> columns) {
    public IndexFacts {
        columns = List.copyOf(columns);
    }
}
