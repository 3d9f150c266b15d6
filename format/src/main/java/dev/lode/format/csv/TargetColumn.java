package dev.lode.format.csv;

import org.jspecify.annotations.Nullable;

/// A column of the target table, as the encoder has to fill it.
///
/// @param name the column, for reject reasons
/// @param field index of the field in the file's records, or -1 where the file lacks it and `fill`
///   is used
/// @param kind what is checked before the value goes to the server
/// @param maxChars limit of characters for `varchar(n)` and `char(n)`, or 0
/// @param notNull whether NULL is a reject
/// @param fill the text to store where the file lacks the column or, when `fillNulls`, where a
///   value is NULL; null fills NULL
/// @param fillNulls whether a NULL in the file becomes `fill`
public record TargetColumn(
        String name,
        int field,
        Kind kind,
        int maxChars,
        boolean notNull,
        @Nullable String fill,
        boolean fillNulls) {
    /// What a value must look like. Anything the checks here let pass that the server refuses is
    /// isolated there.
    public enum Kind {
        INT2,
        INT4,
        INT8,
        FLOAT4,
        FLOAT8,
        NUMERIC,
        BOOLEAN,
        DATE,
        TIMESTAMP,
        TIMESTAMPTZ,
        TEXT,
        UUID,
        BYTEA,
        JSON,
        JSONB,
        /// Any other type: only UTF-8 and NUL bytes are checked here.
        OTHER
    }
}
