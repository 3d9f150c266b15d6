package dev.lode.core.pack.publish;

/// How it becomes known that somebody else than Lode's loads wrote a table.
public sealed interface OtherWriter {
    /// Triggers of Lode's own, made by `lode publish`, note the keys.
    record Triggers() implements OtherWriter {}

    /// A column that every writer sets to the time of its change. It says nothing of rows that were
    /// deleted: those are found by a comparison of keys.
    record Column(String name) implements OtherWriter {}

    /// Nothing says it: all items are read and compared at each publishing.
    record Unknown() implements OtherWriter {}
}
