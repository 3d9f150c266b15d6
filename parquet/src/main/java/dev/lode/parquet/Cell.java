package dev.lode.parquet;

import dev.lode.format.table.ColumnType;

import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Writes the values of one column, each from PostgreSQL's text of it, exactly or not at all: what
/// the column cannot hold throws IllegalArgumentException, ArithmeticException or
/// DateTimeException.
@FunctionalInterface
interface Cell {
    /// @param value not null; kept by the writer until its page is written
    void write(byte[] value, ColumnWriter writer);

    static Cell of(ColumnType type) {
        return switch (type) {
            case ColumnType.Bool _ -> (value, writer) -> writer.write(isTrue(value), 0, DEFINED);
            case ColumnType.Whole(int bits) ->
                    bits == 64
                            ? (value, writer) ->
                                    writer.write(Long.parseLong(ascii(value)), 0, DEFINED)
                            : (value, writer) ->
                                    writer.write(Integer.parseInt(ascii(value)), 0, DEFINED);
            case ColumnType.Real(int bits) ->
                    bits == 64
                            ? (value, writer) ->
                                    writer.write(Double.parseDouble(ascii(value)), 0, DEFINED)
                            : (value, writer) ->
                                    writer.write(Float.parseFloat(ascii(value)), 0, DEFINED);
            case ColumnType.Decimal(int precision, int scale) -> decimal(precision, scale);
            case ColumnType.Text _, ColumnType.Json _ ->
                    (value, writer) ->
                            writer.write(Binary.fromConstantByteArray(value), 0, DEFINED);
            case ColumnType.Day _ ->
                    (value, writer) -> writer.write(TimeText.day(value), 0, DEFINED);
            case ColumnType.Moment _ ->
                    (value, writer) -> writer.write(TimeText.micros(value), 0, DEFINED);
            case ColumnType.Uuid _ ->
                    (value, writer) ->
                            writer.write(
                                    Binary.fromConstantByteArray(uuid(ascii(value))), 0, DEFINED);
            case ColumnType.Bytes _ ->
                    (value, writer) ->
                            writer.write(Binary.fromConstantByteArray(bytes(value)), 0, DEFINED);
        };
    }

    /// What messages call a type.
    static String words(ColumnType type) {
        return switch (type) {
            case ColumnType.Bool _ -> "BOOLEAN";
            case ColumnType.Whole(int bits) -> "INT(" + bits + ")";
            case ColumnType.Real(int bits) -> bits == 64 ? "DOUBLE" : "FLOAT";
            case ColumnType.Decimal(int precision, int scale) ->
                    "DECIMAL(" + precision + "," + scale + ")";
            case ColumnType.Text _ -> "STRING";
            case ColumnType.Json _ -> "JSON";
            case ColumnType.Day _ -> "DATE";
            case ColumnType.Moment _ -> "TIMESTAMP(MICROS)";
            case ColumnType.Uuid _ -> "UUID";
            case ColumnType.Bytes _ -> "bytes";
        };
    }

    /// The level of a value that is there.
    int DEFINED = 1;

    private static String ascii(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static boolean isTrue(byte[] value) {
        return switch (ascii(value)) {
            case "t", "true" -> true;
            case "f", "false" -> false;
            default -> throw new IllegalArgumentException("no truth value");
        };
    }

    private static Cell decimal(int precision, int scale) {
        if (Schema.isInt(precision)) {
            return (value, writer) ->
                    writer.write(unscaled(value, precision, scale).intValueExact(), 0, DEFINED);
        }
        if (Schema.isLong(precision)) {
            return (value, writer) ->
                    writer.write(unscaled(value, precision, scale).longValueExact(), 0, DEFINED);
        }
        int length = Schema.bytesOfDecimal(precision);
        return (value, writer) ->
                writer.write(
                        Binary.fromConstantByteArray(
                                filled(unscaled(value, precision, scale), length)),
                        0,
                        DEFINED);
    }

    private static BigInteger unscaled(byte[] value, int precision, int scale) {
        var number = new BigDecimal(ascii(value)).setScale(scale, RoundingMode.UNNECESSARY);
        if (number.precision() > precision) {
            throw new ArithmeticException("too many digits");
        }
        return number.unscaledValue();
    }

    /// Two's complement, the highest byte first.
    private static byte[] filled(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        var filled = new byte[length];
        Arrays.fill(filled, 0, length - bytes.length, (byte) (number.signum() < 0 ? -1 : 0));
        System.arraycopy(bytes, 0, filled, length - bytes.length, bytes.length);
        return filled;
    }

    private static byte[] uuid(String text) {
        byte[] bytes = HexFormat.of().parseHex(text.replace("-", ""));
        if (bytes.length != 16) {
            throw new IllegalArgumentException("no UUID");
        }
        return bytes;
    }

    private static byte[] bytes(byte[] value) {
        if (value.length < 2 || value[0] != '\\' || value[1] != 'x') {
            throw new IllegalArgumentException("no bytes in hexadecimal");
        }
        return HexFormat.of().parseHex(ascii(value), 2, value.length);
    }
}
