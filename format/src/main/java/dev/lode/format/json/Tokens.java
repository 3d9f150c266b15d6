package dev.lode.format.json;

import dev.lode.format.csv.Utf8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads strings and numbers of JSON (RFC 8259) from an array, and hashes them on the way. The
/// loops are long and the fields open to the package because every byte of every document passes
/// here. Not thread safe.
final class Tokens {
    /// Bytes that an array is longer than its document.
    static final int PADDING = 32;

    static final int SOUND = 0;

    /// What keeps a text out of PostgreSQL: the character U+0000.
    static final int HAS_NUL = 1;

    /// Half of a surrogate pair.
    static final int LONE_SURROGATE = 2;

    static final int NOT_UTF8 = 3;

    /// A number beyond what `numeric`, and so `jsonb`, takes.
    static final int TOO_LARGE = 4;

    static final long TAG_STRING = 1;
    private static final long TAG_NUMBER = 2;
    private static final long TAG_BIG = 3;
    private static final int MAX_DIGITS = 18;
    private static final int MAX_NUMBER = 1000;
    private static final long MAX_EXPONENT = 1_000_000;
    private static final BigInteger LARGEST = BigInteger.valueOf(999_999_999_999_999_999L);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long BLANKS = ONES * ' ';

    byte[] bytes = new byte[0];
    int end;

    /// The next byte.
    int at;

    // The value last read, hashed.
    long hashA;
    long hashB;

    // The string last read: between its quotes, escapes as they stand.
    int from;
    int to;
    boolean escaped;
    int flaw;

    // The number last read: digits * 10^exponent, without trailing zeros; big where 18 digits are
    // too few.
    long digits;
    int exponent;
    boolean big;

    /// The string last read, if it has escapes, without them.
    byte[] plain = new byte[256];

    int plainLength;

    /// @param document longer than its content by [#PADDING]
    void over(byte[] document, int length) {
        bytes = document;
        end = length;
        at = 0;
    }

    JsonDamage damage(String finding) {
        return new JsonDamage(Math.min(at, end), finding);
    }

    JsonDamage unexpected(String expected) {
        return at >= end
                ? damage("ends where " + expected + " was expected: it was cut short")
                : damage("expected " + expected + ", found " + shown(bytes[at]));
    }

    private static String shown(byte value) {
        return value > 0x20 && value < 0x7f
                ? "'" + (char) value + "'"
                : String.format("byte 0x%02x", value & 0xff);
    }

    /// The next byte that is not blank; 0 at the end.
    int skipBlanks() {
        byte[] in = bytes;
        int p = at;
        while (in[p] == ' ' || in[p] == '\n' || in[p] == '\r' || in[p] == '\t') {
            p++;
        }
        at = p;
        return p < end ? in[p] : 0;
    }

    /// Reads the string whose opening quote is here, without hashing it.
    void string() {
        byte[] in = bytes;
        int p = at + 1;
        from = p;
        escaped = false;
        flaw = SOUND;
        long high = 0;
        while (true) {
            long eight = ContentHash.load(in, p);
            long quotes = eight ^ QUOTES;
            long slashes = eight ^ BACKSLASHES;
            long mask =
                    (((quotes - ONES) & ~quotes)
                                    | ((slashes - ONES) & ~slashes)
                                    | ((eight - BLANKS) & ~eight))
                            & HIGH;
            if (mask == 0) {
                high |= eight;
                p += 8;
                if (p > end) {
                    at = end;
                    throw damage("ends inside a text that begins at byte " + (from - 1));
                }
                continue;
            }
            int first = Long.numberOfTrailingZeros(mask) >>> 3;
            high |= eight & (1L << (first << 3)) - 1;
            p += first;
            if (p >= end) {
                at = end;
                throw damage("ends inside a text that begins at byte " + (from - 1));
            }
            if (in[p] == '"') {
                break;
            }
            if (in[p] != '\\') {
                at = p;
                throw damage("a control character, " + shown(in[p]) + ", stands inside a text");
            }
            escaped = true;
            p += 2;
        }
        to = p;
        at = p + 1;
        if ((high & HIGH) != 0) {
            checkUtf8();
        }
        if (escaped) {
            unescape();
        }
    }

