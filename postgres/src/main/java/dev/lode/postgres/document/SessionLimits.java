package dev.lode.postgres.document;

import java.time.Duration;

/// Bounds of a session that a user can change.
///
/// @param refusals records of a file that the server may refuse one by one before the file fails
/// @param conflicts attempts after serialisation failures and deadlocks
/// @param serverAway how long a lost server is waited for
public record SessionLimits(int refusals, int conflicts, Duration serverAway) {
    public static final SessionLimits DEFAULT = new SessionLimits(50, 10, Duration.ofSeconds(60));
}
