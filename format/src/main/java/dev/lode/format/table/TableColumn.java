package dev.lode.format.table;

/// A column of a file. Every one may be NULL.
public record TableColumn(String name, ColumnType type) {}
