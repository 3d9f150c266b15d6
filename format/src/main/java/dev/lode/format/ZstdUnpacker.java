package dev.lode.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;

import dev.lode.core.ByteSource;

import java.io.IOException;

/// Zstandard (RFC 8878), any number of frames; windows up to the library's own bound of 128 MiB,
/// which is native memory. Checksums are optional in this format and verified where they exist, at
/// the end of a frame. Not thread safe.
final class ZstdUnpacker implements Unpacker {
    private final ByteSource source;
    private final StoredStream in;
    private final ZstdInputStream frames;

    private ZstdUnpacker(ByteSource source, StoredStream in, ZstdInputStream frames) {
        this.source = source;
        this.in = in;
        this.frames = frames;
    }

    static ZstdUnpacker open(ByteSource source, StoredStream in) throws IOException {
        return new ZstdUnpacker(source, in, new ZstdInputStream(in));
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int count = frames.read(into, offset, length);
            if (count < 0 && source.size() == 0) {
                throw Damage.truncated(source, 0, 0, "a zstd frame");
            }
            return count;
        } catch (ZstdIOException e) {
            in.rethrow();
            if (e.getErrorCode() == Zstd.errSrcSizeWrong() && in.position() == source.size()) {
                throw Damage.truncated(source, 0, 0, "a zstd frame");
            }
            throw Damage.at(
                    source,
                    in.position(),
                    0,
                    "found no zstd data (" + e.getMessage() + ") before",
                    e);
        }
    }

    @Override
    public long storedPosition() {
        return in.position();
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
