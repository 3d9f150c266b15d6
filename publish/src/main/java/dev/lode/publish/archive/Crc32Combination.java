package dev.lode.publish.archive;

/// The CRC-32 of two runs of bytes, one behind the other, from their own CRCs: multiplication of
/// polynomials over GF(2), modulo the CRC's polynomial, as zlib's `crc32_combine` since 1.2.12 does
/// it.
final class Crc32Combination {
    private static final int POLYNOMIAL = 0xedb88320;
    private static final int[] POWERS = powers();

    private Crc32Combination() {}

    /// @param first CRC of the first run
    /// @param second CRC of the second
    /// @param secondLength bytes of the second
    static int of(int first, int second, long secondLength) {
        return product(powerOfX(secondLength), first) ^ second;
    }

    /// x^(2^n) for n from 0 to 31, after which they repeat.
    private static int[] powers() {
        var powers = new int[32];
        powers[0] = 1 << 30;
        for (int n = 1; n < 32; n++) {
            powers[n] = product(powers[n - 1], powers[n - 1]);
        }
        return powers;
    }

    /// x^(8 * bytes).
    private static int powerOfX(long bytes) {
        int power = 1 << 31;
        int n = 3;
        for (long left = bytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                power = product(POWERS[n & 31], power);
            }
            n++;
        }
        return power;
    }

    private static int product(int a, int b) {
        int product = 0;
        int factor = b;
        for (int bit = 1 << 31; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= factor;
            }
            factor = (factor & 1) != 0 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
        }
        return product;
    }
}
