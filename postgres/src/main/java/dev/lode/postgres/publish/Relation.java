package dev.lode.postgres.publish;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import java.util.List;
import java.util.Map;

/// A table or query that items or parts of them come from.
///
/// @param what messages call it: `table search_docket`
/// @param sql how it stands behind FROM
/// @param types of its columns as casts spell them, in the order of the columns
record Relation(String what, String sql, Map<String, String> types) {
    Relation {
        types = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(types));
    }

    List<String> columns() {
        return List.copyOf(types.keySet());
    }

    /// The type of a column.
    ///
    /// @param publication that asks, for the message
    String type(String publication, String column) {
        String type = types.get(column);
        if (type == null) {
            throw LodeException.usage(
                    "publication '"
                            + publication
                            + "': "
                            + what
                            + " has no column '"
                            + column
                            + "'"
                            + Suggestion.hint(column, types.keySet())
                            + "; nothing was published; correct the pack");
        }
        return type;
    }
}
