package dev.lode.postgres.intake;

import java.time.Instant;
import java.util.Optional;

/// What a watcher tells others with each beat.
///
/// @param oldest since when the oldest file waits
/// @param note a sentence, where something is in its way
public record WatcherState(
        long waitingLive,
        long waitingBackload,
        Optional<Instant> oldest,
        double filesPerSecond,
        int workers,
        Optional<String> note) {}
