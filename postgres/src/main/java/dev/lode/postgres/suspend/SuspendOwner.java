package dev.lode.postgres.suspend;

import java.util.Optional;

/// On whose account something is suspended.
///
/// @param dataset a run of it gives back what an earlier run left suspended
/// @param run empty by hand
public record SuspendOwner(String dataset, Optional<Long> run) {
    /// Whether a person did it: no run gives it back then.
    public boolean byHand() {
        return run.isEmpty();
    }
}
