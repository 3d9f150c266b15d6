package dev.lode.engine.fetch;

/// Bytes from `start` up to, not including, `end`.
record ByteRange(long start, long end) {}
