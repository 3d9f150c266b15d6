package dev.lode.format.csv;

import dev.lode.core.LodeException;
import dev.lode.format.csv.ScalarReader.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// COPY's binary format: half of the server's work, for tables whose every type is known here
/// ([#supports]). A value in a form that is not known here is answered with
/// [EncodeResult.NeedsText]: its row has to go by a [TextRowEncoder].
///
/// Foreign facts: file header, field and trailer as in PostgreSQL's documentation of COPY; the
/// values as its `*recv` functions read them (`jsonb` begins with version byte 1).
public final class BinaryRowEncoder implements RowEncoder {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final int PIECE = CopyBuffer.SLACK - 64;

    private final RowCheck check;
    private final TargetColumn[] columns;
    private final byte[] @Nullable [] fills;
    private final StraightRow straight;

    /// @param columns in the order of the COPY statement's column list
    /// @throws LodeException of kind BUG when [#supports] says no
    public BinaryRowEncoder(List<TargetColumn> columns) {
        check = new RowCheck(columns, false);
        this.columns = columns.toArray(TargetColumn[]::new);
        fills = new byte[this.columns.length][];
        for (int c = 0; c < fills.length; c++) {
            var column = this.columns[c];
            if (column.fill() != null || !isKnown(column.kind())) {
                fills[c] =
                        fill(column)
                                .orElseThrow(
                                        () ->
                                                LodeException.bug(
                                                        "column "
                                                                + column.name()
                                                                + " cannot be sent in binary",
                                                        null));
            }
        }
        straight = new StraightRow(columns, fills);
    }

    /// Whether every column's type and fill can be sent in binary.
    public static boolean supports(List<TargetColumn> columns) {
        return columns.stream()
                .allMatch(
                        column ->
                                isKnown(column.kind())
                                        && (column.fill() == null || fill(column).isPresent()));
    }

    private static boolean isKnown(Kind kind) {
        return switch (kind) {
            case INT2,
                    INT4,
                    INT8,
                    FLOAT4,
                    FLOAT8,
                    BOOLEAN,
                    DATE,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    TEXT,
                    UUID,
                    BYTEA,
                    JSON,
                    JSONB ->
                    true;
            case NUMERIC, OTHER -> false;
        };
    }

    /// A column's fill as a whole field.
    private static Optional<byte[]> fill(TargetColumn column) {
        if (column.fill() == null || !isKnown(column.kind())) {
            return Optional.empty();
        }
        byte[] text = column.fill().getBytes(StandardCharsets.UTF_8);
        var bytes = new ByteArrayOutputStream();
        var out = new CopyBuffer(bytes::write, 1);
        switch (column.kind()) {
            case TEXT, JSON -> putBytes(text, out);
            case JSONB -> {
                out.putInt(text.length + 1);
                out.putByte(1);
                out.put(text, 0, text.length);
            }
            case BYTEA -> {
                boolean hex = column.fill().startsWith("\\x");
                if (!hex && column.fill().contains("\\")) {
                    return Optional.empty();
                }
                try {
                    putBytes(hex ? HexFormat.of().parseHex(column.fill().substring(2)) : text, out);
                } catch (IllegalArgumentException notHexadecimal) {
                    return Optional.empty();
                }
            }
            case INT2,
                    INT4,
                    INT8,
                    FLOAT4,
                    FLOAT8,
                    NUMERIC,
                    BOOLEAN,
                    DATE,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    UUID,
                    OTHER -> {
                var reader = new ScalarReader();
                if (reader.read(column.kind(), text, 0, text.length) != Reading.SOUND) {
                    return Optional.empty();
                }
                putScalar(column.kind(), reader.value(), reader.low(), out);
            }
        }
        out.flush();
        return Optional.of(bytes.toByteArray());
    }

    private static void putBytes(byte[] value, CopyBuffer out) {
        out.putInt(value.length);
        out.put(value, 0, value.length);
    }

    @Override
    public String format() {
        return "binary";
    }

    @Override
    public void begin(CopyBuffer out) {
        out.put(HEADER, 0, HEADER.length);
    }

    @Override
    public void end(CopyBuffer out) {
        out.room();
        out.putShort(-1);
    }

