package dev.lode.store;

import dev.lode.core.ContentId;
import java.time.Instant;

/// A file of a snapshot, as it was fetched.
///
/// @param name where it lies below the snapshot's folder, with `/` between its parts
/// @param key what its source calls it
/// @param size in bytes
/// @param versionTag of its source; empty where that gives none
/// @param lastModified as its source says
/// @param contentId of the stored bytes
/// @param fetchedAt when its last byte arrived
public record ManifestEntry(
        String name,
        String key,
        long size,
        String versionTag,
        Instant lastModified,
        ContentId contentId,
        Instant fetchedAt) {
    public ManifestEntry {
        if (size < 0) {
            throw new IllegalArgumentException("file \"" + name + "\" of " + size + " bytes");
        }
    }
}
