package dev.lode.format.bzip2;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A small, slow bzip2 encoder for one block, that can also write what no usual encoder writes.
final class CraftedBlock {
    private final byte[] content;
    private boolean randomised;
    private BitWriter extraSelectors = new BitWriter();
    private int extraSelectorCount;
    private int tables = 2;
    private int crcMask;
    private boolean dropLastRunLength;

    private CraftedBlock(byte[] content) {
        this.content = content;
    }

    static CraftedBlock of(byte[] content) {
        return new CraftedBlock(content);
    }

    /// As bzip2 before 0.9.5 wrote blocks that it could not sort fast.
    CraftedBlock randomised() {
        randomised = true;
        return this;
    }

    /// Selectors that no group uses, whose bits are free as long as no more than `tables - 1` ones
    /// follow each other: a place to hide anything in a sound block. They begin after `selectors`
    /// used ones.
    CraftedBlock hide(BitWriter bits) {
        extraSelectors = bits;
        extraSelectorCount = 0;
        byte[] all = bits.bits(0, 1).toBytes();
        for (int i = 0; i < bits.count(); i++) {
            extraSelectorCount += (all[i >>> 3] >> (7 - (i & 7)) & 1) == 0 ? 1 : 0;
        }
        tables = 6;
        return this;
    }

    CraftedBlock wrongCrc() {
        crcMask = 1;
        return this;
    }

    /// Leaves out the length of a run that the block ends with.
    CraftedBlock withoutLastRunLength() {
        dropLastRunLength = true;
        return this;
    }

    int crc() {
        return crc(content) ^ crcMask;
    }

    static int crc(byte[] content) {
        var crc = new BlockCrc();
        crc.reset();
        crc.consume(content.clone(), content.length);
        return crc.value();
    }

    /// The block's bits, from its magic on.
    BitWriter bits() {
        byte[] block = runLengths(content);
        if (dropLastRunLength) {
            block = java.util.Arrays.copyOf(block, block.length - 1);
        }
        if (randomised) {
            Derandomiser.apply(block, 0, block.length);
        }
        byte[] rotations = new byte[block.length];
        int origin = transform(block, rotations);
        boolean[] used = new boolean[256];
        for (byte value : block) {
            used[value & 255] = true;
        }
        int alphabet = (int) IntStream.range(0, 256).filter(i -> used[i]).count() + 2;
        var symbols = symbols(rotations, used, alphabet);

        var out = new BitWriter();
        out.bits(Bzip2Format.BLOCK_MAGIC, 48)
                .bits(crc(), 32)
                .bits(randomised ? 1 : 0, 1)
                .bits(origin, 24);
        writeUsed(out, used);
        int groups = (symbols.size() + 49) / 50;
        out.bits(tables, 3)
                .bits(groups + extraSelectorCount, 15)
                .bits(0, groups)
                .all(extraSelectors);
        int[] lengths = lengths(alphabet);
        for (int table = 0; table < tables; table++) {
            writeLengths(out, lengths);
        }
        int[] codes = codes(lengths);
        symbols.forEach(symbol -> out.bits(codes[symbol], lengths[symbol]));
        return out;
    }

    static byte[] runLengths(byte[] content) {
        var out = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < content.length; ) {
            int run = 1;
            while (run < 255 && i + run < content.length && content[i + run] == content[i]) {
                run++;
            }
            for (int j = 0; j < Math.min(run, 4); j++) {
                out.write(content[i]);
            }
            if (run >= 4) {
                out.write(run - 4);
            }
            i += run;
        }
        return out.toByteArray();
    }

    private static int transform(byte[] block, byte[] last) {
        int n = block.length;
        Integer[] rotations = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        java.util.Arrays.sort(rotations, byRotation(block));
        int origin = -1;
        for (int i = 0; i < n; i++) {
            last[i] = block[(rotations[i] + n - 1) % n];
            if (rotations[i] == 0) {
                origin = i;
            }
        }
        return origin;
    }

    private static Comparator<Integer> byRotation(byte[] block) {
        return (a, b) -> {
            for (int i = 0; i < block.length; i++) {
                int difference =
                        Byte.compareUnsigned(
                                block[(a + i) % block.length], block[(b + i) % block.length]);
                if (difference != 0) {
                    return difference;
                }
            }
            return Integer.compare(a, b);
        };
    }

    private static List<Integer> symbols(byte[] last, boolean[] used, int alphabet) {
        var places = new ArrayList<Byte>();
        IntStream.range(0, 256).filter(i -> used[i]).forEach(i -> places.add((byte) i));
        var symbols = new ArrayList<Integer>();
        int run = 0;
        for (byte value : last) {
            int place = places.indexOf(value);
            if (place == 0) {
                run++;
            } else {
                writeRun(symbols, run);
                run = 0;
                symbols.add(place + 1);
                places.add(0, places.remove(place));
            }
        }
        writeRun(symbols, run);
        symbols.add(alphabet - 1);
        return symbols;
    }

    private static void writeRun(List<Integer> symbols, int run) {
        for (int rest = run; rest > 0; rest = (rest - 1) >> 1) {
            symbols.add((rest & 1) == 1 ? 0 : 1);
        }
    }

    private static void writeUsed(BitWriter out, boolean[] used) {
        for (int row = 0; row < 16; row++) {
            int first = row * 16;
            out.bits(IntStream.range(first, first + 16).anyMatch(i -> used[i]) ? 1 : 0, 1);
        }
        for (int row = 0; row < 16; row++) {
            int first = row * 16;
            if (IntStream.range(first, first + 16).anyMatch(i -> used[i])) {
                IntStream.range(first, first + 16).forEach(i -> out.bits(used[i] ? 1 : 0, 1));
            }
        }
    }

    /// A complete code with lengths as equal as possible.
    private static int[] lengths(int alphabet) {
        int longest = 32 - Integer.numberOfLeadingZeros(alphabet - 1);
        int shorter = (1 << longest) - alphabet;
        return IntStream.range(0, alphabet).map(i -> i < shorter ? longest - 1 : longest).toArray();
    }

    static void writeLengths(BitWriter out, int[] lengths) {
        int length = lengths[0];
        out.bits(length, 5);
        for (int wanted : lengths) {
            for (; length < wanted; length++) {
                out.bits(2, 2);
            }
            for (; length > wanted; length--) {
                out.bits(3, 2);
            }
            out.bits(0, 1);
        }
    }

    private static int[] codes(int[] lengths) {
        int[] codes = new int[lengths.length];
        int code = 0;
        for (int length = 1; length <= 20; length++) {
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] == length) {
                    codes[i] = code++;
                }
            }
            code <<= 1;
        }
        return codes;
    }
}
