package dev.lode.format.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The two lanes of a 128-bit hash that does not depend on the order of keys, nor on that of
/// records: hashes of members are added up. Not for adversaries. Built from 64 by 64 bit
/// multiplications whose halves are folded, as in wyhash (public domain, Wang Yi).
final class ContentHash {
    /// Changes with anything that changes a hash; goes into the ledger with it.
    static final String ALGORITHM = "lode-json-1";

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Digits of pi: odd numbers without a pattern.
    private static final long K0 = 0x243f6a8885a308d3L;
    private static final long K1 = 0x13198a2e03707345L;
    private static final long K2 = 0xa4093822299f31d1L;
    private static final long K3 = 0x082efa98ec4e6c89L;
    private static final long K4 = 0x452821e638d01377L;
    private static final long K5 = 0xbe5466cf34e90c6dL;

    private ContentHash() {}

    static long load(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static long fold(long x, long y) {
        return x * y ^ Math.unsignedMultiplyHigh(x, y);
    }

    /// Hash of a value of one number and a tag, first lane.
    static long first(long tag, long value, long more) {
        return finish(fold(value ^ K0, more ^ K1 ^ tag));
    }

    static long second(long tag, long value, long more) {
        return finish(fold(value ^ K2, more ^ K3 ^ tag));
    }

    /// Hash of bytes, first lane. Reads up to 16 bytes past the end.
    static long firstOf(byte[] bytes, int from, int length) {
        long state = K4 ^ length;
        int at = from;
        int left = length;
        for (; left > 16; left -= 16, at += 16) {
            state = fold(load(bytes, at) ^ state, load(bytes, at + 8) ^ K0);
        }
        long low = left == 0 ? 0 : tail(load(bytes, at), left);
        long high = left <= 8 ? 0 : tail(load(bytes, at + 8), left - 8);
        return finish(fold(low ^ state, high ^ K1));
    }

    static long secondOf(byte[] bytes, int from, int length) {
        long state = K5 + length;
        int at = from;
        int left = length;
        for (; left > 16; left -= 16, at += 16) {
            state = fold(load(bytes, at) ^ K2, load(bytes, at + 8) ^ state);
        }
        long low = left == 0 ? 0 : tail(load(bytes, at), left);
        long high = left <= 8 ? 0 : tail(load(bytes, at + 8), left - 8);
        return finish(fold(low ^ K3, high ^ state));
    }

    /// The lowest bytes, at most eight.
    private static long tail(long eight, int bytes) {
        return bytes >= 8 ? eight : eight & (1L << (bytes << 3)) - 1;
    }

    /// A key with its value, to be added up.
    static long member(long key, long value) {
        return finish(fold(key ^ K4, value ^ K5));
    }

    /// The next element of an array whose order counts.
    static long next(long state, long element) {
        return fold(state ^ K2, element ^ K1) + K0;
    }

    private static long finish(long x) {
        long y = x ^ x >>> 32;
        y *= 0xd6e8feb86659fd93L;
        return y ^ y >>> 29;
    }
}
