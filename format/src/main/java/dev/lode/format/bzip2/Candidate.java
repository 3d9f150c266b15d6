package dev.lode.format.bzip2;

import org.jspecify.annotations.Nullable;

/// A bit at which a block may begin, and what is known about it. Everything but the bit and
/// [#dropped] is guarded by the pool's lock.
final class Candidate {
    /// Weight of a block of usual size.
    static final int FULL = 8;

    private final long bit;
    private int wanted;
    private boolean small;
    private boolean taken;
    private volatile boolean dropped;
    private @Nullable Outcome outcome;

    Candidate(long bit) {
        this.bit = bit;
    }

    /// Counted from the beginning of the stored bytes.
    long bit() {
        return bit;
    }

    long firstByte() {
        return bit >>> 3;
    }

    /// Stored bytes, from the first one on, to decode with at least.
    int wanted() {
        return wanted;
    }

    /// Notes how many stored bytes to decode with, and whether the block is most likely a small
    /// one.
    void plan(int bytes, boolean isSmall) {
        wanted = bytes;
        small = isSmall;
    }

    /// What it counts for among the blocks that are decoded ahead, in parts of [#FULL].
    int weight() {
        return small ? 1 : FULL;
    }

    /// Whether a thread decodes it, or did.
    boolean taken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    @Nullable Outcome outcome() {
        return outcome;
    }

    void finish(Outcome result) {
        outcome = result;
    }

    /// Makes it wait for a thread again.
    void retry(int bytes) {
        taken = false;
        outcome = null;
        wanted = bytes;
    }

    /// Whether nobody needs the outcome any more.
    boolean dropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
        outcome = null;
    }
}
