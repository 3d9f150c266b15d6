package dev.lode.engine.fetch;

import dev.lode.core.LodeException;

import java.util.concurrent.ExecutionException;

/// Brings a failure from a worker's thread to the one that waits for it.
final class Failures {
    private Failures() {}

    /// The failure itself, to be thrown.
    ///
    /// @throws InterruptedException when the worker was interrupted
    static LodeException rethrown(ExecutionException e) throws InterruptedException {
        switch (e.getCause()) {
            case LodeException failure -> {
                return failure;
            }
            case InterruptedException interrupted -> {
                var here = new InterruptedException("fetch interrupted");
                here.initCause(interrupted);
                throw here;
            }
            case Error error -> throw error;
            case null, default -> {
                return LodeException.bug("fetch: " + e.getCause(), e.getCause());
            }
        }
    }
}
