package dev.lode.format.csv;

import dev.lode.format.csv.ScalarReader.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Dates and timestamps in ISO form, years 1 to 9999: `2019-01-21`, `2019-01-21
/// 09:17:15.707272+00`, with `T` or one space, seconds and fraction optional, offsets `Z +00 +0530
/// +05:30 +05:30:15`. Of this form a value is sound or wrong; of the many other forms that
/// PostgreSQL reads only `infinity` is known here, the rest is UNKNOWN.
///
/// As in PostgreSQL a `timestamp` drops a zone, a `date` drops time and zone. A `timestamptz`
/// without a zone depends on the session and is UNKNOWN.
final class TemporalText {
    /// Microseconds of a day.
    static final long DAY = 86_400_000_000L;

    private static final int DAYS_TO_2000 = 730_119 + 306;
    private static final int MAX_OFFSET_HOURS = 15;
    private static final byte[] MONTH_DAYS = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private long value;
    private int at;
    private long offset;
    private boolean zoned;

    /// Days or microseconds since 2000-01-01; of infinities the end of the range, as the server
    /// stores them.
    long value() {
        return value;
    }

    Reading read(Kind kind, byte[] bytes, int from, int to) {
        if (from == to || ScalarReader.skipBlanks(bytes, from, to) == to) {
            return Reading.WRONG;
        }
        at = from;
        var date = date(bytes, to);
        if (date != Reading.SOUND) {
            return date == Reading.UNKNOWN ? infinity(kind, bytes, from, to) : date;
        }
        long days = value;
        if (at == to) {
            value = kind == Kind.DATE ? days : days * DAY;
            return kind == Kind.TIMESTAMPTZ ? Reading.UNKNOWN : Reading.SOUND;
        }
        if (bytes[at] != ' ' && bytes[at] != 'T') {
            return Reading.UNKNOWN;
        }
        at++;
        var time = time(bytes, to);
        if (time != Reading.SOUND) {
            return time;
        }
        long micros = value;
        zoned = false;
        offset = 0;
        var zone = at == to ? Reading.SOUND : zone(bytes, to);
        if (zone != Reading.SOUND) {
            return zone;
        }
        value =
                switch (kind) {
                    case DATE -> days;
                    case TIMESTAMPTZ -> days * DAY + micros - offset;
                    default -> days * DAY + micros;
                };
        return kind == Kind.TIMESTAMPTZ && !zoned ? Reading.UNKNOWN : Reading.SOUND;
    }

    private Reading infinity(Kind kind, byte[] bytes, int from, int to) {
        if (to - from < 8 || to - from > 9) {
            return Reading.UNKNOWN;
        }
        String word =
                new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        boolean positive = word.equals("infinity");
        if (!positive && !word.equals("-infinity")) {
            return Reading.UNKNOWN;
        }
        value =
                kind == Kind.DATE
                        ? positive ? Integer.MAX_VALUE : Integer.MIN_VALUE
                        : positive ? Long.MAX_VALUE : Long.MIN_VALUE;
        return Reading.SOUND;
    }

    /// Four digits, a hyphen, one or two digits, a hyphen, one or two digits.
    private Reading date(byte[] bytes, int to) {
        int year = digits(bytes, to, 4, 4);
        if (year < 0 || !next(bytes, to, '-')) {
            return Reading.UNKNOWN;
        }
        int month = digits(bytes, to, 1, 2);
        if (month < 0 || !next(bytes, to, '-')) {
            return Reading.UNKNOWN;
        }
        int day = digits(bytes, to, 1, 2);
        if (day < 0 || (at < to && bytes[at] >= '0' && bytes[at] <= '9')) {
            return Reading.UNKNOWN;
        }
        if (at < to && bytes[at] != ' ' && bytes[at] != 'T') {
            return Reading.UNKNOWN;
        }
        if (at + 1 < to && (bytes[at + 1] < '0' || bytes[at + 1] > '9')) {
            return Reading.UNKNOWN;
        }
        if (!isDate(year, month, day)) {
            return Reading.WRONG;
        }
        value = days(year, month, day);
        return Reading.SOUND;
    }

