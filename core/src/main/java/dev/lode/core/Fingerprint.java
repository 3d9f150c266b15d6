package dev.lode.core;

import java.time.Instant;

/// What one version of an item is known by before its bytes are: key, size and version tag. The
/// same fingerprint means the same bytes; the same bytes may come under another one.
///
/// @param text one line
public record Fingerprint(String text) {
    public Fingerprint {
        if (text.isEmpty()) {
            throw LodeException.bug("an empty fingerprint", null);
        }
    }

    /// @param key what the source calls the item
    /// @param size in bytes
    /// @param versionTag changes whenever the bytes do; empty where the source has none, and then
    ///   the time stands in for it
    public static Fingerprint of(String key, long size, String versionTag, Instant lastModified) {
        String version = versionTag.isEmpty() ? lastModified.toString() : versionTag;
        return new Fingerprint(size + " " + version + " " + key);
    }

    @Override
    public String toString() {
        return text;
    }
}
