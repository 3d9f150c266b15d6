package dev.lode.format.csv;

import dev.lode.format.csv.ScalarReader.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Writes the binary row of a record that holds nothing odd in one pass: fields are found, checked,
/// unescaped and copied as they are met, eight bytes at a time. Whatever is not plainly sound (a
/// bad or odd value, NULL where it may not be, a row longer than the buffer's slack) is left to the
/// careful way, which knows what to say of it; nothing of the row is in the stream then.
///
/// The loops are long on purpose: they keep their state in registers. Belongs to one thread.
final class StraightRow {
    /// No field of a fixed form is longer.
    private static final int LONGEST_SCALAR = 64;

    private final Kind[] kinds;
    private final int[] fields;
    private final boolean[] notNull;
    private final boolean[] nullFilled;
    private final int[] maxChars;
    private final byte[] @Nullable [] fills;
    private final int overhead;
    private final boolean possible;
    private final ScalarReader reader = new ScalarReader();

    // Where the text written last ended in the record, and how many characters it has.
    private int at;
    private int chars;

    /// @param fills of the columns, each a whole field
    StraightRow(List<TargetColumn> columns, byte[] @Nullable [] fills) {
        int count = columns.size();
        this.fills = fills;
        kinds = new Kind[count];
        fields = new int[count];
        notNull = new boolean[count];
        nullFilled = new boolean[count];
        maxChars = new int[count];
        int needed = 2 + 2 * Swar.PADDING;
        int before = -1;
        boolean inOrder = true;
        for (int c = 0; c < count; c++) {
            var column = columns.get(c);
            kinds[c] = column.kind();
            fields[c] = column.field();
            notNull[c] = column.notNull();
            nullFilled[c] = column.fillNulls() && column.fill() != null;
            maxChars[c] = column.maxChars();
            byte[] fill = fills[c];
            needed += 24 + (fill == null ? 0 : fill.length);
            if (column.field() >= 0) {
                inOrder &= column.field() > before && column.kind() != Kind.BYTEA;
                before = column.field();
            }
        }
        overhead = needed;
        possible = inOrder;
    }

    /// Writes the row, or nothing.
    ///
    /// @return whether it was written
    boolean write(RecordBatch batch, int record, CopyBuffer out) {
        int from = batch.start(record);
        int to = batch.contentEnd(record);
        if (!possible
                || batch.isBad(record)
                || batch.dialect().nulls() != Dialect.NullRule.UNQUOTED_EMPTY
                || to - from + overhead > CopyBuffer.SLACK) {
            return false;
        }
        out.room();
        int start = out.size;
        if (row(batch, from, to, out)) {
            return true;
        }
        out.size = start;
        return false;
    }

    private boolean row(RecordBatch batch, int from, int to, CopyBuffer out) {
        byte[] in = batch.bytes();
        byte quote = batch.dialect().quote();
        byte delimiter = batch.dialect().delimiter();
        boolean backslash = batch.dialect().escape() == Dialect.Escape.BACKSLASH;
        int position = from;
        int field = 0;
        out.putShort(fields.length);
        for (int c = 0; c < fields.length; c++) {
            byte[] fill = fills[c];
            if (fields[c] < 0) {
                if (fill != null) {
                    System.arraycopy(fill, 0, out.bytes, out.size, fill.length);
                    out.size += fill.length;
                } else if (notNull[c]) {
                    return false;
                } else {
                    out.putInt(-1);
                }
                continue;
            }
            while (field < fields[c]) {
                position = skip(in, position, to, quote, delimiter, backslash) + 1;
                field++;
            }
            boolean quoted = position < to && in[position] == quote;
            int first = quoted ? position + 1 : position;
            byte stop = quoted ? quote : delimiter;
            if (!quoted && (first >= to || in[first] == delimiter)) {
                if (notNull[c] || nullFilled[c]) {
                    return false;
                }
                out.putInt(-1);
                position = first + 1;
                field++;
                continue;
            }
            boolean taken =
                    switch (kinds[c]) {
                        case INT2, INT4, INT8 ->
                                integer(kinds[c], in, first, to, out)
                                        || scalar(kinds[c], in, first, to, stop, out);
                        case DATE, TIMESTAMP, TIMESTAMPTZ ->
                                moment(kinds[c], in, first, to, stop, out)
                                        || scalar(kinds[c], in, first, to, stop, out);
                        case TEXT ->
                                text(in, first, to, quoted, quote, delimiter, backslash, 0, out)
                                        && (maxChars[c] == 0 || chars <= maxChars[c]);
                        case JSON ->
                                !ScalarReader.isBlank(in[first])
                                        && text(
                                                in, first, to, quoted, quote, delimiter, backslash,
                                                0, out)
                                        && chars > 0;
                        case JSONB ->
                                !ScalarReader.isBlank(in[first])
                                        && text(
                                                in, first, to, quoted, quote, delimiter, backslash,
                                                1, out)
                                        && chars > 0;
                        case FLOAT4, FLOAT8, BOOLEAN, UUID ->
                                scalar(kinds[c], in, first, to, stop, out);
                        case NUMERIC, BYTEA, OTHER -> false;
                    };
            if (!taken) {
                return false;
            }
            position = at;
            if (quoted) {
                if (position >= to || in[position] != quote) {
                    return false;
                }
                position++;
            }
            if (position < to && in[position] != delimiter) {
                return false;
            }
            position++;
            field++;
        }
        return true;
    }

