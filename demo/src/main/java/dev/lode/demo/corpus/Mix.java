package dev.lode.demo.corpus;

/// A hash of numbers: everything in a corpus is a function of the seed and of where it stands, so
/// that a row can be made again without remembering it. The same on every JDK and machine. Source:
/// SplitMix64's finalizer (Steele, Lea, Flood 2014).
final class Mix {
    static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix() {}

    static long of(long number) {
        long z = number;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    static long of(long first, long second) {
        return of(first + GOLDEN * of(second + GOLDEN));
    }

    /// A key for a name, the same on every JDK.
    static long of(long seed, String name) {
        long key = of(seed, name.length());
        for (int i = 0; i < name.length(); i++) {
            key = of(key, name.charAt(i));
        }
        return key;
    }

    /// Whether a hash falls into a share, 0 to 1.
    static boolean within(long hash, double share) {
        return (hash >>> 11) * 0x1p-53 < share;
    }
}
