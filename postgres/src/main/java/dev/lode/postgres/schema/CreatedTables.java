package dev.lode.postgres.schema;

import dev.lode.core.TableName;

import java.util.List;

/// What [SchemaApplier#createTables] did.
///
/// @param created schemas, types, sequences, tables and views that were not there
/// @param existing those that were there and were left alone
/// @param lz4 whether the text columns of created tables are compressed with lz4
public record CreatedTables(List<SchemaObject> created, List<SchemaObject> existing, boolean lz4) {
    public CreatedTables {
        created = List.copyOf(created);
        existing = List.copyOf(existing);
    }

    /// The created tables alone.
    public List<TableName> tables() {
        return created.stream()
                .filter(object -> object.kind() == SchemaObject.Kind.TABLE)
                .map(SchemaObject::tableName)
                .toList();
    }
}
