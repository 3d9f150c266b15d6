package dev.lode.core.pack;

/// How records become rows of a table that may already hold some.
public enum LoadMode {
    /// Every record is a new row; the ledger keeps it exactly once.
    APPEND,
    /// By key: new rows are inserted, changed rows updated, unchanged rows not written.
    UPSERT,
    /// A new table is filled beside the old one and takes its place in one short transaction.
    REPLACE
}
