package dev.lode.core;

import java.util.Locale;
import java.util.regex.Pattern;

/// A number of bytes, written by people as `512`, `64KiB`, `20GB`, `1.5 GiB`. `K`, `M`, `G`, `T`
/// alone mean the binary unit.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern TEXT =
            Pattern.compile(
                    "\\s*(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(ib|b)?\\s*", Pattern.CASE_INSENSITIVE);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    public ByteSize {
        if (bytes < 0) {
            throw LodeException.usage("\"" + bytes + "\" is not a size: expected 0 bytes or more");
        }
    }

    public static ByteSize of(long bytes) {
        return new ByteSize(bytes);
    }

    public static ByteSize mebibytes(long count) {
        return new ByteSize(count << 20);
    }

    /// @throws LodeException of kind USAGE when `text` is not a size
    public static ByteSize parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            throw LodeException.usage(
                    "\""
                            + text
                            + "\" is not a size: expected a number and a unit, such as 512MiB or"
                            + " 20GB");
        }
        String prefix = match.group(2).toLowerCase(Locale.ROOT);
        boolean decimal = "b".equalsIgnoreCase(match.group(3)) && !prefix.isEmpty();
        int power = prefix.isEmpty() ? 0 : "kmgt".indexOf(prefix.charAt(0)) + 1;
        double bytes = Double.parseDouble(match.group(1)) * Math.pow(decimal ? 1000 : 1024, power);
        if (bytes > Long.MAX_VALUE) {
            throw LodeException.usage("\"" + text + "\" is not a size: more than 8 EiB");
        }
        return new ByteSize(Math.round(bytes));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /// One decimal and a binary unit: `11.0 GiB`; whole bytes below 1 KiB.
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + " B";
        }
        // No Formatter: a page of a thousand archives is written at each publish.
        int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, UNITS.length - 1);
        double tenths = Math.floor(0.5 + bytes * 10.0 / (1L << (10 * unit)));
        long whole = (long) tenths;
        return whole / 10 + "." + whole % 10 + " " + UNITS[unit];
    }
}
