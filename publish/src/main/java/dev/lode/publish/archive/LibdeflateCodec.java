package dev.lode.publish.archive;

import dev.lode.core.LodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.DataFormatException;

/// DEFLATE by libdeflate, which is quicker than zlib. It knows no flush and marks the last block of
/// what it makes as the last of all: that mark is taken away, and the empty stored block that a
/// flush writes is put behind it (RFC 1951, section 3.2.4). Unpressing is the JDK's.
final class LibdeflateCodec implements SegmentCodec {
    private static final int FLUSH = 6;

    private final Libdeflate library;
    private final MemorySegment compressor;
    private final DeflateCodec unpressing;
    private final DeflateScan scan = new DeflateScan();
    private Arena arena = Arena.ofShared();
    private MemorySegment in = MemorySegment.NULL;
    private MemorySegment out = MemorySegment.NULL;

    LibdeflateCodec(int level) {
        library =
                Libdeflate.library()
                        .orElseThrow(
                                () ->
                                        LodeException.usage(
                                                "publish-codec: libdeflate is not on this machine;"
                                                    + " nothing was published; install it (Debian:"
                                                    + " libdeflate0), or say zlib or auto"));
        compressor = library.open(level);
        unpressing = new DeflateCodec(Math.min(level, 9));
    }

    @Override
    public void press(byte[] raw, int length, ByteRun to) {
        long room = length + length / 100 + 4096L;
        if (in.byteSize() < length || out.byteSize() < room) {
            arena.close();
            arena = Arena.ofShared();
            in = arena.allocate(Math.max(length, 1 << 17));
            out = arena.allocate(Math.max(room, (1 << 17) + 8192));
        }
        MemorySegment.copy(raw, 0, in, ValueLayout.JAVA_BYTE, 0, length);
        int pressed = (int) library.press(compressor, in, length, out, out.byteSize());
        if (pressed == 0) {
            throw LodeException.bug("libdeflate needs more room than it is said to", null);
        }
        int start = to.room(pressed + FLUSH);
        byte[] bytes = to.array();
        MemorySegment.copy(out, ValueLayout.JAVA_BYTE, 0, bytes, start, pressed);
        to.grew(splice(bytes, start, pressed));
    }

    /// Makes a finished stream one that another can follow.
    ///
    /// @return its bytes now
    private int splice(byte[] bytes, int start, int length) {
        try {
            scan.run(bytes, start, length);
        } catch (DataFormatException e) {
            throw LodeException.bug("libdeflate made what is no DEFLATE", e);
        }
        bytes[start + (int) (scan.lastBlock() >>> 3)] &= (byte) ~(1 << (scan.lastBlock() & 7));
        // Three bits of zero begin a stored block; the rest of the byte is padding, and zero too.
        int at = start + (int) ((scan.endBit() + 3 + 7) >>> 3);
        for (int i = start + (int) ((scan.endBit() + 7) >>> 3); i < at; i++) {
            bytes[i] = 0;
        }
        bytes[at] = 0;
        bytes[at + 1] = 0;
        bytes[at + 2] = (byte) 0xFF;
        bytes[at + 3] = (byte) 0xFF;
        return at + 4 - start;
    }

    @Override
    public byte[] unpress(byte[] pressed, int offset, int length, int rawLength)
            throws DataFormatException {
        return unpressing.unpress(pressed, offset, length, rawLength);
    }

    @Override
    public void close() {
        library.close(compressor);
        unpressing.close();
        arena.close();
    }
}
