package dev.lode.source;

import java.io.IOException;
import java.time.Duration;

/// The cause of a remote failure whose answer said when to come back (`Retry-After`).
public final class RetryAfterException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    public RetryAfterException(Duration pause, Throwable cause) {
        super("come back after " + pause.toMillis() + " ms", cause);
        this.pause = pause;
    }

    /// How long to stay away.
    public Duration pause() {
        return pause;
    }
}
