package dev.lode.format.bzip2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/// bzip2's checksum: the polynomial of zip's, but most significant bit first. Computed by the JDK's
/// CRC-32, which is an intrinsic, over bytes whose bits were mirrored. Not thread safe.
final class BlockCrc {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32 crc = new CRC32();

    void reset() {
        crc.reset();
    }

    /// Adds `length` bytes of `bytes`, which are mirrored in place.
    void consume(byte[] bytes, int length) {
        mirror(bytes, length);
        crc.update(bytes, 0, length);
    }

    int value() {
        return Integer.reverse((int) crc.getValue());
    }

    private static void mirror(byte[] bytes, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i);
            word = ((word >>> 1) & 0x5555555555555555L) | ((word & 0x5555555555555555L) << 1);
            word = ((word >>> 2) & 0x3333333333333333L) | ((word & 0x3333333333333333L) << 2);
            word = ((word >>> 4) & 0x0f0f0f0f0f0f0f0fL) | ((word & 0x0f0f0f0f0f0f0f0fL) << 4);
            WORD.set(bytes, i, word);
        }
        for (; i < length; i++) {
            bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
        }
    }
}
