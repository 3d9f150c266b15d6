package dev.lode.format.json;

/// A field that the mapping does not know.
///
/// @param path of the field, as `jams.severity`
/// @param count how often it stood in the document
/// @param example the JSON text of one value, cut at 80 bytes
public record Drift(String path, long count, String example) {}
