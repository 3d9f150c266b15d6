package dev.lode.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// How fast this machine is at the moment: the time of one dependent load from memory, with a
/// thread on every core. It grows when neighbours fill the memory's channels and the shared cache,
/// and when other processes take the cores. Ratios of runs with about the same figure can be
/// compared; the memory of virtual machines easily changes twofold within an hour.
///
/// Also what a page of memory costs that this process uses for the first time: nothing much on a
/// machine of its own, but several microseconds where a virtual machine gives freed memory back to
/// its host and has to ask for it again, which whoever starts processes, makes files or fills
/// tables then pays for (512 MiB are 1 to 2 CPU s at 10 us).
///
/// Takes 0.3 to 0.8 s and 128 MiB. Not thread safe.
public final class Calibration {
    /// Beyond the caches of one core; on machines with a larger shared one its latency is part of
    /// the figure.
    private static final int PLACES = 1 << 24;

    private static final int STEPS = 1_000_000;

    /// A reading is quiet up to so many times the best one.
    private static final double QUIET = 1.3;

    private static final long FRESH = 64L << 20;
    private static final double PAGE = 4096;

    private final List<Double> touches = new ArrayList<>();
    private final int[] next = new int[PLACES];
    private final int threads;
    private final AtomicInteger sink = new AtomicInteger();
    private double best;

    /// @param best nanoseconds of the quietest reading of this machine so far; 0 when there is none
    public Calibration(int threads, double best) {
        this.threads = threads;
        this.best = best;
        // A full cycle: the multiplier is 1 modulo 4 and the increment is odd.
        for (int i = 0; i < PLACES; i++) {
            next[i] = (i * 1_664_525 + 1_013_904_223) & (PLACES - 1);
        }
        for (int i = 0; i < 3; i++) {
            chase(i);
        }
    }

    /// Nanoseconds of one load now.
    public double read() throws InterruptedException {
        touches.add(touch());
        var done = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            int from = i * 7_919;
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                chase(from);
                                done.countDown();
                            });
        }
        done.await();
        double nanos = (System.nanoTime() - start) / (double) STEPS;
        best = best == 0 ? nanos : Math.min(best, nanos);
        return nanos;
    }

    /// Microseconds for a page of fresh memory.
    private static double touch() {
        try (var arena = Arena.ofConfined()) {
            // The JDK clears what it hands out, which is the first use.
            long start = System.nanoTime();
            var memory = arena.allocate(FRESH);
            return (System.nanoTime() - start) * 1e-3 * PAGE / memory.byteSize();
        }
    }

    private void chase(int from) {
        int[] places = next;
        int at = from;
        for (int i = 0; i < STEPS; i++) {
            at = places[at];
        }
        sink.set(at);
    }

    /// The quietest reading so far, to be kept for the next run.
    public double best() {
        return best;
    }

    /// In words, with what fresh memory cost since this was last asked.
    public String regime(Spread readings) {
        String name = readings.median() <= QUIET * best ? "quiet" : "busy";
        var fresh = Spread.of(touches);
        touches.clear();
        return String.format(
                Locale.ROOT,
                "%s (%.0f ns a load, %.0f to %.0f; quietest seen %.0f); a page of fresh memory:"
                        + " %.1f us",
                name,
                readings.median(),
                readings.least(),
                readings.most(),
                best,
                fresh.median());
    }
}
