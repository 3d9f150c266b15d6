package dev.lode.format.csv;

/// Where the fields of one sound record lie, and what has to be known of each before it is written:
/// one pass over the record that also checks UTF-8 and NUL. Reused from record to record; belongs
/// to one thread.
final class FieldIndex {
    static final int QUOTED = 1;

    /// Holds bytes above 0x7f.
    static final int WIDE = 2;

    static final int NOT_UTF8 = 4;
    static final int NUL = 8;

    private final byte delimiter;
    private final byte quote;
    private final boolean backslash;
    private final long eightDelimiters;
    private final long eightQuotes;
    private final long eightEscapes;

    /// Per field: `[start, end)` of its content without the quotes around it.
    final int[] start;

    final int[] end;
    final int[] flags;

    /// Per field: the bytes by which unescaping shortens it.
    final int[] escapes;

    FieldIndex(Dialect dialect, int fieldCount) {
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        backslash = dialect.escape() == Dialect.Escape.BACKSLASH;
        eightDelimiters = Swar.eight(delimiter);
        eightQuotes = Swar.eight(quote);
        eightEscapes = backslash ? Swar.eight((byte) '\\') : eightQuotes;
        start = new int[fieldCount];
        end = new int[fieldCount];
        flags = new int[fieldCount];
        escapes = new int[fieldCount];
    }

    /// Takes the sound record in `bytes[from, to)`, its line end not included.
    void read(byte[] bytes, int from, int to) {
        int at = from;
        for (int field = 0; field < start.length; field++) {
            at =
                    at < to && bytes[at] == quote
                            ? quoted(bytes, at + 1, to, field)
                            : plain(bytes, at, to, field);
            at++;
        }
    }

    private int plain(byte[] bytes, int from, int to, int field) {
        int at = from;
        int seen = 0;
        while (at < to) {
            long eight = Swar.load(bytes, at);
            long mask =
                    Swar.zeros(eight ^ eightDelimiters) | Swar.zeros(eight) | (eight & Swar.HIGH);
            if (mask == 0) {
                at += 8;
                continue;
            }
            at += Swar.first(mask);
            if (at >= to) {
                break;
            }
            byte found = bytes[at];
            if (found == delimiter) {
                break;
            }
            if (found == 0) {
                seen |= NUL;
                at++;
            } else {
                int sequence = Utf8.sequence(bytes, at, to);
                seen |= sequence == 0 ? WIDE | NOT_UTF8 : WIDE;
                at += Math.max(1, sequence);
            }
        }
        at = Math.min(at, to);
        start[field] = from;
        end[field] = at;
        flags[field] = seen;
        escapes[field] = 0;
        return at;
    }

    /// Returns the index after the closing quote.
    private int quoted(byte[] bytes, int from, int to, int field) {
        int at = from;
        int seen = QUOTED;
        int shrink = 0;
        while (true) {
            long eight = Swar.load(bytes, at);
            long mask =
                    Swar.zeros(eight ^ eightQuotes)
                            | Swar.zeros(eight ^ eightEscapes)
                            | Swar.zeros(eight)
                            | (eight & Swar.HIGH);
            if (mask == 0) {
                at += 8;
                continue;
            }
            at += Swar.first(mask);
            byte found = bytes[at];
            if (found < 0) {
                int sequence = Utf8.sequence(bytes, at, to);
                seen |= sequence == 0 ? WIDE | NOT_UTF8 : WIDE;
                at += Math.max(1, sequence);
            } else if (found == quote) {
                if (backslash || at + 1 >= to || bytes[at + 1] != quote) {
                    break;
                }
                shrink++;
                at += 2;
            } else if (found == 0) {
                seen |= NUL;
                at++;
            } else {
                byte next = bytes[at + 1];
                boolean pair = next == quote || next == '\\';
                shrink += pair ? 1 : 0;
                at += pair ? 2 : 1;
            }
        }
        start[field] = from;
        end[field] = at;
        flags[field] = seen;
        escapes[field] = shrink;
        return at + 1;
    }

    boolean quoted(int field) {
        return (flags[field] & QUOTED) != 0;
    }

    /// Length of a field's value in bytes.
    int valueLength(int field) {
        return end[field] - start[field] - escapes[field];
    }

    /// A field's value in an array of its own.
    byte[] unescaped(byte[] bytes, int field) {
        byte[] value = new byte[valueLength(field)];
        unescape(bytes, field, value);
        return value;
    }

    /// Writes a field's value to the beginning of `into`, as much as fits; returns its length
    /// there.
    int unescape(byte[] bytes, int field, byte[] into) {
        int length = Math.min(valueLength(field), into.length);
        if (escapes[field] == 0) {
            System.arraycopy(bytes, start[field], into, 0, length);
            return length;
        }
        int at = start[field];
        for (int i = 0; i < length; i++) {
            byte here = bytes[at];
            boolean escape =
                    here == (backslash ? '\\' : quote)
                            && at + 1 < end[field]
                            && (bytes[at + 1] == quote || bytes[at + 1] == here);
            into[i] = escape ? bytes[at + 1] : here;
            at += escape ? 2 : 1;
        }
        return length;
    }
}
