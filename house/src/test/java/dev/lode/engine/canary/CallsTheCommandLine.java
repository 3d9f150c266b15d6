package dev.lode.engine.canary;

import dev.lode.cli.canary.NamedImpl;

/// The engine does not know who calls it.
public final class CallsTheCommandLine {
    /// Breaks the rule.
    public Object breakIt() {
        return new NamedImpl();
    }
}
