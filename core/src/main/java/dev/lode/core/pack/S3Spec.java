package dev.lode.core.pack;

import java.util.Optional;

/// Where an S3-compatible store keeps a dataset.
///
/// @param endpoint URL of the store; empty for AWS
/// @param anonymous whether requests are unsigned
/// @param pathStyle whether the bucket stands in the path instead of the host name
public record S3Spec(
        Optional<String> endpoint,
        String bucket,
        String prefix,
        String region,
        boolean anonymous,
        boolean pathStyle) {}
