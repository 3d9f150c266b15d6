package dev.lode.format.csv;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// COPY's text format: for every table, also where only the server can judge a value.
///
/// A field goes from the dialect's quoting to COPY's escapes in one pass, eight bytes at a time.
public final class TextRowEncoder implements RowEncoder {
    private static final long EIGHT_BACKSLASHES = Swar.eight((byte) '\\');

    /// Input bytes taken per look at the buffer: each may become two.
    private static final int PIECE = CopyBuffer.SLACK / 2 - 32;

    private final RowCheck check;
    private final int[] fields;
    private final byte[] @Nullable [] fills;

    /// @param columns in the order of the COPY statement's column list
    /// @throws dev.lode.core.LodeException of kind USAGE when a column's fill is no value of its
    ///   kind
    public TextRowEncoder(List<TargetColumn> columns) {
        check = new RowCheck(columns, true);
        fields = columns.stream().mapToInt(TargetColumn::field).toArray();
        fills = new byte[fields.length][];
        for (int c = 0; c < fields.length; c++) {
            String fill = columns.get(c).fill();
            fills[c] = fill == null ? null : escaped(fill);
        }
    }

    private static byte[] escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String format() {
        return "text";
    }

    @Override
    public void begin(CopyBuffer out) {}

    @Override
    public void end(CopyBuffer out) {}

    @Override
    public EncodeResult encode(RecordBatch batch, int record, CopyBuffer out) {
        var result = check.check(batch, record);
        if (result != EncodeResult.ENCODED) {
            return result;
        }
        var index = check.fields();
        byte quote = batch.dialect().quote();
        boolean backslash = batch.dialect().escape() == Dialect.Escape.BACKSLASH;
        for (int c = 0; c < fields.length; c++) {
            out.room();
            if (c > 0) {
                out.putByte('\t');
            }
            byte[] fill = fills[c];
            switch (check.actions[c]) {
                case RowCheck.FIELD -> {
                    int field = fields[c];
                    boolean quoted = index.quoted(field);
                    copy(
                            batch.bytes(),
                            index.start[field],
                            index.end[field],
                            quoted && !backslash && index.escapes[field] > 0,
                            quoted && backslash,
                            quote,
                            out);
                }
                case RowCheck.FILL -> {
                    if (fill != null) {
                        out.put(fill, 0, fill.length);
                    }
                }
                default -> {
                    out.putByte('\\');
                    out.putByte('N');
                }
            }
        }
        out.putByte('\n');
        out.room();
        return EncodeResult.ENCODED;
    }

    /// Writes `in[from, to)`.
    ///
    /// @param doubled whether each quote in it is the first of two that stand for one
    /// @param backslash whether a backslash in it escapes quotes and itself
    private static void copy(
            byte[] in,
            int from,
            int to,
            boolean doubled,
            boolean backslash,
            byte quote,
            CopyBuffer out) {
        long eightStops = doubled ? Swar.eight(quote) : EIGHT_BACKSLASHES;
        byte[] target = out.bytes;
        int at = from;
        while (at < to) {
            out.room();
            int size = out.size;
            int stop = Math.min(to, at + PIECE);
            while (at < stop) {
                long eight = Swar.load(in, at);
                Swar.store(target, size, eight);
                long mask =
                        Swar.zeros(eight ^ EIGHT_BACKSLASHES)
                                | Swar.zeros(eight ^ eightStops)
                                | Swar.controls(eight);
                int clean = mask == 0 ? 8 : Swar.first(mask);
                at += clean;
                size += clean;
                if (mask == 0 || at >= stop) {
                    continue;
                }
                byte found = in[at++];
                if (found == '\\') {
                    boolean quoteNext = backslash && at < to && in[at] == quote;
                    boolean pair = quoteNext || (backslash && at < to && in[at] == '\\');
                    target[size++] = quoteNext ? quote : (byte) '\\';
                    if (!quoteNext) {
                        target[size++] = '\\';
                    }
                    at += pair ? 1 : 0;
                } else if (doubled && found == quote) {
                    target[size++] = quote;
                    at++;
                } else {
                    size = control(found, target, size);
                }
            }
            // The last eight bytes may have reached past the end.
            if (at > to) {
                size -= at - to;
                at = to;
            }
            out.size = size;
        }
    }

    private static int control(byte found, byte[] target, int size) {
        char letter =
                switch (found) {
                    case '\n' -> 'n';
                    case '\t' -> 't';
                    case '\r' -> 'r';
                    case '\f' -> 'f';
                    case '\b' -> 'b';
                    case 0x0b -> 'v';
                    default -> 0;
                };
        if (letter == 0) {
            target[size] = found;
            return size + 1;
        }
        target[size] = '\\';
        target[size + 1] = (byte) letter;
        return size + 2;
    }
}
