package dev.lode.format.csv;

import dev.lode.core.LodeException;
import dev.lode.format.csv.ScalarReader.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Checks one record for the columns of a table and leaves here what an encoder needs to write it.
/// Belongs to one thread.
final class RowCheck {
    /// What becomes of a column.
    static final byte NULL = 0;

    static final byte FILL = 1;
    static final byte FIELD = 2;

    private static final int SHOWN_CHARS = 60;
    private static final int LONGEST_ESCAPED_SCALAR = 256;

    private final TargetColumn[] columns;
    private final boolean serverJudges;
    private final ScalarReader reader = new ScalarReader();
    private final byte[] scratch = new byte[LONGEST_ESCAPED_SCALAR + Swar.PADDING];
    private @Nullable FieldIndex index;
    private @Nullable Dialect dialect;

    /// Per column: NULL, FILL or FIELD.
    final byte[] actions;

    /// Per column: the value of a scalar; of `bytea` the length of the prefix before its
    /// hexadecimal digits, 0 if its bytes are plain.
    final long[] values;

    /// Per column: the second half of a UUID.
    final long[] lows;

    /// @param serverJudges whether a value of unknown form may go to the server
    RowCheck(List<TargetColumn> columns, boolean serverJudges) {
        this.columns = columns.toArray(TargetColumn[]::new);
        this.serverJudges = serverJudges;
        actions = new byte[this.columns.length];
        values = new long[this.columns.length];
        lows = new long[this.columns.length];
        for (var column : this.columns) {
            refuseBadFill(column);
        }
    }

    private void refuseBadFill(TargetColumn column) {
        if (column.fill() == null) {
            return;
        }
        byte[] text = column.fill().getBytes(StandardCharsets.UTF_8);
        var reading = reader.read(column.kind(), text, 0, text.length);
        if (reading == Reading.WRONG || reading == Reading.OUT_OF_RANGE) {
            throw LodeException.usage(
                    "column "
                            + column.name()
                            + ": fill "
                            + problem(column.kind(), reading, quote(column.fill(), false)));
        }
    }

    /// Fields of the record checked last.
    FieldIndex fields() {
        if (index == null) {
            throw LodeException.bug("no record was checked", null);
        }
        return index;
    }

