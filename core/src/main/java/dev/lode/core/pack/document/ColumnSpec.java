package dev.lode.core.pack.document;

/// A column and what fills it.
///
/// @param line of the pack's file, from 1
public record ColumnSpec(String column, ValueSpec value, int line) {}
