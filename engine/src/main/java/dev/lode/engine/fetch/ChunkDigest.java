package dev.lode.engine.fetch;

import dev.lode.core.LodeException;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The digest of one chunk, as [dev.lode.core.ContentId] is made of.
final class ChunkDigest {
    private ChunkDigest() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }
}
