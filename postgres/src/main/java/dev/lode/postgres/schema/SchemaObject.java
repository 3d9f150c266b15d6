package dev.lode.postgres.schema;

import dev.lode.core.TableName;

import java.util.Locale;

/// Something a script makes that is not an index or a constraint.
///
/// @param schema empty for schemas and extensions
/// @param name as the catalog spells it
public record SchemaObject(Kind kind, String schema, String name) {
    /// In the order in which they can depend on each other.
    public enum Kind {
        SCHEMA,
        EXTENSION,
        /// Also domains.
        TYPE,
        SEQUENCE,
        TABLE,
        VIEW
    }

    /// A table.
    public static SchemaObject table(TableName table) {
        return new SchemaObject(Kind.TABLE, table.schema(), table.name());
    }

    /// Its name, where it is a table, view or sequence.
    public TableName tableName() {
        return new TableName(schema, name);
    }

    /// `table 'search_court'`.
    @Override
    public String toString() {
        String full = schema.isEmpty() ? name : new TableName(schema, name).toString();
        return kind.name().toLowerCase(Locale.ROOT) + " '" + full + "'";
    }
}