    /// As [#string], hashed.
    void hashedString() {
        string();
        byte[] in = escaped ? plain : bytes;
        int start = escaped ? 0 : from;
        int length = escaped ? plainLength : to - from;
        hashA = ContentHash.firstOf(in, start, length) + TAG_STRING;
        hashB = ContentHash.secondOf(in, start, length) + TAG_STRING;
    }

    private void checkUtf8() {
        for (int i = from; i < to; ) {
            if (bytes[i] >= 0) {
                i++;
                continue;
            }
            int length = Utf8.sequence(bytes, i, to);
            if (length == 0) {
                flaw = NOT_UTF8;
                return;
            }
            i += length;
        }
    }

    /// Takes the escapes out of a sound string read before: into [#plain].
    void unescape(int begin, int stop) {
        from = begin;
        to = stop;
        unescape();
    }

    private void unescape() {
        if (plain.length < to - from + PADDING) {
            plain = new byte[Math.max(plain.length * 2, to - from + PADDING)];
        }
        int out = 0;
        int surrogate = 0;
        for (int i = from; i < to; ) {
            byte b = bytes[i++];
            if (b != '\\') {
                if (surrogate != 0) {
                    flaw = LONE_SURROGATE;
                    surrogate = 0;
                }
                plain[out++] = b;
                continue;
            }
            byte kind = bytes[i++];
            if (kind != 'u') {
                if (surrogate != 0) {
                    flaw = LONE_SURROGATE;
                    surrogate = 0;
                }
                plain[out++] = simple(kind, i - 2);
                continue;
            }
            int unit = unit(i);
            i += 4;
            if (surrogate != 0 && Character.isLowSurrogate((char) unit)) {
                int point = Character.toCodePoint((char) surrogate, (char) unit);
                out = put(out, point);
                surrogate = 0;
                continue;
            }
            if (surrogate != 0 || Character.isLowSurrogate((char) unit)) {
                flaw = LONE_SURROGATE;
            }
            surrogate = Character.isHighSurrogate((char) unit) ? unit : 0;
            if (surrogate == 0 && !Character.isSurrogate((char) unit)) {
                flaw = unit == 0 && flaw == SOUND ? HAS_NUL : flaw;
                out = put(out, unit);
            } else if (surrogate == 0) {
                out = put(out, 0xfffd);
            }
        }
        if (surrogate != 0) {
            flaw = LONE_SURROGATE;
        }
        plainLength = out;
        Arrays.fill(plain, out, out + 16, (byte) 0);
    }

