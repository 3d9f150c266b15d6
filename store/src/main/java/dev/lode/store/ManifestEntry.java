package dev.lode.store;

import dev.lode.core.ContentId;

import java.time.Instant;

/// One file of a snapshot.
///
/// @param name below the snapshot's folder, with `/` between its parts
/// @param key what the source calls it
/// @param size in bytes
/// @param versionTag of the version that was fetched (an ETag), empty where the source has none
/// @param lastModified as the source said
/// @param contentId of the bytes
/// @param fetchedAt when the last byte came
/// @param source where from, without secrets
public record ManifestEntry(
        String name,
        String key,
        long size,
        String versionTag,
        Instant lastModified,
        ContentId contentId,
        Instant fetchedAt,
        String source) {}
