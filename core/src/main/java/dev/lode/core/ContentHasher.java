package dev.lode.core;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// Computes a [ContentId] from bytes that arrive in order. Can begin again after any number of
/// whole chunks. Not thread safe.
public final class ContentHasher {
    private final MessageDigest chunk = sha256();
    private final List<byte[]> finished;
    private int inChunk;

    /// A hasher of content that begins here.
    public ContentHasher() {
        this(List.of());
    }

    /// A hasher that goes on after whole chunks whose digests are known, in order.
    public ContentHasher(List<byte[]> finishedChunks) {
        finished = new ArrayList<>(finishedChunks);
    }

    public void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            int take = Math.min(left, ContentId.CHUNK - inChunk);
            chunk.update(bytes, at, take);
            at += take;
            left -= take;
            inChunk += take;
            if (inChunk == ContentId.CHUNK) {
                finished.add(chunk.digest());
                inChunk = 0;
            }
        }
    }

    /// Digests of the whole chunks seen so far, in order: what a later hasher needs to go on from
    /// `finishedChunks().size() * ContentId.CHUNK` bytes.
    public List<byte[]> finishedChunks() {
        return List.copyOf(finished);
    }

    /// The id of everything seen. The hasher is used up.
    public ContentId finish() {
        if (inChunk > 0) {
            finished.add(chunk.digest());
        }
        var whole = sha256();
        finished.forEach(whole::update);
        return ContentId.ofDigest(whole.digest());
    }

    /// The id of all bytes of a source, read once from its start.
    public static ContentId hash(ByteSource source) throws IOException {
        var hasher = new ContentHasher();
        var buffer = new byte[1 << 16];
        try (var in = source.open(0)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hasher.update(buffer, 0, n);
            }
        }
        return hasher.finish();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }
}
