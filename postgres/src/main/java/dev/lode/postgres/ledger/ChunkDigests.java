package dev.lode.postgres.ledger;

import java.util.List;

/// SHA-256 digests of consecutive chunks of an item's stored bytes, each of
/// [dev.lode.core.ContentId#CHUNK] bytes but the last of the item.
///
/// @param first number of the first chunk, from 0
/// @param digests in order; not copied, not to be changed
public record ChunkDigests(int first, List<byte[]> digests) {
    public static final ChunkDigests NONE = new ChunkDigests(0, List.of());
}
