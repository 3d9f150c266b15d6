package dev.lode.format.bzip2;

/// A bzip2 file put together by hand.
final class CraftedFile {
    private final BitWriter out = new BitWriter();
    private int crc;

    CraftedFile begin(int level) {
        crc = 0;
        out.bits('B', 8).bits('Z', 8).bits('h', 8).bits('0' + level, 8);
        return this;
    }

    CraftedFile block(CraftedBlock block) {
        return block(block.bits(), block.crc());
    }

    CraftedFile block(BitWriter bits, int blockCrc) {
        crc = Bzip2Format.combine(crc, blockCrc);
        out.all(bits);
        return this;
    }

    CraftedFile end() {
        return end(crc);
    }

    CraftedFile end(int streamCrc) {
        out.bits(Bzip2Format.END_MAGIC, 48).bits(streamCrc, 32).align();
        return this;
    }

    byte[] toBytes() {
        return out.toBytes();
    }

    int bits() {
        return out.count();
    }
}
