package dev.lode.engine.plan;

/// What a listing of a source shows of one thing.
///
/// @param name the key behind the source's prefix, or the file name
/// @param size in bytes, as stored
public record Listed(String name, long size) {}
