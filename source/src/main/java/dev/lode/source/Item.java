package dev.lode.source;

import java.time.Instant;

/// One remote thing of a source in one exact version, as a listing showed it.
///
/// @param name what it is called below the source's place, with `/` between its parts:
///   `courts-2026-06-30.csv.bz2`
/// @param key what the source itself calls it: an object's key, a file's path below the folder
/// @param size in bytes
/// @param versionTag changes whenever the bytes do (an ETag without its quotes); empty when the
///   source gives none, and then size and `lastModified` must do
/// @param lastModified as the source says; for a multipart object of S3 the start of its upload
public record Item(String name, String key, long size, String versionTag, Instant lastModified) {
    public Item {
        if (size < 0) {
            throw new IllegalArgumentException("item \"" + key + "\" of " + size + " bytes");
        }
    }

    /// Whether the other is the same version of the same thing.
    public boolean sameVersion(Item other) {
        return key.equals(other.key)
                && size == other.size
                && versionTag.equals(other.versionTag)
                && (!versionTag.isEmpty() || lastModified.equals(other.lastModified));
    }
}
