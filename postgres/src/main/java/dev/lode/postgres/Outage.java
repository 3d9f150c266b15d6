package dev.lode.postgres;

/// The time that the server is away, as all steps of a run meet it together: it is waited for once,
/// not once by each step. Thread safe.
final class Outage {
    private long began;
    private long last;
    private boolean there = true;
    private boolean given;

    /// A step lost the server.
    ///
    /// @param now of [System#nanoTime]
    /// @param patience in nanoseconds: losses further apart than that are not of one outage
    /// @return when the outage began; `now` where this is its first loss
    synchronized long since(long now, long patience) {
        if (there || now - last > patience) {
            began = now;
            there = false;
        }
        last = now;
        return began;
    }

    /// A step was done.
    synchronized void over() {
        there = true;
    }

    /// From now on nobody waits.
    synchronized void giveUp() {
        given = true;
    }

    synchronized boolean givenUp() {
        return given;
    }
}