    private byte simple(byte kind, int place) {
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> {
                at = place;
                throw damage("an escape that JSON does not know: \\" + shown(kind));
            }
        };
    }

    private int unit(int i) {
        int value = 0;
        for (int j = i; j < i + 4; j++) {
            int digit = j < to ? Character.digit(bytes[j], 16) : -1;
            if (digit < 0) {
                at = i - 2;
                throw damage("an escape \\u without four hexadecimal digits");
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private int put(int out, int point) {
        int next = out;
        if (point < 0x80) {
            plain[next++] = (byte) point;
        } else if (point < 0x800) {
            plain[next++] = (byte) (0xc0 | (point >> 6));
            plain[next++] = (byte) (0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            plain[next++] = (byte) (0xe0 | (point >> 12));
            plain[next++] = (byte) (0x80 | ((point >> 6) & 0x3f));
            plain[next++] = (byte) (0x80 | (point & 0x3f));
        } else {
            plain[next++] = (byte) (0xf0 | (point >> 18));
            plain[next++] = (byte) (0x80 | ((point >> 12) & 0x3f));
            plain[next++] = (byte) (0x80 | ((point >> 6) & 0x3f));
            plain[next++] = (byte) (0x80 | (point & 0x3f));
        }
        return next;
    }

    /// Reads and hashes the number that begins here.
    void number() {
        byte[] in = bytes;
        int p = at;
        from = p;
        boolean negative = in[p] == '-';
        if (negative) {
            p++;
        }
        long value = 0;
        int count = 0;
        int scale = 0;
        int first = p;
        if (in[p] == '0') {
            p++;
        } else {
            for (int digit = in[p] - '0'; digit >= 0 && digit <= 9; digit = in[++p] - '0') {
                value = value * 10 + digit;
                count++;
            }
        }
        if (p == first) {
            at = p;
            throw unexpected("a digit");
        }
        if (in[p] == '.') {
            int point = ++p;
            for (int digit = in[p] - '0'; digit >= 0 && digit <= 9; digit = in[++p] - '0') {
                value = value * 10 + digit;
                count += value == 0 ? 0 : 1;
            }
            if (p == point) {
                at = p;
                throw unexpected("a digit");
            }
            scale = point - p;
        }
        long power = 0;
        if ((in[p] | 0x20) == 'e') {
            p++;
            boolean down = in[p] == '-';
            if (down || in[p] == '+') {
                p++;
            }
            int begin = p;
            for (int digit = in[p] - '0'; digit >= 0 && digit <= 9; digit = in[++p] - '0') {
                power = Math.min(power * 10 + digit, MAX_EXPONENT + 1);
            }
            if (p == begin) {
                at = p;
                throw unexpected("a digit");
            }
            power = down ? -power : power;
        }
        if (p > end) {
            at = end;
            throw damage("ends inside a number");
        }
        if (p - from > MAX_NUMBER || Math.abs(power) > MAX_EXPONENT) {
            throw damage(
                    "a number of "
                            + (p - from)
                            + " characters or an exponent beyond "
                            + MAX_EXPONENT
                            + ", expected at most "
                            + MAX_NUMBER
                            + " characters");
        }
        to = p;
        at = p;
        escaped = false;
        flaw = SOUND;
        big = count > MAX_DIGITS;
        if (big) {
            bigNumber();
            return;
        }
        int tens = scale + (int) power;
        if (value == 0) {
            tens = 0;
        } else {
            while (value % 10 == 0) {
                value /= 10;
                tens++;
            }
        }
        digits = negative ? -value : value;
        exponent = tens;
        hashA = ContentHash.first(TAG_NUMBER, digits, tens);
        hashB = ContentHash.second(TAG_NUMBER, digits, tens);
    }

    /// The number as it would be with as few digits as possible.
    private void bigNumber() {
        var exact = new BigDecimal(text()).stripTrailingZeros();
        if (exact.unscaledValue().abs().compareTo(LARGEST) <= 0) {
            big = false;
            digits = exact.unscaledValue().longValueExact();
            exponent = digits == 0 ? 0 : -exact.scale();
            hashA = ContentHash.first(TAG_NUMBER, digits, exponent);
            hashB = ContentHash.second(TAG_NUMBER, digits, exponent);
            return;
        }
        byte[] text = exact.unscaledValue().toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] padded = Arrays.copyOf(text, text.length + PADDING);
        hashA =
                ContentHash.first(
                        TAG_BIG, ContentHash.firstOf(padded, 0, text.length), -exact.scale());
        hashB =
                ContentHash.second(
                        TAG_BIG, ContentHash.secondOf(padded, 0, text.length), -exact.scale());
    }

    /// The bytes of the value last read as text.
    String text() {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// Reads a word of JSON that begins here.
    void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                throw unexpected("a value");
            }
        }
        from = at;
        at += word.length();
        to = at;
        if (at > end) {
            at = end;
            throw damage("ends inside a word");
        }
    }

    /// Goes behind the value that begins here, without looking at more than texts and brackets.
    void skip() {
        int depth = 0;
        while (true) {
            int next = skipBlanks();
            switch (next) {
                case '"' -> skipString();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                case ',', ':' -> at++;
                case 0 -> throw unexpected("the end of an array or object");
                default -> skipPlain();
            }
            if (depth <= 0) {
                return;
            }
        }
    }

    private void skipPlain() {
        byte[] in = bytes;
        int p = at + 1;
        while (p < end && in[p] != ',' && in[p] != '}' && in[p] != ']' && in[p] > ' ') {
            p++;
        }
        at = p;
    }

    private void skipString() {
        byte[] in = bytes;
        int p = at + 1;
        while (true) {
            long eight = ContentHash.load(in, p);
            long quotes = eight ^ QUOTES;
            long slashes = eight ^ BACKSLASHES;
            long mask = (((quotes - ONES) & ~quotes) | ((slashes - ONES) & ~slashes)) & HIGH;
            if (mask == 0) {
                p += 8;
            } else {
                p += Long.numberOfTrailingZeros(mask) >>> 3;
                if (in[p] == '"') {
                    at = p + 1;
                    break;
                }
                p += 2;
            }
            if (p >= end) {
                at = end;
                throw damage("ends inside a text");
            }
        }
        if (at > end) {
            at = end;
            throw damage("ends inside a text");
        }
    }
}
