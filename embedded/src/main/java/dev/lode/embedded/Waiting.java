package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.time.Duration;

/// Waiting with an end, for something that only can be asked: a lock, a file, a process.
final class Waiting {
    private final long deadline;

    private Waiting(long deadline) {
        this.deadline = deadline;
    }

    static Waiting atMost(Duration limit) {
        return new Waiting(System.nanoTime() + limit.toNanos());
    }

    boolean over() {
        return System.nanoTime() - deadline >= 0;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /// Lets `millis` pass, or what is left of the time.
    ///
    /// @throws LodeException RESOURCE when this thread is interrupted
    void pause(long millis) {
        try {
            Thread.sleep(Math.min(millis, left().toMillis() + 1));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// The interrupt stays set for the caller.
    static LodeException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return LodeException.resource(
                "embedded PostgreSQL: interrupted while waiting for it; start again", cause);
    }
}
