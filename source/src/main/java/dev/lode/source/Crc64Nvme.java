package dev.lode.source;

import java.util.HexFormat;

/// CRC-64/NVME, which S3 computes for every new object: reflected polynomial 0x9a6c9329ac4bc9b5,
/// all ones before and after. Eight bytes a step through eight tables, since it runs over every
/// byte that is fetched.
final class Crc64Nvme implements Checksum.Sum {
    private static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;
    private static final long[][] TABLES = tables();

    private long state = ~0L;

    private static long[][] tables() {
        var tables = new long[8][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * POLYNOMIAL);
            }
            tables[0][i] = crc;
        }
        for (int t = 1; t < 8; t++) {
            for (int i = 0; i < 256; i++) {
                long before = tables[t - 1][i];
                tables[t][i] = (before >>> 8) ^ tables[0][(int) before & 0xff];
            }
        }
        return tables;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        long crc = state;
        int at = offset;
        int end = offset + length;
        for (; at + 8 <= end; at += 8) {
            long next = 0;
            for (int i = 0; i < 8; i++) {
                int index = (int) (crc >>> (8 * i) ^ bytes[at + i]) & 0xff;
                next ^= TABLES[7 - i][index];
            }
            crc = next;
        }
        for (; at < end; at++) {
            crc = (crc >>> 8) ^ TABLES[0][(int) (crc ^ bytes[at]) & 0xff];
        }
        state = crc;
    }

    @Override
    public String hex() {
        return HexFormat.of().toHexDigits(~state);
    }
}
