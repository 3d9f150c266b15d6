package dev.lode.engine.load;

import dev.lode.core.ByteSource;
import dev.lode.core.ContentHasher;
import dev.lode.core.ContentId;
import dev.lode.postgres.ledger.ChunkDigests;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The bytes of an item, hashed as they pass. A stream that begins in the middle goes on after the
/// chunks whose digests are known from an earlier run, and begins at most one chunk before the
/// place it was opened at.
///
/// Thread safe; only the stream that was opened last counts.
final class HashedBytes implements ByteSource {
    private static final int BUFFER = 1 << 16;

    private final ByteSource bytes;
    private final List<byte[]> known;
    private ContentHasher hasher;
    private long hashed;
    private int recorded;

    /// @param known digests of the item's first chunks, in order
    HashedBytes(ByteSource bytes, List<byte[]> known) {
        this.bytes = bytes;
        this.known = List.copyOf(known);
        this.hasher = new ContentHasher(known);
        this.hashed = Math.min(bytes.size(), (long) known.size() * ContentId.CHUNK);
        this.recorded = known.size();
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
        int chunks = (int) Math.min(known.size(), offset / ContentId.CHUNK);
        long start = (long) chunks * ContentId.CHUNK;
        synchronized (this) {
            hasher = new ContentHasher(known.subList(0, chunks));
            hashed = start;
        }
        var stream = new Hashing(bytes.open(start));
        try {
            stream.drop(offset - start);
            return stream;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /// Digests of whole chunks that were finished since the last call.
    synchronized ChunkDigests unrecorded() {
        var finished = hasher.finishedChunks();
        if (finished.size() <= recorded) {
            return ChunkDigests.NONE;
        }
        var fresh = new ChunkDigests(recorded, finished.subList(recorded, finished.size()));
        recorded = finished.size();
        return fresh;
    }

    /// The content id of all bytes; reads those that the decoder did not want.
    synchronized ContentId content() throws IOException {
        if (hashed < bytes.size()) {
            try (var rest = bytes.open(hashed)) {
                byte[] buffer = new byte[BUFFER];
                while (hashed < bytes.size()) {
                    int count = rest.read(buffer);
                    if (count < 0) {
                        throw new IOException(
                                name() + ": ended after " + hashed + " of " + size() + " bytes");
                    }
                    seen(buffer, 0, count);
                }
            }
        }
        return hasher.finish();
    }

    private synchronized void seen(byte[] buffer, int offset, int count) {
        hasher.update(buffer, offset, count);
        hashed += count;
    }

    private final class Hashing extends FilterInputStream {
        Hashing(InputStream in) {
            super(in);
        }

        void drop(long bytes) throws IOException {
            byte[] buffer = new byte[BUFFER];
            for (long left = bytes; left > 0; ) {
                int count = read(buffer, 0, (int) Math.min(left, BUFFER));
                if (count < 0) {
                    throw new IOException(
                            name() + ": ended " + left + " bytes before the place to go on from");
                }
                left -= count;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            if (count > 0) {
                seen(into, offset, count);
            }
            return count;
        }

        @Override
        public long skip(long count) {
            throw new UnsupportedOperationException("bytes that are not read are not hashed");
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
