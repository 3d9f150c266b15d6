package dev.lode.format.json;

import java.util.Arrays;

/// Counts records that are equal to one before them, by the two lanes of their hash. Not thread
/// safe.
final class EqualRecords {
    private long[] keys = new long[2 * 1024];
    private int[] counts = new int[1024];
    private int size;

    void clear() {
        if (size > 0) {
            Arrays.fill(counts, 0);
            size = 0;
        }
    }

    /// How many such records came before.
    int next(long first, long second) {
        if (size * 2 > counts.length) {
            grow();
        }
        int mask = counts.length - 1;
        for (int at = (int) first & mask; ; at = at + 1 & mask) {
            if (counts[at] == 0) {
                keys[2 * at] = first;
                keys[2 * at + 1] = second;
                counts[at] = 1;
                size++;
                return 0;
            }
            if (keys[2 * at] == first && keys[2 * at + 1] == second) {
                return counts[at]++;
            }
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[oldKeys.length * 2];
        counts = new int[oldCounts.length * 2];
        int mask = counts.length - 1;
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] > 0) {
                int at = (int) oldKeys[2 * i] & mask;
                while (counts[at] != 0) {
                    at = at + 1 & mask;
                }
                keys[2 * at] = oldKeys[2 * i];
                keys[2 * at + 1] = oldKeys[2 * i + 1];
                counts[at] = oldCounts[i];
            }
        }
    }
}
