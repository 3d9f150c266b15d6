package dev.lode.format.bzip2;

/// Everything of a block before its symbols. One instance is used for many blocks. Not thread safe.
final class BlockHeader {
    private static final int MAX_SELECTORS = (1 << 15) - 1;

    /// Bytes that occur in the block, ascending: the initial move-to-front list.
    final byte[] symbols = new byte[256];

    /// Which table the symbols of each group are read with.
    final byte[] selectors = new byte[MAX_SELECTORS];

    private final byte[] lengths = new byte[Bzip2Format.MAX_ALPHABET];
    private int symbolCount;
    private int selectorCount;
    private int crc;
    private boolean randomised;
    private int origin;

    /// Reads from the block's magic up to its first symbol.
    void read(BitReader in, PrefixCodes codes) throws BlockFault {
        if (in.read(Bzip2Format.MAGIC_BITS) != Bzip2Format.BLOCK_MAGIC) {
            throw BlockFault.broken("no block magic");
        }
        crc = (int) in.read(Bzip2Format.CRC_BITS);
        randomised = in.readBit();
        origin = (int) in.read(24);
        readSymbols(in);
        int tables = (int) in.read(3);
        if (tables < 2 || tables > Bzip2Format.MAX_TABLES) {
            throw BlockFault.broken("a block with " + tables + " code tables, expected 2 to 6");
        }
        readSelectors(in, tables);
        for (int table = 0; table < tables; table++) {
            readLengths(in);
            codes.build(table, lengths, alphabet());
        }
    }

    private void readSymbols(BitReader in) throws BlockFault {
        int count = 0;
        int rows = (int) in.read(16);
        for (int row = 0; row < 16; row++) {
            if (((rows >> (15 - row)) & 1) != 0) {
                int used = (int) in.read(16);
                for (int column = 0; column < 16; column++) {
                    if (((used >> (15 - column)) & 1) != 0) {
                        symbols[count++] = (byte) (row * 16 + column);
                    }
                }
            }
        }
        if (count == 0) {
            throw BlockFault.broken("a block that uses no byte");
        }
        symbolCount = count;
    }

    private void readSelectors(BitReader in, int tables) throws BlockFault {
        selectorCount = (int) in.read(15);
        if (selectorCount == 0) {
            throw BlockFault.broken("a block without selectors");
        }
        byte[] recent = {0, 1, 2, 3, 4, 5};
        for (int i = 0; i < selectorCount; i++) {
            int place = 0;
            while (in.readBit()) {
                if (++place == tables) {
                    throw BlockFault.broken("a selector of table " + place + " of " + tables);
                }
            }
            byte table = recent[place];
            System.arraycopy(recent, 0, recent, 1, place);
            recent[0] = table;
            selectors[i] = table;
        }
    }

    private void readLengths(BitReader in) throws BlockFault {
        int length = (int) in.read(5);
        int steps = 0;
        for (int symbol = 0; symbol < alphabet(); symbol++) {
            while (true) {
                if (length < 1 || length > Bzip2Format.MAX_CODE_BITS) {
                    throw BlockFault.broken("a code of " + length + " bits, expected 1 to 20");
                }
                if (!in.readBit()) {
                    break;
                }
                length += in.readBit() ? -1 : 1;
                if (++steps > Bzip2Format.MAX_ALPHABET * (Bzip2Format.MAX_CODE_BITS - 1)) {
                    throw BlockFault.broken("code lengths that do not come to rest");
                }
            }
            lengths[symbol] = (byte) length;
        }
    }

    /// Symbols of the block's codes: the bytes in use, one more for runs (which stand for the first
    /// position), the end.
    int alphabet() {
        return symbolCount + 2;
    }

    int selectorCount() {
        return selectorCount;
    }

    /// Stored checksum of the decoded block.
    int crc() {
        return crc;
    }

    /// Whether [Derandomiser] must be applied; only encoders before 0.9.5 (1999) wrote such blocks.
    boolean randomised() {
        return randomised;
    }

    /// Row of the sorted rotations that is the block itself.
    int origin() {
        return origin;
    }
}
