package dev.lode.core.canary;

import java.time.Instant;

/// Takes a time that no test can set.
public final class AsksTheClock {
    /// Breaks the rule.
    public Instant breakIt() {
        return Instant.now();
    }
}
