package dev.lode.postgres.catalog;

import dev.lode.format.csv.TargetColumn.Kind;

/// What the encoder checks about a value before it goes to a column.
public final class TargetKinds {
    private TargetKinds() {}

    /// The kind of a column's base type; domains are followed, arrays and types of users are
    /// [Kind#OTHER].
    public static Kind of(ColumnFacts column) {
        return switch (column.baseType()) {
            case "int2" -> Kind.INT2;
            case "int4" -> Kind.INT4;
            case "int8" -> Kind.INT8;
            case "float4" -> Kind.FLOAT4;
            case "float8" -> Kind.FLOAT8;
            case "numeric" -> Kind.NUMERIC;
            case "bool" -> Kind.BOOLEAN;
            case "date" -> Kind.DATE;
            case "timestamp" -> Kind.TIMESTAMP;
            case "timestamptz" -> Kind.TIMESTAMPTZ;
            case "text", "varchar", "bpchar" -> Kind.TEXT;
            case "uuid" -> Kind.UUID;
            case "bytea" -> Kind.BYTEA;
            case "json" -> Kind.JSON;
            case "jsonb" -> Kind.JSONB;
            default -> Kind.OTHER;
        };
    }
}
