package dev.lode.format.bzip2;

/// Reads the symbols of a block and undoes its prefix codes and its move-to-front step in one pass.
///
/// The loop is long, and free of branches for everything but rare cases, because nearly half of a
/// decoder's time is spent here: one 64-bit load serves five symbols; the first 16 places of the
/// move-to-front list are two longs; digits of runs and other symbols take the same instructions.
/// The result is not the sorted column but its runs.
///
/// Not thread safe.
final class RunReader {
    private static final int FAR = 16;

    private final PrefixCodes codes;
    private final byte[] far = new byte[256];
    private int end;

    RunReader(PrefixCodes codes) {
        this.codes = codes;
    }

    /// Reads from `in`'s position to the end of the block.
    ///
    /// @param into receives runs as `length << 8 | byte`; has room for one more than the largest
    ///   block and a group
    /// @return how many runs
    int read(BitReader in, BlockHeader header, int[] into) throws BlockFault {
        byte[] bytes = in.bytes();
        int[] lookup = codes.lookup;
        byte[] selectors = header.selectors;
        int groups = header.selectorCount();
        int stop = in.end();
        int full = Bzip2Format.MAX_BLOCK + 1;
        long near = places(header.symbols, 0);
        long middle = places(header.symbols, 8);
        System.arraycopy(header.symbols, FAR, far, 0, 256 - FAR);

        int bit = in.position();
        int k = 0;
        int run = 0;
        int digit = 0;
        int longest = 0;
        for (int group = 0; group < groups; group++) {
            if (bit > stop) {
                throw BlockFault.exhausted();
            }
            if (k > full) {
                throw tooLong();
            }
            int base = selectors[group] << PrefixCodes.LOOKUP_BITS;
            for (int refill = 0; refill < Bzip2Format.GROUP / 5; refill++) {
                long window = (long) BitReader.BIG_ENDIAN.get(bytes, bit >>> 3) << (bit & 7);
                for (int symbol = 0; symbol < 5; symbol++) {
                    int entry =
                            lookup[base + (int) (window >>> (Long.SIZE - PrefixCodes.LOOKUP_BITS))];
                    if (entry == 0) {
                        window = (long) BitReader.BIG_ENDIAN.get(bytes, bit >>> 3) << (bit & 7);
                        entry = codes.longer(selectors[group], window);
                        if (entry == 0) {
                            throw bit > stop - Bzip2Format.MAX_CODE_BITS
                                    ? BlockFault.exhausted()
                                    : BlockFault.broken("a code without a symbol");
                        }
                        bit += entry & PrefixCodes.LENGTH_MASK;
                        window = (long) BitReader.BIG_ENDIAN.get(bytes, bit >>> 3) << (bit & 7);
                    } else {
                        int length = entry & PrefixCodes.LENGTH_MASK;
                        window <<= length;
                        bit += length;
                    }
                    into[k] = (run << 8) | (int) (near & 255);
                    int isDigit = entry >>> 24;
                    int mask = -isDigit;
                    k += 1 - isDigit;
                    run = ((run + (((entry >>> 20) & 3) << digit)) & mask) | (1 & ~mask);
                    longest |= run;
                    digit = (digit + 1) & mask;
                    int place = (entry >>> 8) & 511;
                    if (place < 8) {
                        int shift = place << 3;
                        long moved = (near >>> shift) & 255;
                        near =
                                (near & (-256L << shift))
                                        | ((near & ((1L << shift) - 1)) << 8)
                                        | moved;
                    } else if (place == PrefixCodes.END) {
                        end = bit;
                        return finish(bit, stop, k, longest);
                    } else {
                        long carried = near >>> 56;
                        if (place < FAR) {
                            int shift = (place - 8) << 3;
                            near = (near << 8) | ((middle >>> shift) & 255);
                            middle =
                                    (middle & (-256L << shift))
                                            | ((middle & ((1L << shift) - 1)) << 8)
                                            | carried;
                        } else {
                            near = (near << 8) | moveFar(place - FAR, (byte) (middle >>> 56));
                            middle = (middle << 8) | carried;
                        }
                    }
                }
            }
        }
        throw bit > stop
                ? BlockFault.exhausted()
                : BlockFault.broken("a block longer than its selectors");
    }

    private static int finish(int bit, int stop, int runs, int longest) throws BlockFault {
        if (bit > stop) {
            throw BlockFault.exhausted();
        }
        // A run at least doubles with each digit, so one that overflowed has set a bit here on its
        // way.
        if (longest >>> 20 != 0 || runs > Bzip2Format.MAX_BLOCK + 1) {
            throw tooLong();
        }
        return runs;
    }

    private static BlockFault tooLong() {
        return BlockFault.broken("a block of more than 900000 bytes");
    }

    private static long places(byte[] symbols, int from) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= (symbols[from + i] & 255L) << (8 * i);
        }
        return value;
    }

    private int moveFar(int place, byte first) {
        byte[] list = far;
        int moved = list[place] & 255;
        if (place < 12) {
            for (int i = place; i > 0; i--) {
                list[i] = list[i - 1];
            }
        } else {
            System.arraycopy(list, 0, list, 1, place);
        }
        list[0] = first;
        return moved;
    }

    /// The bit behind the block that was read last.
    int end() {
        return end;
    }
}
