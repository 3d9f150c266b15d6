package dev.lode.format.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Ids of rows as [dev.lode.core.pack.document.DocumentSpec] describes them. Not thread safe.
final class RowIds {
    static final int LENGTH = 40;
    static final long MAX_TIME = (1L << 44) - 1;
    static final int MAX_POSITION = (1 << 24) - 1;

    private static final int TIME_DIGITS = 11;
    private static final int HASH_DIGITS = 23;
    private static final int POSITION_DIGITS = 6;

    /// 8 digits.
    private static final long SHARED = 0xffffffff00000000L;

    /// The other 7 beside the 16 of the first.
    private static final int LOW = (1 << (4 * (HASH_DIGITS - 16))) - 1;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] time = new byte[TIME_DIGITS];

    // Hashes of the rows of one record, and positions.
    long[] first = new long[64];
    long[] second = new long[64];
    int[] positions = new int[64];

    void time(long millis) {
        hex(millis, time, 0, TIME_DIGITS);
    }

    void room(int rows) {
        if (rows > first.length) {
            int more = Math.max(rows, first.length * 2);
            first = Arrays.copyOf(first, more);
            second = Arrays.copyOf(second, more);
            positions = Arrays.copyOf(positions, more);
        }
    }

    /// What stands first in the id of a row is that of the record's, so that the children of
    /// records that lie side by side do so too, in their own index and in that of the record's id.
    void child(int row, long high, long low, int position, int parent) {
        first[row] = (first[parent] & SHARED) | (high & ~SHARED);
        second[row] = low;
        positions[row] = position;
    }

    /// The digits of the second hash that the id holds.
    int low(int row) {
        return (int) second[row] & LOW;
    }

    /// Writes the id of a row.
    void put(int row, byte[] into, int at) {
        System.arraycopy(time, 0, into, at, TIME_DIGITS);
        hex(first[row], into, at + TIME_DIGITS, 16);
        hex(second[row], into, at + TIME_DIGITS + 16, HASH_DIGITS - 16);
        hex(positions[row], into, at + TIME_DIGITS + HASH_DIGITS, POSITION_DIGITS);
    }

    static void hex(long value, byte[] into, int at, int digits) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = DIGITS[(int) rest & 15];
            rest >>>= 4;
        }
    }
}
