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
                        case INT4 -> integer(in, first, to, out);
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
                        case INT2,
                                INT8,
                                FLOAT4,
                                FLOAT8,
                                BOOLEAN,
                                DATE,
                                TIMESTAMP,
                                TIMESTAMPTZ,
                                UUID ->
                                scalar(kinds[c], in, first, to, quoted ? quote : delimiter, out);
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
    private boolean integer(byte[] in, int first, int to, CopyBuffer out) {
        int i = first;
        boolean negative = in[i] == '-';
        i += negative ? 1 : 0;
        int digits = i;
        int sum = 0;
        while (i < to) {
            int digit = in[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            sum = sum * 10 + digit;
            i++;
        }
        if (i == digits || i - digits > 9) {
            return false;
        }
        out.putInt(4);
        out.putInt(negative ? -sum : sum);
        at = i;
        return true;
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
