package dev.lode.engine.load;

import java.util.Arrays;

/// Finds the number of streams beyond which the server takes no more, by what it took:
/// 1. an item begins with two streams, where it may have them;
/// 2. after a window of four batches a stream, one stream is added; if the next window does not
///    bring [#GAIN] more bytes a second, it is taken away again, and not tried for [#PATIENCE]
///    windows;
/// 3. when a window brings less than half of what the same number brought before, the server is
///    busy: one stream is taken away, and comes back in the same manner.
///
/// Knows no clock: the caller tells it the time. Belongs to one thread.
final class StreamGauge {
    /// What another stream must bring.
    static final double GAIN = 1.05;

    /// Windows between two attempts.
    static final int PATIENCE = 8;

    private static final int BATCHES = 4;

    private final double[] best = new double[CopySettings.MOST_STREAMS + 2];
    private int streams = 2;
    private int patience;
    private double before;
    private boolean raised;

    private long windowStart = -1;
    private long bytes;
    private int batches;

    /// How many streams pay, at most `allowed`.
    int streams(int allowed) {
        return Math.max(1, Math.min(streams, allowed));
    }

    /// A batch was committed.
    ///
    /// @param allowed how many streams there might have been
    /// @param size decoded bytes
    /// @param now nanoseconds by any clock that runs evenly
    void committed(int allowed, long size, long now) {
        if (windowStart < 0) {
            // The first batch holds the start: connections are opened, code is compiled.
            windowStart = now;
            return;
        }
        bytes += size;
        batches++;
        int used = streams(allowed);
        if (batches < BATCHES * used) {
            return;
        }
        double speed = bytes / (double) Math.max(1, now - windowStart);
        windowStart = now;
        bytes = 0;
        batches = 0;
        judge(used, allowed, speed);
    }

    private void judge(int used, int allowed, double speed) {
        boolean paid = !raised || speed >= before * GAIN;
        if (!paid || (used > 1 && speed * 2 < best[used])) {
            // What is slow now is what it is compared with from now on.
            Arrays.fill(best, 0);
            streams = Math.max(1, used - 1);
            patience = PATIENCE;
            raised = false;
            return;
        }
        best[used] = Math.max(best[used], speed);
        raised = false;
        if (patience > 0) {
            patience--;
        } else if (used < allowed) {
            before = speed;
            streams = used + 1;
            raised = true;
        }
    }
}
