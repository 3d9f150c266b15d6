package dev.lode.core.pack.publish;

import java.util.List;

/// What an item is published as.
public sealed interface Content {
    /// A JSON document.
    ///
    /// @param indent blanks of a level; 0 for one line
    record Json(int indent, Shape shape) implements Content {}

    /// A record of CSV.
    ///
    /// @param columns in the order of the header
    record Csv(List<ColumnRef> columns) implements Content {
        public Csv {
            columns = List.copyOf(columns);
        }
    }
}
