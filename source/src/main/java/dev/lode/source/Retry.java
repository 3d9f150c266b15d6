package dev.lode.source;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The one place where remote failures are tried again. Only a [LodeException] of kind REMOTE is;
/// every other error passes through at once. Waits double from attempt to attempt, between half and
/// all of the planned time at random so that many clients do not come back together; what the
/// source asked for (`Retry-After`) is the least wait.
///
/// Never call it from inside an attempt: nested retries multiply. Safe for use by several threads.
public final class Retry {
    private final RetryPolicy policy;
    private final Sleeper sleeper;
    private final RandomGenerator random;

    /// @param random spreads the waits; safe for use by several threads, as `java.util.Random` is
    public Retry(RetryPolicy policy, Sleeper sleeper, RandomGenerator random) {
        this.policy = policy;
        this.sleeper = sleeper;
        this.random = random;
    }

    /// With real waits.
    public static Retry of(RetryPolicy policy, RandomGenerator random) {
        return new Retry(policy, Sleeper.REAL, random);
    }

    /// One thing to do that may fail remotely.
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws InterruptedException;
    }

    /// Runs it until it succeeds.
    ///
    /// @throws LodeException the last failure when the attempts are used up, or the first that is
    ///   not REMOTE
    public <T> T call(Attempt<T> attempt) throws InterruptedException {
        var series = begin();
        while (true) {
            try {
                return attempt.run();
            } catch (LodeException e) {
                series.failed(e);
            }
        }
    }

    /// A series of attempts that the caller drives, for work that can make progress before it
    /// fails.
    public Series begin() {
        return new Series();
    }

    /// Attempts at one thing, in a row. Belongs to one thread.
    public final class Series {
        private int failures;

        private Series() {}

        /// There was progress since the last failure: counting begins again.
        public void progressed() {
            failures = 0;
        }

        /// Waits before the next attempt.
        ///
        /// @throws LodeException the failure itself, when it is not to be tried again
        public void failed(LodeException failure) throws InterruptedException {
            if (failure.kind() != ErrorKind.REMOTE) {
                throw failure;
            }
            failures++;
            if (failures >= policy.attempts()) {
                throw policy.attempts() == 1
                        ? failure
                        : LodeException.remote(
                                failure.getMessage() + "; tried " + failures + " times", failure);
            }
            sleeper.sleep(pause(failure));
        }

        private Duration pause(LodeException failure) {
            long longest = policy.longestWait().toMillis();
            double planned = policy.firstWait().toMillis() * Math.pow(2, failures - 1.0);
            long jittered =
                    Math.round(
                            Math.min(planned, (double) longest) * (0.5 + random.nextDouble() / 2));
            long asked = askedFor(failure).map(Duration::toMillis).orElse(0L);
            return Duration.ofMillis(Math.min(Math.max(jittered, asked), longest));
        }
    }

    private static Optional<Duration> askedFor(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RetryAfterException asked) {
                return Optional.of(asked.pause());
            }
        }
        return Optional.empty();
    }
}
