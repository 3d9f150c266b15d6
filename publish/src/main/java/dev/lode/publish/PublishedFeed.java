package dev.lode.publish;

/// A change feed, as manifests name it: what leads from one generation to the next.
///
/// @param path below the publication's folder
/// @param from number of the generation that it begins with
/// @param to number of the generation that it ends with
public record PublishedFeed(
        String path, long from, long to, long bytes, String sha256, long upserts, long deletes) {}
