package dev.lode.core.canary;

/// Writes where only the command line may.
public final class PrintsToTheTerminal {
    /// Breaks the rule.
    public void breakIt() {
        System.out.println();
    }
}
