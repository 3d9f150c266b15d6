package dev.lode.postgres.load;

import java.time.Duration;

/// Bounds of loading that a user can change.
///
/// @param rejectBytes bytes of a rejected record that are kept
/// @param serverAway how long a lost server is waited for
public record LoadLimits(int rejectBytes, Duration serverAway) {
    public static final LoadLimits DEFAULT = new LoadLimits(1 << 20, Duration.ofSeconds(60));
}