    /// Checks a sound record.
    EncodeResult check(RecordBatch batch, int record) {
        if (batch.isBad(record)) {
            throw LodeException.bug(
                    "record "
                            + (batch.firstRecord() + record)
                            + " is damaged and was to be encoded",
                    null);
        }
        var fields = index;
        if (fields == null
                || !same(batch.dialect(), dialect)
                || fields.start.length != batch.fieldCount()) {
            for (var column : columns) {
                if (column.field() >= batch.fieldCount()) {
                    throw LodeException.bug(
                            "column "
                                    + column.name()
                                    + " wants field "
                                    + column.field()
                                    + " of "
                                    + batch.fieldCount(),
                            null);
                }
            }
            fields = new FieldIndex(batch.dialect(), batch.fieldCount());
            index = fields;
            dialect = batch.dialect();
        }
        byte[] bytes = batch.bytes();
        fields.read(bytes, batch.start(record), batch.contentEnd(record));
        boolean ambiguous = batch.dialect().nulls() == Dialect.NullRule.AMBIGUOUS_EMPTY;
        boolean backslash = batch.dialect().escape() == Dialect.Escape.BACKSLASH;
        EncodeResult result = EncodeResult.ENCODED;
        for (int c = 0; c < columns.length; c++) {
            var column = columns[c];
            int field = column.field();
            if (field < 0 || isNull(fields, field, column, ambiguous)) {
                actions[c] =
                        column.fill() != null && (field < 0 || column.fillNulls()) ? FILL : NULL;
                if (actions[c] == NULL && column.notNull()) {
                    return new EncodeResult.Rejected(
                            column.name(), "NULL in a column that is NOT NULL");
                }
                continue;
            }
            actions[c] = FIELD;
            int flags = fields.flags[field];
            if ((flags & (FieldIndex.NUL | FieldIndex.NOT_UTF8)) != 0) {
                return unreadable(bytes, fields, column);
            }
            Reading reading;
            switch (column.kind()) {
                case TEXT -> {
                    if (column.maxChars() > 0 && fields.valueLength(field) > column.maxChars()) {
                        var tooLong = tooLong(bytes, fields, column);
                        if (tooLong != null) {
                            return tooLong;
                        }
                    }
                    reading = Reading.SOUND;
                }
                case OTHER -> reading = serverJudges ? Reading.SOUND : Reading.UNKNOWN;
                case JSON, JSONB ->
                        reading =
                                ScalarReader.skipBlanks(
                                                        bytes,
                                                        fields.start[field],
                                                        fields.end[field])
                                                == fields.end[field]
                                        ? Reading.WRONG
                                        : Reading.SOUND;
                case BYTEA -> reading = bytea(bytes, fields, field, c, backslash);
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
                        UUID ->
                        reading = scalar(bytes, fields, field, c);
                default -> throw new AssertionError(column.kind());
            }
            if (reading == Reading.UNKNOWN && !serverJudges && result == EncodeResult.ENCODED) {
                result = new EncodeResult.NeedsText(column.name(), shown(bytes, fields, field));
            }
            if (reading == Reading.WRONG || reading == Reading.OUT_OF_RANGE) {
                return new EncodeResult.Rejected(
                        column.name(),
                        problem(column.kind(), reading, shown(bytes, fields, field)));
            }
        }
        return result;
    }

