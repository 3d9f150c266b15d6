package dev.lode.publish.archive;

import java.io.IOException;

/// Hears every step of a build, in the order of keys, on the thread that builds.
@FunctionalInterface
public interface StepListener {
    /// Hears nothing.
    StepListener SILENT = step -> {};

    void on(Step step) throws IOException;
}
