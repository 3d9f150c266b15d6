package dev.lode.engine.document;

/// A file as it was found.
///
/// @param name key or path, as the ledger and messages are to know it
/// @param bytes as they are stored: plain, or packed with gzip, zstd or bzip2
// Two files are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record IncomingFile(String name, byte[] bytes) {}