    /// The integers that are met most: up to nine digits, perhaps a minus before them.
    private boolean integer(Kind kind, byte[] in, int first, int to, CopyBuffer out) {
        int i = first;
        boolean negative = in[i] == '-';
        i += negative ? 1 : 0;
        long eight = Swar.load(in, i);
        long others = Swar.notDigits(eight);
        int digits = Math.min(others == 0 ? Long.BYTES : Swar.first(others), to - i);
        if (digits < 1) {
            return false;
        }
        int sum = Swar.number(eight, digits);
        i += digits;
        if (digits == Long.BYTES && i < to && isDigit(in[i])) {
            sum = sum * 10 + in[i++] - '0';
            if (i < to && isDigit(in[i])) {
                return false;
            }
        }
        int number = negative ? -sum : sum;
        if (kind == Kind.INT4) {
            out.putInt(4);
            out.putInt(number);
        } else if (kind == Kind.INT8) {
            out.putInt(8);
            out.putLong(number);
        } else if (number == (short) number) {
            out.putInt(2);
            out.putShort(number);
        } else {
            return false;
        }
        at = i;
        return true;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /// The dates and times that are met most: `2019-01-21`, `2019-01-21 09:17:15`, perhaps with a
    /// fraction, and `+00` where there has to be a zone.
    ///
    /// @param stop the byte after the value
    private boolean moment(Kind kind, byte[] in, int first, int to, byte stop, CopyBuffer out) {
        int i = first + 10;
        if (i > to || in[first + 4] != '-' || in[first + 7] != '-') {
            return false;
        }
        int year = two(in, first) * 100 + two(in, first + 2);
        int month = two(in, first + 5);
        int day = two(in, first + 8);
        if ((year | month | day) < 0 || !TemporalText.isDate(year, month, day)) {
            return false;
        }
        int days = TemporalText.days(year, month, day);
        if (kind == Kind.DATE) {
            if (i < to && in[i] != stop) {
                return false;
            }
            out.putInt(4);
            out.putInt(days);
            at = i;
            return true;
        }
        if (i + 9 > to || in[i] != ' ' || in[i + 3] != ':' || in[i + 6] != ':') {
            return false;
        }
        int hour = two(in, i + 1);
        int minute = two(in, i + 4);
        int second = two(in, i + 7);
        if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) {
            return false;
        }
        i += 9;
        int micros = 0;
        if (i < to && in[i] == '.') {
            int begin = ++i;
            while (i < to && i - begin < 6 && in[i] >= '0' && in[i] <= '9') {
                micros = micros * 10 + in[i++] - '0';
            }
            if (i == begin) {
                return false;
            }
            for (int digits = i - begin; digits < 6; digits++) {
                micros *= 10;
            }
        }
        if (kind == Kind.TIMESTAMPTZ) {
            if (i + 3 > to || in[i] != '+' || in[i + 1] != '0' || in[i + 2] != '0') {
                return false;
            }
            i += 3;
        }
        if (i < to && in[i] != stop) {
            return false;
        }
        out.putInt(8);
        out.putLong(
                days * TemporalText.DAY
                        + ((hour * 60L + minute) * 60 + second) * 1_000_000
                        + micros);
        at = i;
        return true;
    }

