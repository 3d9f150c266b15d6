package dev.lode.postgres.swap;

import java.util.List;

/// An index of the old table as it is made on the new one.
///
/// @param name the old one's, which the new one gets in the swap
/// @param made the name until then: two indexes of a schema cannot have one name
/// @param constraint whether a constraint of the same name stands on it
/// @param unique whether it tells rows apart
/// @param columns of a plain key, as the catalog spells them; empty for expressions and partial
///   indexes
/// @param tablespace empty for the database's own
/// @param statements that make it, in order
record ShadowIndex(
        String name,
        String made,
        boolean constraint,
        boolean unique,
        List<String> columns,
        String tablespace,
        List<String> statements) {
    ShadowIndex {
        columns = List.copyOf(columns);
        statements = List.copyOf(statements);
    }
}
