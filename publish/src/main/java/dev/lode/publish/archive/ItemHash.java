package dev.lode.publish.archive;

import dev.lode.core.LodeException;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What an item's name and content are: the first 16 bytes of the SHA-256 of its name in UTF-8 (no
/// bytes in formats without names), a zero byte, and its content.
///
/// @param high bytes 0 to 7, the first as the most significant
/// @param low bytes 8 to 15
public record ItemHash(long high, long low) {
    /// Bytes of a hash.
    public static final int BYTES = 16;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// @param sha256 is reset
    static ItemHash of(MessageDigest sha256, String name, byte[] content) {
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(content);
        return at(sha256.digest(), 0);
    }

    static ItemHash at(byte[] bytes, int offset) {
        return new ItemHash((long) LONGS.get(bytes, offset), (long) LONGS.get(bytes, offset + 8));
    }

    void addTo(ByteRun run) {
        int at = run.room(BYTES);
        LONGS.set(run.array(), at, high);
        LONGS.set(run.array(), at + 8, low);
        run.grew(BYTES);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }
}