    /// The number that two digits make, or one so far below zero that no sum hides it.
    private static int two(byte[] in, int index) {
        int tens = in[index] - '0';
        int ones = in[index + 1] - '0';
        return (tens | ones | 9 - tens | 9 - ones) < 0 ? -1_000_000 : tens * 10 + ones;
    }

    /// @param stop the byte after the value: what follows is checked by the caller
    private boolean scalar(Kind kind, byte[] in, int first, int to, byte stop, CopyBuffer out) {
        int end = first;
        int limit = Math.min(to, first + LONGEST_SCALAR);
        while (end < limit && in[end] != stop) {
            // What is escaped or not ASCII is no plain value.
            if (in[end] == '\\' || in[end] <= 0) {
                return false;
            }
            end++;
        }
        if (reader.read(kind, in, first, end) != Reading.SOUND) {
            return false;
        }
        BinaryRowEncoder.putScalar(kind, reader.value(), reader.low(), out);
        at = end;
        return true;
    }

    /// @param lead bytes of value 1 before the text
    private boolean text(
            byte[] in,
            int first,
            int to,
            boolean quoted,
            byte quote,
            byte delimiter,
            boolean backslash,
            int lead,
            CopyBuffer out) {
        if (quoted
                && first < to
                && in[first] == quote
                && lead == 0
                && (backslash || first + 1 >= to || in[first + 1] != quote)) {
            out.putInt(0);
            chars = 0;
            at = first;
            return true;
        }
        byte[] target = out.bytes;
        int begin = out.size + 4 + lead;
        target[begin - 1] = 1;
        int size = begin;
        int i = first;
        int more = 0;
        byte stop = quoted ? quote : delimiter;
        byte escape = quoted && backslash ? (byte) '\\' : stop;
        long eightStops = Swar.eight(stop);
        long eightEscapes = Swar.eight(escape);
        while (i < to) {
            long eight = Swar.load(in, i);
            Swar.store(target, size, eight);
            long mask =
                    Swar.zeros(eight ^ eightStops)
                            | Swar.zeros(eight ^ eightEscapes)
                            | Swar.zeros(eight)
                            | (eight & Swar.HIGH);
            if (mask == 0) {
                i += 8;
                size += 8;
                continue;
            }
            int clean = Swar.first(mask);
            i += clean;
            size += clean;
            if (i >= to) {
                break;
            }
            byte found = in[i];
            if (found < 0) {
                int sequence = Utf8.sequence(in, i, to);
                if (sequence == 0) {
                    return false;
                }
                for (int b = 0; b < sequence; b++) {
                    target[size++] = in[i++];
                }
                more += sequence - 1;
            } else if (found == 0) {
                return false;
            } else if (!quoted) {
                break;
            } else if (found == stop && (backslash || i + 1 >= to || in[i + 1] != quote)) {
                break;
            } else {
                // A doubled quote, or a backslash: before a quote or itself it escapes.
                byte next = i + 1 < to ? in[i + 1] : 0;
                boolean pair = next == quote || next == found;
                target[size++] = pair ? next : found;
                i += pair ? 2 : 1;
            }
        }
        // The last eight bytes may have reached past the end.
        if (i > to) {
            size -= i - to;
            i = to;
        }
        chars = size - begin - more;
        out.putInt(size - begin + lead);
        out.size = size;
        at = i;
        return true;
    }

    /// @return index of the delimiter after the field, or the end
    private static int skip(
            byte[] in, int position, int to, byte quote, byte delimiter, boolean backslash) {
        int i = position;
        if (i < to && in[i] == quote) {
            i++;
            while (i < to) {
                byte here = in[i];
                if (backslash && here == '\\') {
                    i += i + 1 < to && (in[i + 1] == quote || in[i + 1] == '\\') ? 2 : 1;
                } else if (here != quote) {
                    i++;
                } else if (!backslash && i + 1 < to && in[i + 1] == quote) {
                    i += 2;
                } else {
                    break;
                }
            }
            i++;
        }
        while (i < to && in[i] != delimiter) {
            i++;
        }
        return i;
    }
}
