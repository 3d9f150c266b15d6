package dev.lode.postgres.intake;

import java.util.Optional;

/// A file that could not be loaded.
///
/// @param key where it arrived
/// @param target key among the failed ones
/// @param document number of an earlier load of the file, where there was one
public record FailedFile(
        long id,
        String place,
        String key,
        String target,
        String kind,
        String reason,
        int attempts,
        Optional<Long> document) {}
