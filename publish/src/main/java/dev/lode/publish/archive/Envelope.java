package dev.lode.publish.archive;

/// The bytes around the segments: for gzip one member (RFC 1952), for Zstandard none. Keeps count
/// of what a gzip trailer says.
final class Envelope {
    /// DEFLATE, no flags, no time, no extra flags, unknown system: the same always.
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final boolean gzip;
    private int crc;
    private long raw;

    Envelope(ArchiveFormat format) {
        gzip = format.isGzip();
    }

    byte[] front() {
        return gzip ? GZIP.clone() : new byte[0];
    }

    /// Something was added whose CRC-32 and length before compression are these.
    void add(int addedCrc, long addedRaw) {
        crc = Crc32Combination.of(crc, addedCrc, addedRaw);
        raw += addedRaw;
    }

    /// For gzip a last empty block with fixed codes, CRC-32 and length modulo 2^32.
    byte[] back() {
        var back = new ByteRun();
        if (gzip) {
            back.add(3);
            back.add(0);
            back.addInt(crc);
            back.addInt((int) raw);
        }
        return back.copy();
    }
}
