package dev.lode.demo.corpus;

/// A sequence of draws that depends on its key alone. Not thread safe.
public final class Draw {
    private long state;

    /// Starts the sequence that belongs to `key`.
    public Draw from(long key) {
        state = key;
        return this;
    }

    public long next() {
        state += Mix.GOLDEN;
        return Mix.of(state);
    }

    /// 0 to `bound` - 1.
    public int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /// 0 to `bound` - 1.
    public long below(long bound) {
        return Math.unsignedMultiplyHigh(next(), bound);
    }

    /// `low` to `high`, both included.
    public int between(int low, int high) {
        return low + below(high - low + 1);
    }

    /// 0 to less than 1.
    public double unit() {
        return (next() >>> 11) * 0x1p-53;
    }

    public boolean chance(double share) {
        return unit() < share;
    }

    public <T> T oneOf(T[] choices) {
        return choices[below(choices.length)];
    }
}
