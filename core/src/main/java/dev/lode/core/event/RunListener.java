package dev.lode.core.event;

/// Hears what happens in a run. Called from several threads; must be quick and must not throw.
@FunctionalInterface
public interface RunListener {
    /// Hears nothing.
    RunListener SILENT = event -> {};

    void on(RunEvent event);

    /// Both, this one first.
    default RunListener and(RunListener other) {
        return event -> {
            on(event);
            other.on(event);
        };
    }
}
