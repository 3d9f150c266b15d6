package dev.lode.engine.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How many workers may load old files now: one more when the database answers as it does at rest,
/// half as many when it has become slow, never none and never more than allowed. What it measures
/// is the heartbeat: a small transaction that waits for the server's disk, as a live file does.
///
/// Thread safe.
final class Governor {
    private static final int MEMORY = 120;
    private static final int AGREE = 3;

    private final int most;
    private final double factor;
    private final Duration least;
    private final Deque<Long> samples = new ArrayDeque<>();
    private int allowed;
    private int slow;
    private int quick;

    /// @param most workers
    /// @param factor how many times slower than at rest is too slow
    /// @param least latency that is never too slow
    Governor(int most, double factor, Duration least) {
        this.most = most;
        this.factor = factor;
        this.least = least;
        this.allowed = Math.min(most, 1);
    }

    /// A measurement, about every other second.
    synchronized void measured(Duration latency) {
        samples.addLast(latency.toNanos());
        if (samples.size() > MEMORY) {
            samples.removeFirst();
        }
        if (latency.toNanos() > limit()) {
            quick = 0;
            if (++slow >= AGREE - 1) {
                slow = 0;
                allowed = Math.min(most, Math.max(1, allowed / 2));
            }
        } else {
            slow = 0;
            if (++quick >= AGREE) {
                quick = 0;
                allowed = Math.min(most, allowed + 1);
            }
        }
    }

    /// At rest is what a tenth of the last minutes' measurements were below.
    private double limit() {
        var sorted = samples.stream().sorted().toList();
        long rest = sorted.get(sorted.size() / 10);
        return Math.max((double) least.toNanos(), rest * factor);
    }

    /// Workers that may load old files.
    synchronized int allowed() {
        return allowed;
    }
}
