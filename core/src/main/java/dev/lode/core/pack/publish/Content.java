package dev.lode.core.pack.publish;

import java.util.List;
import java.util.Optional;

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

    /// A row of a file of columns, each with its own type.
    ///
    /// @param columns in the order of the file
    /// @param document one more column behind them, of a JSON document
    /// @param rowGroup bytes of values that are held in memory, and compressed together
    record Columns(List<ColumnRef> columns, Optional<Shape> document, long rowGroup)
            implements Content {
        /// What the column of the document is called.
        public static final String DOCUMENT = "document";

        public Columns {
            columns = List.copyOf(columns);
        }
    }

    /// What the item's JSON document is, if it has one.
    default Optional<Shape> json() {
        return switch (this) {
            case Json(int _, Shape shape) -> Optional.of(shape);
            case Csv _ -> Optional.empty();
            case Columns columns -> columns.document();
        };
    }
}