    /// Whether there is such a day, in the years from 1 on.
    static boolean isDate(int year, int month, int day) {
        if (year == 0 || month < 1 || month > 12 || day < 1) {
            return false;
        }
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return day <= MONTH_DAYS[month] + (month == 2 && leap ? 1 : 0);
    }

    /// Days from 2000-01-01 to a day that there is.
    static int days(int year, int month, int day) {
        // Years that begin in March, so that the leap day comes last.
        int y = month < 3 ? year - 1 : year;
        int m = month < 3 ? month + 12 : month;
        return 365 * y
                + y / 4
                - y / 100
                + y / 400
                + (153 * (m - 3) + 2) / 5
                + day
                - 1
                - DAYS_TO_2000;
    }

    /// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.` and one to six digits. 24 o'clock and leap seconds are the
    /// server's matter.
    private Reading time(byte[] bytes, int to) {
        int hour = digits(bytes, to, 2, 2);
        if (hour < 0 || !next(bytes, to, ':')) {
            return Reading.UNKNOWN;
        }
        int minute = digits(bytes, to, 2, 2);
        if (minute < 0) {
            return Reading.UNKNOWN;
        }
        int second = 0;
        int micros = 0;
        if (next(bytes, to, ':')) {
            second = digits(bytes, to, 2, 2);
            if (second < 0) {
                return Reading.UNKNOWN;
            }
            if (next(bytes, to, '.')) {
                int begin = at;
                micros = digits(bytes, to, 1, 6);
                if (micros < 0) {
                    return Reading.UNKNOWN;
                }
                for (int i = at - begin; i < 6; i++) {
                    micros *= 10;
                }
            }
        }
        if (at < to && bytes[at] != '+' && bytes[at] != '-' && bytes[at] != 'Z') {
            return Reading.UNKNOWN;
        }
        if (hour > 24 || minute > 59 || second > 60) {
            return Reading.WRONG;
        }
        if (hour == 24 || second == 60) {
            return Reading.UNKNOWN;
        }
        value = ((hour * 60L + minute) * 60 + second) * 1_000_000 + micros;
        return Reading.SOUND;
    }

    private Reading zone(byte[] bytes, int to) {
        zoned = true;
        if (next(bytes, to, 'Z')) {
            return at == to ? Reading.SOUND : Reading.UNKNOWN;
        }
        boolean west = bytes[at] == '-';
        at++;
        int hour = digits(bytes, to, 2, 2);
        int minute = 0;
        int second = 0;
        if (hour >= 0 && at < to) {
            boolean colon = next(bytes, to, ':');
            minute = digits(bytes, to, 2, 2);
            if (minute >= 0 && colon && next(bytes, to, ':')) {
                second = digits(bytes, to, 2, 2);
            }
        }
        if (hour < 0 || minute < 0 || second < 0 || at != to) {
            return Reading.UNKNOWN;
        }
        if (hour > MAX_OFFSET_HOURS || minute > 59 || second > 59) {
            return Reading.WRONG;
        }
        offset = ((hour * 60L + minute) * 60 + second) * (west ? -1_000_000 : 1_000_000);
        return Reading.SOUND;
    }

    /// The number that the next `least` to `most` digits make, or -1.
    private int digits(byte[] bytes, int to, int least, int most) {
        int number = 0;
        int count = 0;
        while (count < most && at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            number = number * 10 + bytes[at++] - '0';
            count++;
        }
        return count < least ? -1 : number;
    }

    private boolean next(byte[] bytes, int to, char wanted) {
        boolean there = at < to && bytes[at] == wanted;
        at += there ? 1 : 0;
        return there;
    }
}
