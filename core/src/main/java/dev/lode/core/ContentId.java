package dev.lode.core;

import java.util.HexFormat;

/// What a stored content is known by, whatever its name: SHA-256 over the SHA-256 digests of its
/// consecutive chunks of [#CHUNK] bytes (the last may be shorter; empty content has no chunk).
/// Unlike a plain SHA-256 it can be resumed from the digests of the finished chunks and computed in
/// parallel.
public record ContentId(String hex) {
    /// Bytes in a chunk: 8 MiB.
    public static final int CHUNK = 8 << 20;

    public ContentId {
        if (hex.length() != 64) {
            throw LodeException.bug(
                    "content id of " + hex.length() + " characters, expected 64", null);
        }
    }

    public static ContentId ofDigest(byte[] sha256) {
        return new ContentId(HexFormat.of().formatHex(sha256));
    }

    @Override
    public String toString() {
        return hex;
    }
}
