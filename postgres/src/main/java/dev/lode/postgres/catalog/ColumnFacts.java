package dev.lode.postgres.catalog;

/// A column as the catalog describes it.
///
/// @param name as the catalog spells it
/// @param type as `format_type` writes it under `search_path = pg_catalog`: `character
///   varying(15)`, `public.mood[]`
/// @param baseType the catalog's short name with domains resolved: `int4`, `varchar`, `_text`;
///   types outside `pg_catalog` carry their schema: `public.mood`
/// @param maxChars limit of characters of `varchar(n)` and `char(n)`, also through a domain, or 0
///   for none
/// @param notNull whether the column or its domain refuses NULL
/// @param hasDefault whether a row that leaves the column out gets something other than NULL: a
///   default of the column or of its domain, an identity, a generated value
/// @param identity whether numbers are given by an identity
/// @param generated whether the value is computed from the other columns
/// @param storage `p` plain, `e` external, `m` main, `x` extended
/// @param compression `pglz`, `lz4`, or empty where the server's default holds (and before
///   PostgreSQL 14)
public record ColumnFacts(
        String name,
        String type,
        String baseType,
        int maxChars,
        boolean notNull,
        boolean hasDefault,
        Identity identity,
        Generated generated,
        char storage,
        String compression) {
    /// How an identity column takes numbers.
    public enum Identity {
        NONE,
        /// An INSERT that names the column needs OVERRIDING SYSTEM VALUE; COPY does not.
        ALWAYS,
        BY_DEFAULT
    }

    /// Whether the value is computed.
    public enum Generated {
        NO,
        STORED,
        /// From PostgreSQL 18.
        VIRTUAL
    }

    /// Whether a row may leave the column out.
    public boolean mayBeLeftOut() {
        return !notNull || hasDefault;
    }
}
