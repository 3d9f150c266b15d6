package dev.lode.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A rejected record as people correct it: as text where it is UTF-8 without NUL, else in base64.
/// The line's end is not part of it.
///
/// @param encoding `text` or `base64`
/// @param raw the record in that encoding
public record RejectText(String encoding, String raw) {
    /// Name of the column that holds the encoding.
    public static final String ENCODING = "encoding";

    /// Name of the column that holds the record.
    public static final String RAW = "raw";

    private static final String TEXT = "text";
    private static final String BASE64 = "base64";

    /// @param record its bytes, with or without its line's end
    public static RejectText of(byte[] record) {
        int length = record.length;
        if (length > 0 && record[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && record[length - 1] == '\r') {
            length--;
        }
        var bytes = ByteBuffer.wrap(record, 0, length);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
            if (text.indexOf('\0') < 0) {
                return new RejectText(TEXT, text);
            }
        } catch (CharacterCodingException e) {
            // Not text: the other encoding is for that.
        }
        return new RejectText(
                BASE64, StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(bytes)).toString());
    }

    /// The record's bytes.
    ///
    /// @throws LodeException of kind USAGE when they are not in that encoding
    public byte[] bytes() {
        return switch (encoding) {
            case TEXT -> raw.getBytes(StandardCharsets.UTF_8);
            case BASE64 -> {
                try {
                    yield Base64.getDecoder().decode(raw.strip());
                } catch (IllegalArgumentException e) {
                    throw LodeException.usage(
                            "raw: is not base64 (" + e.getMessage() + "), as encoding says");
                }
            }
            default ->
                    throw LodeException.usage(
                            "encoding: \"" + encoding + "\" is unknown: expected text or base64");
        };
    }
}
