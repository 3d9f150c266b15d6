package dev.lode.format.bzip2;

import java.util.Arrays;

/// Bits, most significant first.
final class BitWriter {
    private byte[] bytes = new byte[64];
    private int count;

    BitWriter bits(long value, int width) {
        for (int i = width - 1; i >= 0; i--) {
            if (count >>> 3 == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            bytes[count >>> 3] |= (byte) (((value >>> i) & 1) << (7 - (count & 7)));
            count++;
        }
        return this;
    }

    BitWriter all(BitWriter other) {
        for (int i = 0; i < other.count; i++) {
            bits(other.bytes[i >>> 3] >> (7 - (i & 7)) & 1, 1);
        }
        return this;
    }

    /// Zero bits up to a whole byte.
    BitWriter align() {
        return bits(0, -count & 7);
    }

    int count() {
        return count;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, (count + 7) >>> 3);
    }
}
