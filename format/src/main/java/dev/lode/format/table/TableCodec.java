package dev.lode.format.table;

/// What compresses the pages of a file.
public enum TableCodec {
    NONE,
    SNAPPY,
    GZIP,
    ZSTD
}
