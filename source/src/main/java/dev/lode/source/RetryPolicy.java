package dev.lode.source;

import dev.lode.core.LodeException;

import java.time.Duration;

/// How often, and after what waits, a remote failure is tried again.
///
/// @param attempts the most attempts in a row without progress, the first included; at least 1
/// @param firstWait before the second attempt; each later wait is twice as long
/// @param longestWait no wait is longer, whatever the source asks for
public record RetryPolicy(int attempts, Duration firstWait, Duration longestWait) {
    /// Six attempts over about half a minute.
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(6, Duration.ofSeconds(1), Duration.ofMinutes(2));

    public RetryPolicy {
        if (attempts < 1) {
            throw LodeException.usage("retry attempts: " + attempts + " given, expected 1 or more");
        }
        if (firstWait.isNegative() || longestWait.compareTo(firstWait) < 0) {
            throw LodeException.usage(
                    "retry waits: first "
                            + firstWait.toMillis()
                            + " ms, longest "
                            + longestWait.toMillis()
                            + " ms; expected 0 ms or more, and the longest not below the first");
        }
    }
}
