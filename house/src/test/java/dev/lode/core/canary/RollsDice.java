package dev.lode.core.canary;

import java.util.Random;

/// Takes chance that no test can repeat.
public final class RollsDice {
    /// Breaks the rule.
    public Random breakIt() {
        return new Random();
    }
}
