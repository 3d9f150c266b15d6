package dev.lode.format;

import java.io.IOException;
import java.io.InputStream;

/// A [Decoder] for code that wants an [InputStream]. Closing it closes the decoder. Not thread
/// safe.
public final class DecoderInputStream extends InputStream {
    private final Decoder decoder;

    public DecoderInputStream(Decoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return length == 0 ? 0 : decoder.read(into, offset, length);
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }
}
