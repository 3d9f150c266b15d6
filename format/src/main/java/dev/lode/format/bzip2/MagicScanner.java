package dev.lode.format.bzip2;

import java.util.Arrays;

/// Finds the magics of blocks, at any bit, in bytes that arrive in chunks. Two bytes that a magic
/// covers whole have one of eight values, by how it lies; only there is it compared. Not thread
/// safe.
final class MagicScanner {
    /// Bytes of a chunk's end in which a magic may begin that ends in the next chunk.
    private static final int CARRIED = 6;

    private static final byte[] SHIFTS = shifts();

    private final byte[] window;
    private long windowStart;
    private int carried;
    private long[] found = new long[16];
    private int count;

    /// @param origin offset of the first byte that will come
    /// @param largestChunk most bytes that [#scan] gets at once
    MagicScanner(long origin, int largestChunk) {
        windowStart = origin;
        window = new byte[CARRIED + largestChunk + Long.BYTES];
    }

    private static byte[] shifts() {
        byte[] table = new byte[1 << 16];
        for (int shift = 0; shift < 8; shift++) {
            table[(int) (Bzip2Format.BLOCK_MAGIC >>> (24 + shift)) & 0xffff] |= (byte) (1 << shift);
        }
        return table;
    }

    /// Bits, counted from the beginning of the stored bytes and ascending, at which a magic begins
    /// whose last bit is among these bytes.
    long[] scan(byte[] bytes, int length) {
        byte[] w = window;
        System.arraycopy(bytes, 0, w, carried, length);
        int end = carried + length;
        count = 0;
        int two = end > 1 ? w[1] & 255 : 0;
        for (int i = 2; i < end; i++) {
            two = ((two << 8) | (w[i] & 255)) & 0xffff;
            if (SHIFTS[two] != 0) {
                compare(i - 2, SHIFTS[two] & 255, end);
            }
        }
        carried = Math.min(end, CARRIED);
        windowStart += end - carried;
        System.arraycopy(w, end - carried, w, 0, carried);
        return Arrays.copyOf(found, count);
    }

    private void compare(int first, int shifts, int end) {
        for (int shift = 0; shift < 8; shift++) {
            int bit = first * 8 + shift;
            int next = bit + Bzip2Format.MAGIC_BITS;
            if (((shifts >> shift) & 1) != 0
                    && next <= end * 8
                    && next > carried * 8
                    && BitReader.peek(window, bit, Bzip2Format.MAGIC_BITS)
                            == Bzip2Format.BLOCK_MAGIC) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = windowStart * 8 + bit;
            }
        }
    }
}
