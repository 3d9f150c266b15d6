package dev.lode.core.place;

import java.time.Instant;

/// One version of a file in a place.
///
/// @param key below the place, with `/` between its parts
/// @param size in bytes
/// @param version changes whenever the bytes may have: an ETag, or inode and time of modification
/// @param modified as the place says
public record PlacedFile(String key, long size, String version, Instant modified) {
    public PlacedFile {
        if (size < 0) {
            throw new IllegalArgumentException("file \"" + key + "\" of " + size + " bytes");
        }
    }

    /// Whether the other is the same version of the same file.
    public boolean sameVersion(PlacedFile other) {
        return key.equals(other.key) && size == other.size && version.equals(other.version);
    }

    /// The last part of the key.
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
