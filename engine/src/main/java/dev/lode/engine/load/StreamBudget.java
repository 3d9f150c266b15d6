package dev.lode.engine.load;

import dev.lode.core.ByteSize;

/// How many COPY streams the items of a load may have at the same time, all in all and each:
/// 1. where nobody asks for a number, as many as this machine has processors, shared by the items
///    under way: several tables at once come before several streams into one, since two backends
///    that fill one table wait for each other's pages;
/// 2. never more than the server has connections to spare: the load takes half of those at most;
/// 3. never more than batches fit into three eighths of the heap.
///
/// An item always has one. Thread safe.
final class StreamBudget {
    private final int each;
    private final int together;
    private final long memory;
    private int active;
    private long held;

    private StreamBudget(int each, int together, long memory) {
        this.each = each;
        this.together = together;
        this.memory = memory;
    }

    /// @param spareConnections what the server would still give
    /// @param heap of this process, in bytes
    static StreamBudget of(LoadSettings settings, int processors, int spareConnections, long heap) {
        int asked = settings.copy().streams();
        long memory = heap / 8 * 3;
        long batch = settings.cut().batchSize().bytes();
        long array = batch + batch / 8 + ByteSize.mebibytes(1).bytes();
        // Beside those of the streams each worker has one that is cut and one that waits.
        long fitting = memory / array - 2L * settings.workers();
        int wanted = asked == 0 ? processors : asked * settings.workers();
        long together =
                Math.min(
                        Math.min(wanted, fitting),
                        settings.workers() + Math.max(0, spareConnections / 2));
        return new StreamBudget(
                asked == 0 ? processors : asked,
                (int) Math.max(settings.workers(), together),
                memory);
    }

    /// An item begins.
    synchronized Share join() {
        active++;
        return new Share();
    }

    /// What one item may have now.
    final class Share implements AutoCloseable {
        private boolean open = true;

        /// How many streams, at least 1. Changes as other items come and go.
        int streams() {
            synchronized (StreamBudget.this) {
                return Math.max(1, Math.min(each, together / Math.max(1, active)));
            }
        }

        @Override
        public void close() {
            synchronized (StreamBudget.this) {
                if (open) {
                    open = false;
                    active--;
                }
            }
        }
    }

    /// Waits while batches take more memory than they may, unless the caller has none of it.
    ///
    /// @param own bytes that the caller holds
    synchronized void awaitRoom(java.util.function.LongSupplier own) throws InterruptedException {
        while (held >= memory && own.getAsLong() > 0) {
            wait();
        }
    }

    /// A batch was cut, or let go.
    synchronized void hold(long bytes) {
        held += bytes;
        if (bytes < 0) {
            notifyAll();
        }
    }
}
