package dev.lode.format.csv;

import dev.lode.format.csv.ScalarReader.Reading;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Floating-point and decimal numbers in text. What C's `strtod` reads besides plain decimal
/// numbers (hexadecimal ones, a NaN with a payload) is left to the server.
final class FloatText {
    private static final double[] POWERS = new double[23];
    private static final long EXACT_DOUBLE = 1L << 53;
    private static final long EXACT_FLOAT = 1L << 24;
    private static final Set<String> INFINITIES =
            Set.of("inf", "infinity", "+inf", "+infinity", "-inf", "-infinity");
    private static final int LONGEST_WORD = 9;

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private long bits;

    // Of the last decimal number read.
    private long digits;
    private int digitCount;
    private boolean nonZero;
    private long scale;

    /// The value as `double` bits, or as `float` bits in the low half.
    long bits() {
        return bits;
    }

    /// Reads `bytes[from, to)`, blanks taken off.
    Reading read(byte[] bytes, int from, int to, boolean single) {
        var shape = shape(bytes, from, to);
        if (shape != Reading.SOUND) {
            return special(bytes, from, to, single, shape);
        }
        boolean negative = bytes[from] == '-';
        if (!nonZero) {
            bits = single ? negative ? 0x80000000L : 0 : negative ? Long.MIN_VALUE : 0;
            return Reading.SOUND;
        }
        // One correctly rounded operation on two exact numbers is correctly rounded.
        int exactScale = single ? 10 : 22;
        if (digitCount <= 18
                && digits <= (single ? EXACT_FLOAT : EXACT_DOUBLE)
                && Math.abs(scale) <= exactScale) {
            if (single) {
                float power = (float) POWERS[(int) Math.abs(scale)];
                float result = scale < 0 ? digits / power : digits * power;
                bits = Float.floatToRawIntBits(negative ? -result : result) & 0xffffffffL;
            } else {
                double power = POWERS[(int) Math.abs(scale)];
                double result = scale < 0 ? digits / power : digits * power;
                bits = Double.doubleToRawLongBits(negative ? -result : result);
            }
            return Reading.SOUND;
        }
        String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        if (single) {
            float result = Float.parseFloat(text);
            bits = Float.floatToRawIntBits(result) & 0xffffffffL;
            return Float.isInfinite(result) || result == 0 ? Reading.OUT_OF_RANGE : Reading.SOUND;
        }
        double result = Double.parseDouble(text);
        bits = Double.doubleToRawLongBits(result);
        return Double.isInfinite(result) || result == 0 ? Reading.OUT_OF_RANGE : Reading.SOUND;
    }

    /// Whether `bytes[from, to)`, blanks taken off, is a decimal number; its range is the server's
    /// matter.
    Reading readNumeric(byte[] bytes, int from, int to) {
        var shape = shape(bytes, from, to);
        if (shape == Reading.SOUND) {
            return shape;
        }
        // Before version 16 the exponent was read by strtol, which skips blanks.
        for (int i = from + 1; shape == Reading.WRONG && i + 1 < to; i++) {
            shape =
                    (bytes[i] | 0x20) == 'e' && ScalarReader.isBlank(bytes[i + 1])
                            ? Reading.UNKNOWN
                            : shape;
        }
        return special(bytes, from, to, false, shape) == Reading.WRONG
                ? Reading.WRONG
                : Reading.UNKNOWN;
    }

    private Reading special(byte[] bytes, int from, int to, boolean single, Reading otherwise) {
        if (to - from < 3 || to - from > LONGEST_WORD) {
            return otherwise;
        }
        String word =
                new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        if (INFINITIES.contains(word)) {
            boolean negative = word.startsWith("-");
            bits =
                    single
                            ? Float.floatToRawIntBits(
                                            negative
                                                    ? Float.NEGATIVE_INFINITY
                                                    : Float.POSITIVE_INFINITY)
                                    & 0xffffffffL
                            : Double.doubleToRawLongBits(
                                    negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
            return Reading.SOUND;
        }
        if (word.equals("nan")) {
            bits = single ? Float.floatToIntBits(Float.NaN) : Double.doubleToLongBits(Double.NaN);
            return Reading.SOUND;
        }
        return otherwise;
    }

    /// SOUND: a decimal number, taken apart. UNKNOWN: a form that some version or library reads.
    /// WRONG: neither.
    private Reading shape(byte[] bytes, int from, int to) {
        int at = from;
        if (at < to && (bytes[at] == '-' || bytes[at] == '+')) {
            at++;
        }
        digits = 0;
        digitCount = 0;
        nonZero = false;
        scale = 0;
        int seen = 0;
        boolean point = false;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                seen++;
                nonZero |= digit != 0;
                if (nonZero) {
                    digitCount++;
                    digits = digitCount <= 18 ? digits * 10 + digit : digits;
                }
                scale -= point ? 1 : 0;
            } else if (bytes[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (seen > 0 && at < to && (bytes[at] | 0x20) == 'e') {
            at = exponent(bytes, at + 1, to);
        }
        return seen > 0 && at == to ? Reading.SOUND : odd(bytes, from, to);
    }

    private int exponent(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (negative || (at < to && bytes[at] == '+')) {
            at++;
        }
        int first = at;
        long exponent = 0;
        for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            exponent = Math.min(exponent * 10 + bytes[at] - '0', Integer.MAX_VALUE);
        }
        scale += negative ? -exponent : exponent;
        return at > first ? at : -1;
    }

    /// Letters, digits and underscores may be a number to some server; anything else is none.
    private static Reading odd(byte[] bytes, int from, int to) {
        if (from == to) {
            return Reading.WRONG;
        }
        boolean digit = false;
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            if (b < 0 || (!Character.isLetterOrDigit(b) && "+-._()".indexOf(b) < 0)) {
                return Reading.WRONG;
            }
            digit |= b >= '0' && b <= '9';
        }
        boolean nan =
                (bytes[from] | 0x20) == 'n' || (bytes[Math.min(from + 1, to - 1)] | 0x20) == 'n';
        boolean prefixed = digit && hasZeroPrefix(bytes, from, to);
        boolean underscored = digit && contains(bytes, from, to, '_');
        return nan || prefixed || underscored ? Reading.UNKNOWN : Reading.WRONG;
    }

    private static boolean hasZeroPrefix(byte[] bytes, int from, int to) {
        int at = bytes[from] == '-' || bytes[from] == '+' ? from + 1 : from;
        return at + 2 < to && bytes[at] == '0' && "xXoObB".indexOf(bytes[at + 1]) >= 0;
    }

    private static boolean contains(byte[] bytes, int from, int to, char wanted) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return true;
            }
        }
        return false;
    }
}
