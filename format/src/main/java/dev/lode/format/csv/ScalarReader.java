package dev.lode.format.csv;

import dev.lode.format.csv.TargetColumn.Kind;

/// Reads values of fixed form as PostgreSQL's input functions do, or says that it cannot tell. The
/// value of the last sound one stays here until the next. Belongs to one thread.
///
/// Foreign facts, from PostgreSQL's sources: `numutils.c` (integers: blanks around; hexadecimal and
/// underscores only from version 16), `bool.c`, `float.c`, `uuid.c`, `encode.c` (bytea),
/// `datetime.c` and `timestamp.c`.
public final class ScalarReader {
    /// Whether a value was read.
    public enum Reading {
        /// The server takes this value; [#value] is it.
        SOUND,
        /// The server refuses this value, in every version.
        WRONG,
        /// The server refuses this value: its form is right, but it is too large or too small.
        OUT_OF_RANGE,
        /// The server has to judge.
        UNKNOWN
    }

    private final TemporalText temporal = new TemporalText();
    private final FloatText floats = new FloatText();
    private long value;
    private long low;

    /// The integer; 1 or 0; days or microseconds since 2000-01-01; the bits of the float; the first
    /// half of the UUID.
    public long value() {
        return value;
    }

    /// The second half of the UUID.
    public long low() {
        return low;
    }

    /// Reads `bytes[from, to)`; for a kind that has no fixed form the answer is UNKNOWN.
    public Reading read(Kind kind, byte[] bytes, int from, int to) {
        return switch (kind) {
            case INT2 -> integer(bytes, from, to, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 -> integer(bytes, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> integer(bytes, from, to, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT4, FLOAT8, NUMERIC -> number(kind, bytes, from, to);
            case BOOLEAN -> bool(bytes, from, to);
            case DATE, TIMESTAMP, TIMESTAMPTZ -> {
                var reading = temporal.read(kind, bytes, from, to);
                value = temporal.value();
                yield reading;
            }
            case UUID -> uuid(bytes, from, to);
            case TEXT, BYTEA, JSON, JSONB, OTHER -> Reading.UNKNOWN;
        };
    }

    private Reading number(Kind kind, byte[] bytes, int begin, int end) {
        int from = skipBlanks(bytes, begin, end);
        int to = endBlanks(bytes, from, end);
        if (kind == Kind.NUMERIC) {
            return floats.readNumeric(bytes, from, to);
        }
        var reading = floats.read(bytes, from, to, kind == Kind.FLOAT4);
        value = floats.bits();
        return reading;
    }

    /// What C's `isspace` skips.
    static boolean isBlank(byte value) {
        return value == ' ' || (value >= '\t' && value <= '\r');
    }

    static int skipBlanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static int endBlanks(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && isBlank(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private Reading integer(byte[] bytes, int begin, int end, long min, long max) {
        int from = skipBlanks(bytes, begin, end);
        int to = endBlanks(bytes, from, end);
        boolean negative = from < to && bytes[from] == '-';
        int at = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
        if (at == to) {
            return Reading.WRONG;
        }
        // Gathered below zero, where there is one value more; 18 digits cannot overflow.
        long sum = 0;
        boolean tooLong = false;
        for (int i = at; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return oddInteger(bytes, at, to);
            }
            if (i - at >= 18) {
                tooLong |= sum < Long.MIN_VALUE / 10 || sum * 10 < Long.MIN_VALUE + digit;
            }
            sum = sum * 10 - digit;
        }
        if (tooLong || (negative ? sum < min : sum < -max)) {
            return Reading.OUT_OF_RANGE;
        }
        value = negative ? sum : -sum;
        return Reading.SOUND;
    }

    /// `0x1F`, `0o17`, `0b11` and `1_000` are integers from version 16 on.
    private static Reading oddInteger(byte[] bytes, int from, int to) {
        boolean prefixed =
                to - from > 2 && bytes[from] == '0' && "xXoObB".indexOf(bytes[from + 1]) >= 0;
        for (int i = prefixed ? from + 2 : from; i < to; i++) {
            int b = bytes[i];
            boolean digit = (b >= '0' && b <= '9') || (prefixed && Character.digit(b, 16) >= 0);
            if (!digit && (b != '_' || i == from)) {
                return Reading.WRONG;
            }
        }
        return Reading.UNKNOWN;
    }

    /// A word of `true false yes no on off 1 0`, or a beginning of it that is not the beginning of
    /// two with different meanings (`o`).
    private Reading bool(byte[] bytes, int begin, int end) {
        int from = skipBlanks(bytes, begin, end);
        int to = endBlanks(bytes, from, end);
        if (from == to) {
            return Reading.WRONG;
        }
        String word =
                switch (bytes[from] | 0x20) {
                    case 't' -> "true";
                    case 'f' -> "false";
                    case 'y' -> "yes";
                    case 'n' -> "no";
                    case 'o' -> to - from > 1 && (bytes[from + 1] | 0x20) == 'n' ? "on" : "off";
                    case '1' -> "1";
                    case '0' -> "0";
                    default -> "";
                };
        int length = to - from;
        if (length > word.length() || (word.equals("off") && length == 1)) {
            return Reading.WRONG;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
            if (lower != word.charAt(i)) {
                return Reading.WRONG;
            }
        }
        value =
                switch (word.charAt(0)) {
                    case 't', 'y', '1' -> 1;
                    case 'o' -> word.equals("on") ? 1 : 0;
                    default -> 0;
                };
        return Reading.SOUND;
    }

    /// 32 hexadecimal digits, a hyphen allowed after every fourth, the whole perhaps in braces.
    private Reading uuid(byte[] bytes, int from, int to) {
        boolean braces = from < to && bytes[from] == '{';
        int at = braces ? from + 1 : from;
        long first = 0;
        long second = 0;
        for (int i = 0; i < 32; i++) {
            int digit = at < to ? Character.digit(bytes[at++], 16) : -1;
            if (digit < 0) {
                return Reading.WRONG;
            }
            first = i < 16 ? first << 4 | digit : first;
            second = i < 16 ? second : second << 4 | digit;
            if (i % 4 == 3 && i < 31 && at < to && bytes[at] == '-') {
                at++;
            }
        }
        if ((braces && (at >= to || bytes[at++] != '}')) || at != to) {
            return Reading.WRONG;
        }
        value = first;
        low = second;
        return Reading.SOUND;
    }
}
