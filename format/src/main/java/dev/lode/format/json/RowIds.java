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
