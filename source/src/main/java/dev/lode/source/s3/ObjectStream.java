package dev.lode.source.s3;

import software.amazon.awssdk.core.ResponseInputStream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The wanted bytes of an answer. Closed before its end it drops the connection: reading a rest of
/// gigabytes to use the connection again would take longer than a new one.
final class ObjectStream extends InputStream {
    private final ResponseInputStream<?> answer;
    private long left;
    private boolean ended;

    ObjectStream(ResponseInputStream<?> answer, long length) {
        this.answer = answer;
        this.left = length;
    }

    /// Reads past bytes in front of the wanted ones.
    void skipTo(long offset) throws IOException {
        byte[] skipped = new byte[1 << 16];
        for (long rest = offset; rest > 0; ) {
            int n = answer.read(skipped, 0, (int) Math.min(rest, skipped.length));
            if (n < 0) {
                throw new EOFException("ended " + rest + " bytes before the wanted ones");
            }
            rest -= n;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 && length > 0) {
            return -1;
        }
        int n = answer.read(bytes, offset, (int) Math.min(left, length));
        left -= Math.max(n, 0);
        // The end itself is read too: only then does the client give the connection back.
        ended = n < 0 || (left == 0 && answer.read() < 0);
        return n;
    }

    @Override
    public void close() throws IOException {
        if (ended) {
            answer.close();
        } else {
            answer.abort();
        }
    }
}
