package dev.lode.format.bzip2;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/// Where the three parties of one decoder meet: the reader brings stored bytes and candidates, the
/// pool's threads take batches of candidates and bring outcomes, the consumer follows the chain of
/// real blocks.
///
/// Bounds: stored bytes ahead of the consumer (a quarter of what the pool may decode ahead, and
/// always enough for a whole block, or nobody could go on), blocks being decoded or waiting to be
/// consumed ([BlockPool#allowance]; the one that the consumer waits for is always allowed),
/// candidates that nobody has taken ([#MAX_CANDIDATES]; more are not remembered, which costs only
/// time).
///
/// Thread safe: everything is guarded by the pool's lock.
final class Lookahead {
    static final int MAX_CANDIDATES = 1024;

    /// Stored bytes to decode a candidate with at least, even if the next candidate is nearer.
    private static final int MIN_SPAN = 1 << 16;

    /// Stored bytes of a candidate that is taken to be a small block.
    private static final long SMALL_SPAN = 1 << 14;

    private final BlockPool pool;
    private final Lock lock;
    private final Condition forReader;
    private final Condition forConsumer;
    private final StoredWindow window;
    private final ArrayDeque<Candidate> candidates = new ArrayDeque<>();
    private final long maxStored;
    private final int mostWeight;
    private long passed;
    private int held;
    private boolean consumerWaits;
    private boolean ended;
    private boolean closed;
    private @Nullable Throwable failure;

    /// @param begin bit from which on blocks are wanted
    /// @param mostBlocks decoded or being decoded and not consumed, whatever the pool allows; at
    ///   least 1
    Lookahead(BlockPool pool, long begin, int mostBlocks) {
        this.pool = pool;
        this.lock = pool.lock();
        this.forReader = lock.newCondition();
        this.forConsumer = lock.newCondition();
        this.window = new StoredWindow(begin >>> 3);
        this.passed = begin;
        long aBlock = Bzip2Format.MAX_STORED_BLOCK + 2L * StoredWindow.CHUNK;
        this.maxStored = mostBlocks == 1 ? aBlock : Math.max(pool.ahead().bytes() / 4, aBlock);
        this.mostWeight = (int) Math.min((long) mostBlocks * Candidate.FULL, Integer.MAX_VALUE);
        pool.add(this);
    }

    // ---- the reader

