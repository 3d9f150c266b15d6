package dev.lode.core.pack.publish;

import java.util.List;
import java.util.Optional;

/// One field of a JSON document.
public sealed interface Field {
    /// A column under a name of its own.
    record OfColumn(ColumnRef column) implements Field {}

    /// A text made of columns.
    record OfTemplate(Template template) implements Field {}

    /// The row of another table as an object; null where there is none.
    record OfRow(Link link, Shape shape) implements Field {}

    /// The rows of another table as a list, empty where there are none.
    ///
    /// @param each what stands for a row in place of an object
    /// @param order columns of that table; without them the order of what stands for each row
    record OfRows(Link link, Shape shape, Optional<Template> each, List<String> order)
            implements Field {
        public OfRows {
            order = List.copyOf(order);
        }
    }
}
