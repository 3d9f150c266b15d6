package dev.lode.postgres.catalog;

import java.util.HashSet;
import java.util.List;

/// A primary key, a unique constraint or a unique index.
///
/// @param name of the constraint, or of the index where there is no constraint
/// @param columns in the order of the index
/// @param primary whether it is the primary key
/// @param arbiter whether ON CONFLICT can name it: valid, checked at once, neither partial nor over
///   expressions
public record KeyFacts(String name, List<String> columns, boolean primary, boolean arbiter) {
    public KeyFacts {
        columns = List.copyOf(columns);
    }

    /// Whether the key has exactly these columns, in any order.
    public boolean covers(List<String> wanted) {
        return wanted.size() == columns.size()
                && new HashSet<>(wanted).equals(new HashSet<>(columns));
    }
}
