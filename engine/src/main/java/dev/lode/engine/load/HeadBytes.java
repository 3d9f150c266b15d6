package dev.lode.engine.load;

import dev.lode.core.ByteSource;
import dev.lode.core.ContentId;
import dev.lode.core.LodeException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// An item whose first chunk is in memory: read once to recognise the item, and not a second time
/// to load it.
final class HeadBytes implements ByteSource {
    private final ByteSource bytes;
    private final byte[] head;

    private HeadBytes(ByteSource bytes, byte[] head) {
        this.bytes = bytes;
        this.head = head;
    }

    static HeadBytes read(ByteSource bytes) throws IOException {
        int length = (int) Math.min(ContentId.CHUNK, bytes.size());
        try (var in = bytes.open(0)) {
            byte[] head = in.readNBytes(length);
            if (head.length < length) {
                throw new IOException(
                        bytes.name() + ": ended after " + head.length + " of " + length + " bytes");
            }
            return new HeadBytes(bytes, head);
        }
    }

    /// SHA-256 of the first chunk, as [ContentId] is made of.
    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(head);
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }

    @Override
    public String name() {
        return bytes.name();
    }

    @Override
    public long size() {
        return bytes.size();
    }

    @Override
    public InputStream open(long offset) throws IOException {
        return offset < head.length ? new Joined((int) offset) : bytes.open(offset);
    }

    /// The head from memory, then the rest, which is opened only when it is read.
    private final class Joined extends InputStream {
        private InputStream in;
        private boolean rest;

        Joined(int start) {
            this.in = new ByteArrayInputStream(head, start, head.length - start);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            if (count < 0 && !rest && head.length < bytes.size()) {
                rest = true;
                in = bytes.open(head.length);
                count = in.read(into, offset, length);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
