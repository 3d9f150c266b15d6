package dev.lode.publish.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.util.zip.DataFormatException;

/// One frame of Zstandard per segment, with its size and checksum.
final class ZstdCodec implements SegmentCodec {
    private final ZstdCompressCtx compressor;
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

    ZstdCodec(int level) {
        compressor = new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
    }

    @Override
    public void press(byte[] raw, int length, ByteRun to) {
        int room = Math.toIntExact(Zstd.compressBound(length));
        int at = to.room(room);
        to.grew(compressor.compressByteArray(to.array(), at, room, raw, 0, length));
    }

    @Override
    public byte[] unpress(byte[] pressed, int offset, int length, int rawLength)
            throws DataFormatException {
        var raw = new byte[rawLength];
        try {
            int got = decompressor.decompressByteArray(raw, 0, rawLength, pressed, offset, length);
            if (got != rawLength) {
                throw new DataFormatException(got + " bytes found, " + rawLength + " expected");
            }
        } catch (ZstdException e) {
            var damaged = new DataFormatException(String.valueOf(e.getMessage()));
            damaged.initCause(e);
            throw damaged;
        }
        return raw;
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
