package dev.lode.core.pack.document;

import dev.lode.core.ByteSize;

/// Bounds of one document. What is beyond them fails the file, except a long text, which rejects
/// its record.
///
/// @param document largest document in bytes, decompressed
/// @param depth deepest nesting of arrays and objects
/// @param text longest text of a column in bytes
/// @param records most records in a document
/// @param rejects most rejects of a document that are kept one by one: with more it fails
/// @param drift most unknown fields that are told apart
/// @param keptRaw bytes of a rejected record that are kept
public record DocumentLimits(
        ByteSize document,
        int depth,
        ByteSize text,
        int records,
        int rejects,
        int drift,
        ByteSize keptRaw) {
    public static final DocumentLimits DEFAULT =
            new DocumentLimits(
                    ByteSize.of(64 << 20),
                    64,
                    ByteSize.of(1 << 20),
                    1_000_000,
                    1000,
                    100,
                    ByteSize.of(64 << 10));
}
