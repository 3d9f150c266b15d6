package dev.lode.postgres.suspend;

import dev.lode.core.TableName;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What is to be suspended.
///
/// @param wishes what of which tables, those that are to be loaded
/// @param incoming whether foreign keys of other tables that refer to these are meant too
/// @param writers who else may write meanwhile
public record SuspendRequest(
        Map<TableName, Set<SuspendKind>> wishes, boolean incoming, Writers writers) {
    public SuspendRequest {
        // Sorted: the order in which tables are locked is the same for everybody.
        wishes = java.util.Collections.unmodifiableMap(new TreeMap<>(wishes));
    }

    /// The same of all tables.
    public static SuspendRequest of(
            Collection<TableName> tables,
            Set<SuspendKind> kinds,
            boolean incoming,
            Writers writers) {
        var wishes = new TreeMap<TableName, Set<SuspendKind>>();
        tables.forEach(table -> wishes.put(table, Set.copyOf(kinds)));
        return new SuspendRequest(wishes, incoming, writers);
    }

    List<TableName> tables() {
        return List.copyOf(wishes.keySet());
    }

    /// Whether a wish covers it.
    boolean covers(Suspendable object) {
        boolean referredTo =
                object.other()
                        .map(other -> wishes.getOrDefault(other, Set.of()))
                        .orElse(Set.of())
                        .contains(object.kind());
        return wishes.getOrDefault(object.table(), Set.of()).contains(object.kind())
                || (incoming && referredTo);
    }
}