    @Override
    public EncodeResult encode(RecordBatch batch, int record, CopyBuffer out) {
        if (straight.write(batch, record, out)) {
            return EncodeResult.ENCODED;
        }
        var result = check.check(batch, record);
        if (result != EncodeResult.ENCODED) {
            return result;
        }
        out.room();
        out.putShort(columns.length);
        for (int c = 0; c < columns.length; c++) {
            out.room();
            byte[] fill = fills[c];
            if (check.actions[c] == RowCheck.FIELD) {
                putField(batch, c, out);
            } else if (check.actions[c] == RowCheck.FILL && fill != null) {
                out.put(fill, 0, fill.length);
            } else {
                out.putInt(-1);
            }
        }
        out.room();
        return EncodeResult.ENCODED;
    }

    private void putField(RecordBatch batch, int c, CopyBuffer out) {
        var kind = columns[c].kind();
        var index = check.fields();
        int field = columns[c].field();
        switch (kind) {
            case TEXT, JSON -> {
                out.putInt(index.valueLength(field));
                putText(batch, index, field, out);
            }
            case JSONB -> {
                out.putInt(index.valueLength(field) + 1);
                out.putByte(1);
                putText(batch, index, field, out);
            }
            case BYTEA -> {
                if (check.values[c] == 0) {
                    out.putInt(index.valueLength(field));
                    putText(batch, index, field, out);
                } else {
                    putHex(
                            batch.bytes(),
                            index.start[field] + (int) check.values[c],
                            index.end[field],
                            out);
                }
            }
            case INT2,
                    INT4,
                    INT8,
                    FLOAT4,
                    FLOAT8,
                    NUMERIC,
                    BOOLEAN,
                    DATE,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    UUID,
                    OTHER ->
                    putScalar(kind, check.values[c], check.lows[c], out);
        }
    }

    static void putScalar(Kind kind, long value, long low, CopyBuffer out) {
        switch (kind) {
            case BOOLEAN -> {
                out.putInt(1);
                out.putByte((int) value);
            }
            case INT2 -> {
                out.putInt(2);
                out.putShort((int) value);
            }
            case INT4, FLOAT4, DATE -> {
                out.putInt(4);
                out.putInt((int) value);
            }
            case INT8, FLOAT8, TIMESTAMP, TIMESTAMPTZ -> {
                out.putInt(8);
                out.putLong(value);
            }
            case UUID -> {
                out.putInt(16);
                out.putLong(value);
                out.putLong(low);
            }
            case NUMERIC, TEXT, BYTEA, JSON, JSONB, OTHER ->
                    throw LodeException.bug(kind + " is no scalar", null);
        }
    }

    private static void putHex(byte[] in, int from, int to, CopyBuffer out) {
        out.putInt((to - from) / 2);
        int at = from;
        while (at < to) {
            out.room();
            int stop = (int) Math.min(to, at + 2L * PIECE);
            for (; at < stop; at += 2) {
                out.putByte(Character.digit(in[at], 16) << 4 | Character.digit(in[at + 1], 16));
            }
        }
    }

    /// Writes a value with the dialect's escapes undone.
    private static void putText(RecordBatch batch, FieldIndex index, int field, CopyBuffer out) {
        byte[] in = batch.bytes();
        int at = index.start[field];
        int to = index.end[field];
        if (index.escapes[field] == 0) {
            out.put(in, at, to - at);
            return;
        }
        byte quote = batch.dialect().quote();
        byte escape = batch.dialect().escape() == Dialect.Escape.BACKSLASH ? (byte) '\\' : quote;
        long eightEscapes = Swar.eight(escape);
        byte[] target = out.bytes;
        while (at < to) {
            out.room();
            int size = out.size;
            int stop = Math.min(to, at + PIECE);
            while (at < stop) {
                long eight = Swar.load(in, at);
                Swar.store(target, size, eight);
                long mask = Swar.zeros(eight ^ eightEscapes);
                int clean = mask == 0 ? 8 : Swar.first(mask);
                at += clean;
                size += clean;
                if (mask == 0 || at >= stop) {
                    continue;
                }
                at++;
                boolean pair = at < to && (in[at] == quote || in[at] == escape);
                target[size++] = pair ? in[at] : escape;
                at += pair ? 1 : 0;
            }
            // The last eight bytes may have reached past the end.
            if (at > to) {
                size -= at - to;
                at = to;
            }
            out.size = size;
        }
    }
}
