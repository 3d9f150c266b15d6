package dev.lode.format;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Everything that a decoder gave until it ended or threw.
///
/// @param damage what it threw, if it did
public record Drained(Content content, @Nullable LodeException damage) {
    /// Decoded bytes, compared by value.
    public record Content(String latin1) {
        public static Content of(byte[] bytes) {
            return new Content(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        public byte[] bytes() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /// What it threw; fails the test when it did not.
    public LodeException error() {
        if (damage == null) {
            throw new AssertionError(
                    "decoded " + content.latin1().length() + " bytes without an error");
        }
        return damage;
    }

    /// Reads `decoder` to its end in pieces of up to `piece` bytes and closes it.
    public static Drained of(Decoder decoder, int piece) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] buffer = new byte[piece];
        try (decoder) {
            for (int n = decoder.read(buffer, 0, piece);
                    n >= 0;
                    n = decoder.read(buffer, 0, piece)) {
                out.write(buffer, 0, n);
            }
            return new Drained(Content.of(out.toByteArray()), null);
        } catch (LodeException e) {
            return new Drained(Content.of(out.toByteArray()), e);
        }
    }
}
