package dev.lode.parquet;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/// Reads dates and times as PostgreSQL writes them in the style ISO: `2020-02-29 12:00:00.5+05:30
/// BC`. Years have four digits or more.
final class TimeText {
    private static final long MICROS = 1_000_000;
    private static final int FRACTION = 6;
    private static final byte[] INFINITY = "infinity".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MINUS_INFINITY = "-infinity".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;
    private int at;

    private TimeText(byte[] text) {
        this.text = text;
    }

    /// Days since 1970. Infinities, which Parquet has no word for, are the greatest number and its
    /// negative: the order is kept, and DuckDB reads them as what they are.
    static int day(byte[] text) {
        if (java.util.Arrays.equals(text, INFINITY)) {
            return Integer.MAX_VALUE;
        }
        if (java.util.Arrays.equals(text, MINUS_INFINITY)) {
            return -Integer.MAX_VALUE;
        }
        var read = new TimeText(text);
        var date = read.date();
        read.end();
        return Math.toIntExact(date);
    }

    /// Microseconds since 1970, by UTC where the text has an offset. Infinities as for days.
    static long micros(byte[] text) {
        if (java.util.Arrays.equals(text, INFINITY)) {
            return Long.MAX_VALUE;
        }
        if (java.util.Arrays.equals(text, MINUS_INFINITY)) {
            return -Long.MAX_VALUE;
        }
        var read = new TimeText(text);
        long days = read.date();
        read.take(' ');
        long seconds = read.clock();
        long micros = read.fraction();
        seconds -= read.offset();
        read.end();
        return Math.addExact(
                Math.multiplyExact(Math.addExact(days * 86_400, seconds), MICROS), micros);
    }

    private boolean isBeforeChrist() {
        int length = text.length;
        return length > 3
                && text[length - 1] == 'C'
                && text[length - 2] == 'B'
                && text[length - 3] == ' ';
    }

    private long date() {
        int year = number(text.length);
        take('-');
        int month = number(2);
        take('-');
        int day = number(2);
        return LocalDate.of(isBeforeChrist() ? 1 - year : year, month, day).toEpochDay();
    }

    private long clock() {
        int hours = number(2);
        take(':');
        int minutes = number(2);
        take(':');
        return hours * 3600L + minutes * 60L + number(2);
    }

    private long fraction() {
        if (at >= text.length || text[at] != '.') {
            return 0;
        }
        at++;
        int from = at;
        long fraction = number(FRACTION);
        for (int i = at - from; i < FRACTION; i++) {
            fraction *= 10;
        }
        return fraction;
    }

    /// Seconds east of Greenwich.
    private long offset() {
        if (at >= text.length || (text[at] != '+' && text[at] != '-')) {
            return 0;
        }
        int sign = text[at++] == '-' ? -1 : 1;
        long seconds = number(2) * 3600L;
        for (long unit = 60; unit > 0 && at < text.length && text[at] == ':'; unit /= 60) {
            at++;
            seconds += number(2) * unit;
        }
        return sign * seconds;
    }

    private int number(int mostDigits) {
        int from = at;
        int number = 0;
        while (at < text.length && at - from < mostDigits && text[at] >= '0' && text[at] <= '9') {
            number = Math.addExact(Math.multiplyExact(number, 10), text[at] - '0');
            at++;
        }
        if (at == from) {
            throw new IllegalArgumentException("no number at " + from);
        }
        return number;
    }

    private void take(char c) {
        if (at >= text.length || text[at] != c) {
            throw new IllegalArgumentException("no '" + c + "' at " + at);
        }
        at++;
    }

    private void end() {
        if (at != text.length - (isBeforeChrist() ? 3 : 0)) {
            throw new IllegalArgumentException("something more at " + at);
        }
    }
}
