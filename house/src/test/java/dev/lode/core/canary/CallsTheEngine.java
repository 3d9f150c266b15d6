package dev.lode.core.canary;

import dev.lode.engine.canary.CallsTheCommandLine;

/// Core knows nobody.
public final class CallsTheEngine {
    /// Breaks the rule.
    public Object breakIt() {
        return new CallsTheCommandLine();
    }
}
