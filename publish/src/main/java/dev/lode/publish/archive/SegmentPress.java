package dev.lode.publish.archive;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// Presses runs of bytes and takes their checksums. Belongs to one thread.
final class SegmentPress implements AutoCloseable {
    private final SegmentCodec codec;
    private final ByteRun pressed = new ByteRun();
    private final CRC32 crc = new CRC32();
    private final CRC32C storedCrc = new CRC32C();

    SegmentPress(SegmentCodec codec) {
        this.codec = codec;
    }

    /// @return the pressed bytes, until the next call
    ByteRun press(byte[] raw, int length) {
        pressed.clear();
        codec.press(raw, length, pressed);
        crc.reset();
        crc.update(raw, 0, length);
        storedCrc.reset();
        storedCrc.update(pressed.array(), 0, pressed.length());
        return pressed;
    }

    /// CRC-32 of what was pressed last.
    int crc() {
        return (int) crc.getValue();
    }

    /// CRC-32C of what came out.
    int storedCrc() {
        return (int) storedCrc.getValue();
    }

    @Override
    public void close() {
        codec.close();
    }
}