    /// Once for each record: all batches of an item have the very same one.
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Dialect one, @Nullable Dialect other) {
        return one == other || one.equals(other);
    }

    private static boolean isNull(
            FieldIndex fields, int field, TargetColumn column, boolean ambiguous) {
        if (fields.end[field] != fields.start[field]) {
            return false;
        }
        if (!ambiguous) {
            return !fields.quoted(field);
        }
        return !column.notNull()
                || switch (column.kind()) {
                    case TEXT, BYTEA, OTHER -> false;
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
                            JSON,
                            JSONB ->
                            true;
                };
    }

    private Reading scalar(byte[] bytes, FieldIndex fields, int field, int column) {
        var kind = columns[column].kind();
        Reading reading;
        if (fields.escapes[field] == 0) {
            reading = reader.read(kind, bytes, fields.start[field], fields.end[field]);
        } else if (fields.valueLength(field) > LONGEST_ESCAPED_SCALAR) {
            return Reading.WRONG;
        } else {
            reading = reader.read(kind, scratch, 0, fields.unescape(bytes, field, scratch));
        }
        values[column] = reader.value();
        lows[column] = reader.low();
        return reading;
    }

    /// `\x` and pairs of hexadecimal digits; or bytes without any backslash, which stand for
    /// themselves. The octal escapes of the older form and blanks between digits are the server's
    /// matter.
    private Reading bytea(
            byte[] bytes, FieldIndex fields, int field, int column, boolean backslash) {
        int from = fields.start[field];
        int to = fields.end[field];
        boolean escaped =
                backslash
                        && fields.quoted(field)
                        && to - from > 1
                        && bytes[from] == '\\'
                        && bytes[from + 1] == '\\';
        int prefix = escaped ? 3 : 2;
        boolean hex = to - from >= prefix && bytes[from] == '\\' && bytes[from + prefix - 1] == 'x';
        values[column] = hex ? prefix : 0;
        boolean blanks = false;
        for (int i = hex ? from + prefix : from; i < to; i++) {
            byte b = bytes[i];
            if (hex && Character.digit(b, 16) < 0) {
                if (!ScalarReader.isBlank(b)) {
                    return Reading.WRONG;
                }
                blanks = true;
            }
            if (!hex && b == '\\') {
                return Reading.UNKNOWN;
            }
        }
        if (blanks) {
            return Reading.UNKNOWN;
        }
        return hex && (to - from - prefix) % 2 != 0 ? Reading.WRONG : Reading.SOUND;
    }

    /// Counts characters; trailing spaces beyond the limit are cut off by the server without an
    /// error.
    private static EncodeResult.@Nullable Rejected tooLong(
            byte[] bytes, FieldIndex fields, TargetColumn column) {
        int field = column.field();
        int chars = fields.valueLength(field);
        if ((fields.flags[field] & FieldIndex.WIDE) != 0) {
            for (int i = fields.start[field]; i < fields.end[field]; i++) {
                chars -= (bytes[i] & 0xc0) == 0x80 ? 1 : 0;
            }
        }
        int excess = chars - column.maxChars();
        for (int i = fields.end[field] - 1; excess > 0; i--, excess--) {
            if (bytes[i] != ' ') {
                return new EncodeResult.Rejected(
                        column.name(),
                        chars
                                + " characters, at most "
                                + column.maxChars()
                                + " fit: "
                                + shown(bytes, fields, field));
            }
        }
        return null;
    }

    private static EncodeResult.Rejected unreadable(
            byte[] bytes, FieldIndex fields, TargetColumn column) {
        int field = column.field();
        byte[] value = fields.unescaped(bytes, field);
        for (int at = 0; at < value.length; at++) {
            if (value[at] == 0) {
                return new EncodeResult.Rejected(
                        column.name(), "NUL byte at byte " + at + " of the value");
            }
            if (value[at] < 0) {
                int sequence = Utf8.sequence(value, at, value.length);
                if (sequence == 0) {
                    return new EncodeResult.Rejected(
                            column.name(),
                            "not UTF-8: 0x%02x at byte %d of the value"
                                    .formatted(value[at] & 0xff, at));
                }
                at += sequence - 1;
            }
        }
        throw LodeException.bug(
                "column " + column.name() + ": value was flagged as not UTF-8, and is UTF-8", null);
    }

    private static String problem(Kind kind, Reading reading, String value) {
        boolean range = reading == Reading.OUT_OF_RANGE;
        return value
                + switch (kind) {
                    case INT2 -> range ? " is out of range for smallint" : " is not an integer";
                    case INT4 -> range ? " is out of range for integer" : " is not an integer";
                    case INT8 -> range ? " is out of range for bigint" : " is not an integer";
                    case FLOAT4 -> range ? " is out of range for real" : " is not a number";
                    case FLOAT8 ->
                            range ? " is out of range for double precision" : " is not a number";
                    case NUMERIC -> " is not a number";
                    case BOOLEAN -> " is not a boolean";
                    case DATE -> " is not a date";
                    case TIMESTAMP, TIMESTAMPTZ -> " is not a timestamp";
                    case UUID -> " is not a UUID";
                    case BYTEA -> " is not bytea in hexadecimal";
                    case JSON, JSONB -> " is not JSON";
                    case TEXT, OTHER -> " is not text";
                };
    }

    private static String shown(byte[] bytes, FieldIndex fields, int field) {
        byte[] head = new byte[Math.min(fields.valueLength(field), 4 * SHOWN_CHARS)];
        int length = fields.unescape(bytes, field, head);
        return quote(
                new String(head, 0, length, StandardCharsets.UTF_8),
                length < fields.valueLength(field));
    }

    /// The value in quotes, on one line, of bearable length.
    private static String quote(String value, boolean more) {
        var text = new StringBuilder("\"");
        int shown =
                value.codePointCount(0, value.length()) > SHOWN_CHARS
                        ? value.offsetByCodePoints(0, SHOWN_CHARS)
                        : value.length();
        for (int i = 0; i < shown; i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append(more || shown < value.length() ? "…\"" : "\"").toString();
    }
}
