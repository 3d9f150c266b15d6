package dev.lode.format.bzip2;

/// Numbers of the bzip2 file format, which has no specification but its reference implementation
/// (bzip2 1.0.8).
final class Bzip2Format {
    /// Bits of both magics.
    static final int MAGIC_BITS = 48;

    /// First bits of a block: pi in binary coded decimal.
    static final long BLOCK_MAGIC = 0x314159265359L;

    /// First bits of the end of a stream: the square root of pi.
    static final long END_MAGIC = 0x177245385090L;

    /// Bits of a stream's header: `BZh` and a digit.
    static final int HEADER_BITS = 32;

    static final int CRC_BITS = 32;

    /// Bytes that a level adds to the largest block.
    static final int LEVEL_STEP = 100_000;

    /// Bytes of the largest block, before the last run-length step is undone.
    static final int MAX_BLOCK = 9 * LEVEL_STEP;

    static final int MAX_TABLES = 6;

    /// Most symbols of a block's alphabet: two for runs, 255 for positions, one for the end.
    static final int MAX_ALPHABET = 258;

    static final int MAX_CODE_BITS = 20;

    /// Symbols that are read with one table before the next selector counts.
    static final int GROUP = 50;

    /// Stored bytes within which any block that an encoder can write ends: 900,001 symbols of 20
    /// bits, 32,767 selectors of 6 bits, 6 tables of 258 lengths that each differ by 19 from the
    /// one before, and the header.
    static final int MAX_STORED_BLOCK =
            (900_001 * MAX_CODE_BITS + 32_767 * 6 + MAX_TABLES * (5 + MAX_ALPHABET * 39) + 512) / 8
                    + 2;

    private Bzip2Format() {}

    /// A stream's combined checksum after a block.
    static int combine(int streamCrc, int blockCrc) {
        return Integer.rotateLeft(streamCrc, 1) ^ blockCrc;
    }
}
