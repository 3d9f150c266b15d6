package dev.lode.format.csv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Eight bytes at a time: the few operations that every scan here is made of.
///
/// A mask has the high bit set in each byte that matched. Above the lowest match a mask may hold
/// false ones (a borrow runs upwards), so only the lowest is ever used; that stays true for masks
/// joined by OR. Loads may reach up to [#PADDING] bytes past the last byte of interest: every array
/// scanned here is that much longer than its content.
final class Swar {
    static final int PADDING = 8;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    static final long HIGH = 0x8080808080808080L;
    private static final long ZEROES = 0x3030303030303030L;

    private Swar() {}

    static long load(byte[] bytes, int index) {
        return (long) LONG.get(bytes, index);
    }

    static void store(byte[] bytes, int index, long eight) {
        LONG.set(bytes, index, eight);
    }

    /// Eight copies of an ASCII byte.
    static long eight(byte value) {
        return ONES * (value & 0xff);
    }

    /// Matches zero bytes; `zeros(x ^ eight(b))` matches `b`.
    static long zeros(long x) {
        return (x - ONES) & ~x & HIGH;
    }

    /// Matches bytes below 0x20.
    static long controls(long x) {
        return (x - 0x2020202020202020L) & ~x & HIGH;
    }

    /// Matches bytes that are no ASCII digits. Exact up to the lowest match.
    static long notDigits(long x) {
        long digits = x ^ ZEROES;
        return ((digits + 0x7676767676767676L) | digits) & HIGH;
    }

    /// The number that the lowest `count` bytes, 1 to 8, write down, all of them ASCII digits.
    static int number(long x, int count) {
        // Zeroes before the first digit; then pairs, fours and all eight.
        long digits = (x ^ ZEROES) << (64 - 8 * count);
        digits = (digits * (1 + (10 << 8))) >>> 8 & 0x00ff00ff00ff00ffL;
        digits = (digits * (1 + (100 << 16))) >>> 16 & 0x0000ffff0000ffffL;
        return (int) ((digits * (1 + (10_000L << 32))) >>> 32);
    }

    /// Index, 0 to 7, of the lowest match in a mask that is not 0.
    static int first(long mask) {
        return Long.numberOfTrailingZeros(mask) >>> 3;
    }
}
