package dev.lode.engine.intake;

import dev.lode.core.ByteSize;
import dev.lode.postgres.intake.Wanted;

import java.util.List;
import java.util.concurrent.Semaphore;

/// Bytes of files that may be in memory at the same time. Thread safe.
final class MemoryBudget {
    private static final int UNIT = 1024;

    /// What a packed file may become, compared with its stored size.
    private static final int UNPACKED = 8;

    private final int units;
    private final Semaphore free;

    MemoryBudget(ByteSize size) {
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, size.bytes() / UNIT));
        this.free = new Semaphore(units, true);
    }

    /// Waits for room. A group that is larger than all of it gets all of it.
    Held hold(List<Wanted> group) throws InterruptedException {
        long bytes = 0;
        for (var one : group) {
            boolean packed = one.file().name().matches(".*\\.(gz|zst|bz2)");
            bytes += one.file().size() * (packed ? UNPACKED : 1);
        }
        int wanted = (int) Math.min(units, bytes / UNIT + 1);
        free.acquire(wanted);
        return () -> free.release(wanted);
    }

    /// Room, until it is closed.
    interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
