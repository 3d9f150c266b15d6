package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads numbers of some bits, most significant bit first, from an array whose last [#PADDING]
/// bytes lie behind the end. Not thread safe.
final class BitReader {
    /// Bytes that an array must hold behind the last bit that may be read: what a whole group of
    /// the longest codes and one 64-bit load can overrun.
    static final int PADDING = Bzip2Format.GROUP * Bzip2Format.MAX_CODE_BITS / 8 + 16;

    static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[PADDING];
    private int position;
    private int end;

    void begin(byte[] array, int firstBit, int endBit) {
        bytes = array;
        position = firstBit;
        end = endBit;
    }

    /// The next `count` bits as a number; 1 to 48 of them.
    long read(int count) throws BlockFault {
        if (position > end - count) {
            throw BlockFault.exhausted();
        }
        long value = peek(bytes, position, count);
        position += count;
        return value;
    }

    boolean readBit() throws BlockFault {
        return read(1) != 0;
    }

    int position() {
        return position;
    }

    int end() {
        return end;
    }

    byte[] bytes() {
        return bytes;
    }

    /// `count` bits (1 to 57) of an array that holds 8 bytes from the first one on.
    static long peek(byte[] bytes, int bit, int count) {
        return ((long) BIG_ENDIAN.get(bytes, bit >>> 3) << (bit & 7)) >>> (Long.SIZE - count);
    }
}
