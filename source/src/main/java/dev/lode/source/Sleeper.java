package dev.lode.source;

import java.time.Duration;

/// Waiting, as something that a test can do without.
@FunctionalInterface
public interface Sleeper {
    /// Sleeps on the calling thread.
    Sleeper REAL = Thread::sleep;

    void sleep(Duration time) throws InterruptedException;
}
