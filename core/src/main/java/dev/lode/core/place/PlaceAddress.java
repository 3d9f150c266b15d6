package dev.lode.core.place;

import dev.lode.core.LodeException;

import java.net.URI;

/// Where a place is, as people write it.
public sealed interface PlaceAddress {
    /// A folder.
    ///
    /// @param path as it was written
    record Folder(String path) implements PlaceAddress {
        @Override
        public String toString() {
            return path;
        }
    }

    /// Objects of a bucket.
    ///
    /// @param prefix of their keys; empty, or ends with `/`
    record Bucket(String bucket, String prefix) implements PlaceAddress {
        @Override
        public String toString() {
            return "s3://" + bucket + "/" + prefix;
        }
    }

    /// @param text `s3://bucket/prefix`, or a folder's path
    /// @throws LodeException of kind USAGE when it is neither
    static PlaceAddress parse(String text) {
        if (text.isBlank()) {
            throw LodeException.usage("place \"\": expected a folder or s3://bucket/prefix");
        }
        if (!text.startsWith("s3://")) {
            if (text.matches("[a-z0-9+]{2,}://.*")) {
                throw LodeException.usage(
                        "place \""
                                + text.replaceFirst("//[^/]*@", "//***@")
                                + "\": expected a folder or s3://bucket/prefix");
            }
            return new Folder(text.startsWith("file:") ? URI.create(text).getPath() : text);
        }
        String rest = text.substring("s3://".length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String prefix = slash < 0 ? "" : rest.substring(slash + 1);
        if (bucket.isEmpty()) {
            throw LodeException.usage("place \"" + text + "\": names no bucket");
        }
        return new Bucket(bucket, prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }
}
