package dev.lode.core.pack.publish;

import java.nio.file.Path;

/// Where the items of a publication come from: each row is an item.
public sealed interface Rows {
    /// A table of the pack's schema.
    record OfTable(String table) implements Rows {}

    /// A query.
    ///
    /// @param sql one SELECT without a semicolon at its end
    /// @param file it was read from
    record OfQuery(Path file, String sql) implements Rows {}
}
