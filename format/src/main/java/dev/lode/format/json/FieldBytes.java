package dev.lode.format.json;

import dev.lode.format.csv.ScalarReader;
import dev.lode.format.csv.TargetColumn.Kind;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Values that a pack writes down, as whole fields of COPY's binary format.
final class FieldBytes {
    static final byte[] NULL = {-1, -1, -1, -1};

    private FieldBytes() {}

    /// Empty when the text is no value of that kind.
    static Optional<byte[]> of(Kind kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new RowBuffer();
        out.row(false, 0, 0, 0, -1);
        switch (kind) {
            case TEXT, JSON -> {
                out.putInt(bytes.length);
                out.put(bytes, 0, bytes.length);
            }
            case JSONB -> {
                out.putInt(bytes.length + 1);
                out.putByte(1);
                out.put(bytes, 0, bytes.length);
            }
            case NUMERIC -> {
                try {
                    NumericText.put(new BigDecimal(text), out);
                } catch (NumberFormatException e) {
                    return Optional.empty();
                }
            }
            case INT2, INT4, INT8, FLOAT4, FLOAT8, BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ, UUID -> {
                var scalars = new ScalarReader();
                if (scalars.read(kind, bytes, 0, bytes.length) != ScalarReader.Reading.SOUND) {
                    return Optional.empty();
                }
                scalar(kind, scalars, out);
            }
            case BYTEA, OTHER -> {
                return Optional.empty();
            }
        }
        var all = new ByteArrayOutputStream();
        out.finish(0).writeTo(all::write);
        return Optional.of(all.toByteArray());
    }

    private static void scalar(Kind kind, ScalarReader scalars, RowBuffer out) {
        switch (kind) {
            case INT2 -> {
                out.putInt(2);
                out.putShort((int) scalars.value());
            }
            case INT4, FLOAT4, DATE -> {
                out.putInt(4);
                out.putInt((int) scalars.value());
            }
            case BOOLEAN -> {
                out.putInt(1);
                out.putByte((int) scalars.value());
            }
            case UUID -> {
                out.putInt(16);
                out.putLong(scalars.value());
                out.putLong(scalars.low());
            }
            default -> {
                out.putInt(8);
                out.putLong(scalars.value());
            }
        }
    }
}
