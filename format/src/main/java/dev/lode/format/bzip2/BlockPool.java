package dev.lode.format.bzip2;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// The threads that decode bzip2 blocks for all decoders of a process: made once, shared by any
/// number of [Bzip2Decoder]s, which are served in turn, a batch of blocks each time.
///
/// A thread decodes up to `lanes` blocks in step and needs 8.1 MB per lane and 7.2 MB more,
/// allocated when it first has that many blocks to do and kept; eight lanes decode about twice as
/// fast as one. Threads are daemons and start with the first decoder. Thread safe.
public final class BlockPool implements AutoCloseable {
    /// Blocks that a thread decodes in step at most.
    public static final int MAX_LANES = InverseTransform.MAX_LANES;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Lookahead> turns = new ArrayDeque<>();
    private final List<Thread> started = new ArrayList<>();
    private final int threads;
    private final int lanes;
    private boolean closed;

    /// @param threads how many batches of blocks are decoded at the same time, at least 1
    /// @param lanes how many blocks are in a batch: 1, 2, 4 or 8
    public BlockPool(int threads, int lanes) {
        if (threads < 1 || lanes < 1 || lanes > MAX_LANES || Integer.bitCount(lanes) != 1) {
            throw LodeException.usage(
                    "bzip2 decoding with "
                            + threads
                            + " threads and "
                            + lanes
                            + " lanes: expected at least 1 thread and 1, 2, 4 or 8 lanes");
        }
        this.threads = threads;
        this.lanes = lanes;
    }

    /// A pool of at most `threads` threads with as many lanes as fit into `memory`; when not even
    /// one lane each does, fewer threads, but at least one.
    public static BlockPool within(int threads, ByteSize memory) {
        int used = Math.clamp(memory.bytes() / InverseTransform.bytes(1), 1, Math.max(1, threads));
        int lanes = MAX_LANES;
        while (lanes > 1 && used * InverseTransform.bytes(lanes) > memory.bytes()) {
            lanes /= 2;
        }
        return new BlockPool(used, lanes);
    }

    /// How many batches are decoded at the same time.
    public int threads() {
        return threads;
    }

    /// How many blocks are in a batch at most.
    public int lanes() {
        return lanes;
    }

    /// Memory that the threads hold when all lanes have been used; decoders hold their own in
    /// addition.
    public ByteSize memory() {
        return ByteSize.of(threads * InverseTransform.bytes(lanes));
    }

    Lock lock() {
        return lock;
    }

    void add(Lookahead lookahead) {
        lock.lock();
        try {
            if (closed) {
                throw LodeException.bug("a bzip2 decoder was opened on a closed pool", null);
            }
            turns.add(lookahead);
            while (started.size() < threads) {
                started.add(
                        Thread.ofPlatform()
                                .daemon()
                                .name("lode-bzip2-" + (started.size() + 1))
                                .start(this::decodeBatches));
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Lookahead lookahead) {
        turns.remove(lookahead);
    }

    /// Wakes threads that wait for something to do. The caller holds the lock.
    void signalWork() {
        work.signalAll();
    }

    private void decodeBatches() {
        var workshop = new BlockWorkshop(lanes);
        for (var batch = next(); batch != null; batch = next()) {
            workshop.decode(batch.lookahead(), batch.candidates());
        }
    }

    /// Waits for something to do; null when the pool is closed.
    private @Nullable Batch next() {
        lock.lock();
        try {
            while (!closed) {
                for (int i = 0; i < turns.size(); i++) {
                    var lookahead = turns.remove();
                    turns.add(lookahead);
                    var candidates = lookahead.take();
                    if (!candidates.isEmpty()) {
                        return new Batch(lookahead, candidates);
                    }
                }
                work.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private record Batch(Lookahead lookahead, List<Candidate> candidates) {}

    /// Ends the threads, each after the batch it is at, and every decoder that still uses them: its
    /// next read is an [java.io.IOException]. Idempotent.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List.copyOf(turns).forEach(Lookahead::close);
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
