package dev.lode.store;

import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;

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
/// @param freed whether the file was given up for its room after its rows were durable: it is not
///   there any more
public record ManifestEntry(
        String name,
        String key,
        long size,
        String versionTag,
        Instant lastModified,
        ContentId contentId,
        Instant fetchedAt,
        String source,
        boolean freed) {
    /// Of a file that is there.
    public ManifestEntry(
            String name,
            String key,
            long size,
            String versionTag,
            Instant lastModified,
            ContentId contentId,
            Instant fetchedAt,
            String source) {
        this(name, key, size, versionTag, lastModified, contentId, fetchedAt, source, false);
    }

    /// The same, its file given up.
    public ManifestEntry asFreed() {
        return new ManifestEntry(
                name, key, size, versionTag, lastModified, contentId, fetchedAt, source, true);
    }

    /// What the source knows this version by.
    public Fingerprint fingerprint() {
        return Fingerprint.of(key, size, versionTag, lastModified);
    }
}
