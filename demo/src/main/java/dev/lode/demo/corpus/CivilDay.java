package dev.lode.demo.corpus;

/// Days and moments as PostgreSQL prints them, without an object per value.
final class CivilDay {
    static final long MICROS_PER_DAY = 86_400_000_000L;

    private CivilDay() {}

    /// Appends `YYYY-MM-DD`. Source of the arithmetic: H. Hinnant, "chrono-compatible low-level
    /// date algorithms".
    static void addDay(Bytes out, long epochDay) {
        long z = epochDay + 719_468;
        long era = Math.floorDiv(z, 146_097L);
        long dayOfEra = z - era * 146_097;
        long yearOfEra =
                (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shifted = (5 * dayOfYear + 2) / 153;
        long month = shifted < 10 ? shifted + 3 : shifted - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        out.padded(year, 4)
                .add('-')
                .padded(month, 2)
                .add('-')
                .padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2);
    }

    /// Appends `YYYY-MM-DD HH:MM:SS[.ffffff]+00`, the fraction without trailing zeros.
    static void addMoment(Bytes out, long epochMicros) {
        addDay(out, Math.floorDiv(epochMicros, MICROS_PER_DAY));
        long rest = Math.floorMod(epochMicros, MICROS_PER_DAY);
        long seconds = rest / 1_000_000;
        out.add(' ').padded(seconds / 3600, 2);
        out.add(':').padded(seconds / 60 % 60, 2);
        out.add(':').padded(seconds % 60, 2);
        long fraction = rest % 1_000_000;
        if (fraction > 0) {
            int digits = 6;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            out.add('.').padded(fraction, digits);
        }
        out.add("+00");
    }
}
