package dev.lode.postgres.space;

import dev.lode.core.ByteSize;

import java.time.Duration;
import java.util.Optional;

/// How far a run may fill the database's disk.
///
/// @param growth what the database and its WAL may grow by in the run; empty for no limit
/// @param reserve what its disks keep free, where that can be seen
/// @param check time between two looks
/// @param patience how long a paused run waits for room
public record SpaceLimits(
        Optional<ByteSize> growth, ByteSize reserve, Duration check, Duration patience) {
    /// Patience without an end.
    public static final Duration FOREVER = Duration.ofDays(36_500);

    /// The same for a run that never ends by itself: it may grow by what comes, and waits for room
    /// as long as it takes.
    public SpaceLimits forever() {
        return new SpaceLimits(Optional.empty(), reserve, check, FOREVER);
    }
}
