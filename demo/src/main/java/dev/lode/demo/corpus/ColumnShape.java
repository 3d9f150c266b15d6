package dev.lode.demo.corpus;

/// A column as the files and the pack's schema have it.
///
/// @param maxChars limit of a `varchar(n)`, or 0
/// @param references the table whose key the column holds; empty for none
record ColumnShape(String name, Type type, int maxChars, boolean nullable, String references) {
    enum Type {
        INT,
        SHORT,
        FLOAT,
        BOOL,
        DATE,
        TIME,
        TEXT
    }
}
