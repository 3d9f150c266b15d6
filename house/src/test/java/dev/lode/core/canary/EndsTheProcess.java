package dev.lode.core.canary;

/// Ends the process under those who call it.
public final class EndsTheProcess {
    /// Breaks the rule.
    public void breakIt() {
        Runtime.getRuntime().halt(1);
    }
}
