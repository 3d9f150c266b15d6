package dev.lode.postgres.document;

import dev.lode.core.ContentId;

/// A file in memory, decompressed.
///
/// @param name as the ledger is to know it
/// @param size of the stored bytes
/// @param content of the stored bytes
/// @param bytes the document; at least 32 bytes longer than its length, so that it need not be
///   copied
/// @param length of the document
// Two files are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record HeldFile(String name, long size, ContentId content, byte[] bytes, int length) {}
