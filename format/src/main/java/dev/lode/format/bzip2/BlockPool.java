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
/// allocated when it first has that many blocks to do and kept; sixteen lanes decode about twice as
/// fast as one. Blocks that are being decoded, or are decoded and not yet read, are bounded for all
/// decoders together: one decoder may have all of them while the others need none, each may have
/// its share. Threads are daemons and start with the first decoder. Thread safe.
public final class BlockPool implements AutoCloseable {
    /// Blocks that a thread decodes in step at most.
    public static final int MAX_LANES = InverseTransform.MAX_LANES;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Lookahead> turns = new ArrayDeque<>();
    private final List<Thread> started = new ArrayList<>();
    private final int threads;
    private final int lanes;
    private final ByteSize ahead;
    private final int maxWeight;
    private int held;
    private boolean closed;

    /// A pool whose decoders may be so far ahead of their readers that all threads have full
    /// batches while two more wait to be read.
    ///
    /// @param threads how many batches of blocks are decoded at the same time, at least 1
    /// @param lanes how many blocks are in a batch: 1 to [#MAX_LANES]
    public BlockPool(int threads, int lanes) {
        this(threads, lanes, enoughAhead(threads, lanes));
    }

    /// @param threads how many batches of blocks are decoded at the same time, at least 1
    /// @param lanes how many blocks are in a batch: 1 to [#MAX_LANES]
    /// @param ahead bytes of blocks (900 kB each) that may be decoded before they are read; with
    ///   too few for full batches on all threads, batches are smaller
    public BlockPool(int threads, int lanes, ByteSize ahead) {
        if (threads < 1 || lanes < 1 || lanes > MAX_LANES) {
            throw LodeException.usage(
                    "bzip2 decoding with "
                            + threads
                            + " threads and "
                            + lanes
                            + " lanes: expected at least 1 thread and 1 to "
                            + MAX_LANES
                            + " lanes");
        }
        this.threads = threads;
        this.lanes = lanes;
        this.ahead = ahead;
        maxWeight =
                Math.clamp(
                        ahead.bytes() / Bzip2Format.MAX_BLOCK * Candidate.FULL,
                        Candidate.FULL,
                        Integer.MAX_VALUE / 2);
    }

    /// A pool of at most `threads` threads with as many lanes as fit into `memory` together with
    /// what is decoded ahead; when not even one lane each does, fewer threads, but at least one.
    public static BlockPool within(int threads, ByteSize memory) {
        int used = Math.max(1, threads);
        while (used > 1 && bytes(used, 1) > memory.bytes()) {
            used--;
        }
        int lanes = MAX_LANES;
        while (lanes > 1 && bytes(used, lanes) > memory.bytes()) {
            lanes--;
        }
        return new BlockPool(used, lanes);
    }

    private static long bytes(int threads, int lanes) {
        return threads * InverseTransform.bytes(lanes) + enoughAhead(threads, lanes).bytes();
    }

    private static ByteSize enoughAhead(int threads, int lanes) {
        return ByteSize.of((threads + 2L) * lanes * Bzip2Format.MAX_BLOCK);
    }

    /// How many batches are decoded at the same time.
    public int threads() {
        return threads;
    }

    /// How many blocks are in a batch at most.
    public int lanes() {
        return lanes;
    }

    /// Memory that the threads hold when all lanes have been used, and that decoded blocks take
    /// until they are read; decoders hold stored bytes in addition.
    public ByteSize memory() {
        return ByteSize.of(threads * InverseTransform.bytes(lanes) + ahead.bytes());
    }

    /// Bytes of blocks that may be decoded before they are read.
    public ByteSize ahead() {
        return ahead;
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

    /// Ends the turns of `lookahead`, which has given back what it held. The caller holds the lock.
    void remove(Lookahead lookahead) {
        turns.remove(lookahead);
        signalWork();
    }

    // ---- what is decoded ahead, in weights of candidates; the caller holds the lock

    /// What a decoder that holds `own` may hold now: all that the others do not, and its even share
    /// in any case.
    int allowance(int own) {
        int share = Math.max(Candidate.FULL, maxWeight / Math.max(1, turns.size()));
        return Math.max(share, maxWeight - (held - own));
    }

    void hold(int weight) {
        held += weight;
    }

    void release(int weight) {
        held -= weight;
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
