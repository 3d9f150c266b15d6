package dev.lode.format;

import dev.lode.core.ByteSource;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a source from some offset on, counted. A stream that ends before the source's size
/// is an [EOFException] here, so that decoders never take a lost connection for a damaged file.
public final class StoredStream extends FilterInputStream {
    private final ByteSource source;
    private long position;
    private @Nullable IOException failure;

    private StoredStream(ByteSource source, long offset, InputStream in) {
        super(in);
        this.source = source;
        position = offset;
    }

    /// @throws dev.lode.core.LodeException of kind DATA when `offset` lies behind the end
    public static StoredStream open(ByteSource source, long offset) throws IOException {
        if (offset > source.size()) {
            throw Damage.notTheSame(source, source.size() + " bytes", offset);
        }
        return new StoredStream(source, offset, source.open(offset));
    }

    /// Offset of the next byte in the source.
    public long position() {
        return position;
    }

    /// Throws again what reading ended with, if it did: for decoders whose libraries wrap such
    /// errors in their own.
    public void rethrow() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int count = super.read(into, offset, length);
            if (count < 0 && position < source.size()) {
                throw new EOFException(
                        source.name()
                                + ": the stream ended after "
                                + position
                                + " of "
                                + source.size()
                                + " bytes");
            }
            position += Math.max(0, count);
            return count;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long skip(long count) {
        throw new UnsupportedOperationException("open the source at the offset instead");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
