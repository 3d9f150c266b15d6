package dev.lode.publish.archive;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// DEFLATE by the JDK's zlib. A segment begins with a new compressor, so that it refers to nothing
/// before it, and is ended by a flush: an empty stored block, which also brings it to a whole byte
/// (RFC 1951, section 3.2.4).
final class DeflateCodec implements SegmentCodec {
    private final Deflater deflater;
    private final Inflater inflater = new Inflater(true);

    DeflateCodec(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public void press(byte[] raw, int length, ByteRun to) {
        deflater.reset();
        deflater.setInput(raw, 0, length);
        // One call that leaves room over has flushed everything.
        int room = length + length / 1000 + 1024;
        int pressed;
        do {
            int at = to.room(room);
            pressed = deflater.deflate(to.array(), at, room, Deflater.FULL_FLUSH);
            to.grew(pressed);
        } while (pressed == room);
    }

    @Override
    public byte[] unpress(byte[] pressed, int offset, int length, int rawLength)
            throws DataFormatException {
        inflater.reset();
        inflater.setInput(pressed, offset, length);
        var raw = new byte[rawLength];
        int at = 0;
        while (at < rawLength) {
            int got = inflater.inflate(raw, at, rawLength - at);
            if (got == 0) {
                throw new DataFormatException(at + " bytes found, " + rawLength + " expected");
            }
            at += got;
        }
        return raw;
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
