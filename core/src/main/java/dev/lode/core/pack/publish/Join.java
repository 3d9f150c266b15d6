package dev.lode.core.pack.publish;

/// A table that has one row at most for each row of the publication.
///
/// @param alias what other parts of the publication call it
public record Join(String alias, Link link) {}
