package dev.lode.format.table;

/// Where the rows lie in a finished file: what is copied when it is joined with others.
///
/// @param rows in it
/// @param offset of the first byte
/// @param bytes up to the last one
/// @param raw bytes before compression
public record TableBody(long rows, long offset, long bytes, long raw) {}
