package dev.lode.publish.archive;

import java.util.zip.DataFormatException;

/// Finds out where the last block of a DEFLATE stream begins and where it ends, to the bit (RFC
/// 1951), so that another can be spliced behind it. Decodes symbols and keeps nothing of them. Not
/// thread safe; to be used again.
final class DeflateScan {
    private static final int MOST_BITS = 15;
    private static final int LITERALS = 288;
    private static final int DISTANCES = 32;
    private static final int[] LENGTH_ORDER = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };
    private static final int[] LENGTH_EXTRA = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_EXTRA = {
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12,
        13, 13
    };

    // Entries: symbol * 16 + length of its code, by the next 15 bits; 0 for no code.
    private final short[] literals = new short[1 << MOST_BITS];
    private final short[] distances = new short[1 << MOST_BITS];
    private final byte[] lengths = new byte[LITERALS + DISTANCES];
    private final int[] counts = new int[MOST_BITS + 1];
    private final int[] next = new int[MOST_BITS + 1];

    private byte[] bytes = {};
    private int end;
    private int at;
    private long bits;
    private int held;
    private long lastBlock;

    /// Reads a stream to the end of its last block.
    void run(byte[] stream, int offset, int length) throws DataFormatException {
        bytes = stream;
        at = offset;
        end = offset + length;
        bits = 0;
        held = 0;
        boolean last;
        do {
            lastBlock = position(offset);
            last = take(1) == 1;
            switch (take(2)) {
                case 0 -> stored();
                case 1 -> {
                    fixed();
                    symbols();
                }
                case 2 -> {
                    dynamic();
                    symbols();
                }
                default -> throw new DataFormatException("a block of a kind that does not exist");
            }
        } while (!last);
        endBit = position(offset);
    }

    private long endBit;

    /// Bit at which the last block begins, from the start of the stream; its first bit says that it
    /// is the last.
    long lastBlock() {
        return lastBlock;
    }

    /// Bit behind the last block.
    long endBit() {
        return endBit;
    }

    private long position(int offset) {
        return 8L * (at - offset) - held;
    }

    private void fill() {
        while (held <= 48) {
            if (at < end) {
                bits |= (bytes[at] & 0xFFL) << held;
            } else if (at > end + 8) {
                return;
            }
            at++;
            held += 8;
        }
    }

    private int take(int count) throws DataFormatException {
        if (held < count) {
            fill();
            check();
        }
        int taken = (int) (bits & ((1L << count) - 1));
        bits >>>= count;
        held -= count;
        return taken;
    }

    private void check() throws DataFormatException {
        if (8L * at - held > 8L * end) {
            throw new DataFormatException("it ends within a block");
        }
    }

    private void stored() throws DataFormatException {
        int padding = held & 7;
        bits >>>= padding;
        held -= padding;
        int length = take(16);
        take(16);
        at += length - held / 8;
        bits = 0;
        held = 0;
        if (at > end) {
            throw new DataFormatException("it ends within a stored block");
        }
    }

    private void fixed() throws DataFormatException {
        for (int i = 0; i < LITERALS; i++) {
            lengths[i] = (byte) (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
        }
        table(literals, 0, LITERALS);
        java.util.Arrays.fill(lengths, 0, 30, (byte) 5);
        table(distances, 0, 30);
    }

    private void dynamic() throws DataFormatException {
        int literalCount = take(5) + 257;
        int distanceCount = take(5) + 1;
        int lengthCount = take(4) + 4;
        java.util.Arrays.fill(lengths, 0, 19, (byte) 0);
        for (int i = 0; i < lengthCount; i++) {
            lengths[LENGTH_ORDER[i]] = (byte) take(3);
        }
        table(literals, 0, 19);
        int filled = 0;
        while (filled < literalCount + distanceCount) {
            int symbol = symbol(literals);
            if (symbol < 16) {
                lengths[filled++] = (byte) symbol;
                continue;
            }
            byte value = symbol == 16 && filled > 0 ? lengths[filled - 1] : 0;
            int times =
                    switch (symbol) {
                        case 16 -> 3 + take(2);
                        case 17 -> 3 + take(3);
                        default -> 11 + take(7);
                    };
            if (filled + times > literalCount + distanceCount) {
                throw new DataFormatException("more code lengths than codes");
            }
            java.util.Arrays.fill(lengths, filled, filled + times, value);
            filled += times;
        }
        table(literals, 0, literalCount);
        table(distances, literalCount, distanceCount);
    }

    /// Canonical codes, bits reversed, every continuation of a code filled in.
    private void table(short[] table, int from, int count) throws DataFormatException {
        java.util.Arrays.fill(counts, 0);
        for (int i = 0; i < count; i++) {
            counts[lengths[from + i]]++;
        }
        counts[0] = 0;
        int code = 0;
        for (int length = 1; length <= MOST_BITS; length++) {
            code = (code + counts[length - 1]) << 1;
            next[length] = code;
        }
        java.util.Arrays.fill(table, (short) 0);
        for (int symbol = 0; symbol < count; symbol++) {
            int length = lengths[from + symbol];
            if (length == 0) {
                continue;
            }
            int own = next[length]++;
            if (own >= 1 << length) {
                throw new DataFormatException("too many codes");
            }
            int reversed = Integer.reverse(own) >>> (32 - length);
            short entry = (short) (symbol << 4 | length);
            for (int i = reversed; i < 1 << MOST_BITS; i += 1 << length) {
                table[i] = entry;
            }
        }
    }

    private int symbol(short[] table) throws DataFormatException {
        if (held < MOST_BITS) {
            fill();
        }
        int entry = table[(int) bits & ((1 << MOST_BITS) - 1)];
        int length = entry & 15;
        if (length == 0) {
            throw new DataFormatException("a code that does not exist");
        }
        bits >>>= length;
        held -= length;
        return (entry & 0xFFFF) >>> 4;
    }

    private void symbols() throws DataFormatException {
        while (true) {
            int symbol = symbol(literals);
            if (symbol < 256) {
                continue;
            }
            if (symbol == 256) {
                check();
                return;
            }
            take(LENGTH_EXTRA[symbol - 257]);
            take(DISTANCE_EXTRA[symbol(distances)]);
            check();
        }
    }
}