    /// Waits until more stored bytes are wanted; false when no more ever will be.
    boolean awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && window.end() - (passed >>> 3) > maxStored) {
                forReader.await();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Adds the next stored bytes, and the bits where a block's magic was found that ends in them.
    void append(byte[] chunk, int length, long[] magics) {
        lock.lock();
        try {
            window.append(chunk, length);
            for (long bit : magics) {
                if (bit >= passed && candidates.size() < MAX_CANDIDATES && isLast(bit)) {
                    candidates.add(new Candidate(bit));
                }
            }
            signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean isLast(long bit) {
        return candidates.isEmpty() || candidates.getLast().bit() < bit;
    }

    /// No more stored bytes will come: they are all there, or reading them ended with `cause`.
    void end(@Nullable Throwable cause) {
        lock.lock();
        try {
            ended = true;
            failure = cause;
            signal();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        pool.signalWork();
        forConsumer.signal();
    }

    // ---- the pool's threads

    /// Candidates to decode now, in order; empty when there is nothing to do, or too little to fill
    /// a thread's lanes while nobody is in need. The caller holds the lock.
    List<Candidate> take() {
        if (closed) {
            return List.of();
        }
        int allowed = Math.min(mostWeight, pool.allowance(held));
        int lanes = Math.clamp(allowed / Candidate.FULL / (pool.threads() + 1), 1, pool.lanes());
        int full = (lanes - 1) * Candidate.FULL;
        var possible = takeable(full);
        boolean needed =
                consumerWaits && !possible.isEmpty() && possible.getFirst() == candidates.peek();
        int weight = 0;
        int count = 0;
        while (count < possible.size() && held + weight + possible.get(count).weight() <= allowed) {
            weight += possible.get(count).weight();
            count++;
        }
        if (weight <= full) {
            boolean last = ended && count == possible.size();
            boolean hungry = consumerWaits && held < lanes * Candidate.FULL;
            if (!(needed || last || hungry)) {
                return List.of();
            }
            count = Math.max(Math.ceilDiv(count, pool.threads()), needed ? 1 : 0);
        }
        var batch = List.copyOf(possible.subList(0, count));
        for (var candidate : batch) {
            candidate.take();
            hold(candidate.weight());
        }
        return batch;
    }

    private void hold(int weight) {
        held += weight;
        pool.hold(weight);
    }

    private void release(int weight) {
        held -= weight;
        pool.release(weight);
    }

    /// Candidates that nobody has taken and whose stored bytes are there, in order, until they
    /// weigh more than `full`.
    private List<Candidate> takeable(int full) {
        var possible = new ArrayList<Candidate>();
        Iterator<Candidate> all = candidates.iterator();
        Candidate candidate = all.hasNext() ? all.next() : null;
        int weight = 0;
        while (candidate != null && weight <= full) {
            Candidate next = all.hasNext() ? all.next() : null;
            if (!candidate.taken()) {
                int span = span(candidate, next);
                if (!ended && candidate.firstByte() + span > window.end()) {
                    break;
                }
                boolean small = next != null && next.bit() - candidate.bit() < 8 * SMALL_SPAN;
                candidate.plan(span, small);
                weight += candidate.weight();
                possible.add(candidate);
            }
            candidate = next;
        }
        return possible;
    }

    /// Stored bytes that a block at `candidate` most likely ends in.
    private int span(Candidate candidate, @Nullable Candidate next) {
        if (next == null) {
            return Bzip2Format.MAX_STORED_BLOCK;
        }
        long toNext = ((next.bit() + 7) >>> 3) - candidate.firstByte();
        long span = Math.max(toNext, Math.min(MIN_SPAN, window.end() - candidate.firstByte()));
        return (int) Math.min(Math.max(span, candidate.wanted()), Bzip2Format.MAX_STORED_BLOCK);
    }

    /// Copies stored bytes for a candidate; fewer than `length` when there are no more, none when
    /// they are not needed any more.
    int copy(Candidate candidate, int length, byte[] into) {
        lock.lock();
        try {
            return closed ? 0 : window.copy(candidate.firstByte(), length, into);
        } finally {
            lock.unlock();
        }
    }

    /// Keeps a candidate's outcome, unless it has one or nobody needs it.
    void finish(Candidate candidate, Outcome outcome) {
        lock.lock();
        try {
            if (!candidate.dropped() && candidate.outcome() == null) {
                candidate.finish(outcome);
                forConsumer.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the consumer

    /// `count` bits (1 to 48) from `bit` on; -1 when the stored bytes end before.
    long bits(long bit, int count) throws IOException {
        lock.lock();
        try {
            while (true) {
                checkOpen();
                long bits = window.bits(bit, count);
                if (bits >= 0) {
                    return bits;
                }
                if (ended) {
                    checkFailure();
                    return -1;
                }
                awaitProgress();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Decodes the block at `bit`, or waits for the thread that does. Nothing before `bit` is
    /// needed any more.
    ///
    /// @return never [Outcome.CutOff] unless no more bytes can help
    Outcome block(long bit) throws IOException {
        lock.lock();
        try {
            passTo(bit);
            var head = candidates.peek();
            if (head == null || head.bit() != bit) {
                head = new Candidate(bit);
                candidates.addFirst(head);
            }
            while (true) {
                checkOpen();
                var outcome = head.outcome();
                if (outcome == null) {
                    awaitProgress();
                } else if (outcome instanceof Outcome.CutOff cutOff
                        && canGrow(head, cutOff.tried())) {
                    release(head.weight());
                    head.retry(Math.min(2 * cutOff.tried(), Bzip2Format.MAX_STORED_BLOCK));
                } else {
                    if (outcome instanceof Outcome.CutOff) {
                        checkFailure();
                    }
                    return outcome;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether there are, or may be, bytes of the block at `candidate` that were not tried.
    private boolean canGrow(Candidate candidate, int tried) {
        return tried < Bzip2Format.MAX_STORED_BLOCK
                && (!ended || candidate.firstByte() + tried < window.end());
    }

    /// Tells that everything before `bit` is done with.
    void pass(long bit) {
        lock.lock();
        try {
            passTo(bit);
        } finally {
            lock.unlock();
        }
    }

    private void passTo(long bit) {
        passed = bit;
        while (!candidates.isEmpty() && candidates.getFirst().bit() < bit) {
            var candidate = candidates.remove();
            candidate.drop();
            if (candidate.taken()) {
                release(candidate.weight());
            }
        }
        window.discardBefore(bit >>> 3);
        forReader.signal();
        pool.signalWork();
    }

    /// Waits once; callers loop over what they wait for.
    @SuppressWarnings(
            "WaitNotInLoop") // the loops are in the callers, which wait for different things
    private void awaitProgress() throws IOException {
        consumerWaits = true;
        pool.signalWork();
        try {
            forConsumer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted =
                    new InterruptedIOException("interrupted while waiting for decoded bytes");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            consumerWaits = false;
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the decoder is closed");
        }
    }

    private void checkFailure() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw new IOException(e.getMessage(), e);
            case LodeException e -> throw e;
            default -> throw Crash.of(failure);
        }
    }

    /// Ends it for all parties; outcomes that are still being worked on are ignored. Idempotent.
    void close() {
        lock.lock();
        try {
            closed = true;
            release(held);
            pool.remove(this);
            candidates.forEach(Candidate::drop);
            candidates.clear();
            forReader.signalAll();
            forConsumer.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
