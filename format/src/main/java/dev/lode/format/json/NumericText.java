package dev.lode.format.json;

import java.math.BigDecimal;

/// `numeric` as PostgreSQL's `numeric_recv` reads it: digits to the base of ten thousand.
final class NumericText {
    private static final int BASE_DIGITS = 4;
    private static final int NEGATIVE = 0x4000;

    private NumericText() {}

    /// The whole field, with its length in front.
    static void put(BigDecimal value, RowBuffer out) {
        int scale = Math.max(0, value.scale());
        int padded = (scale + BASE_DIGITS - 1) / BASE_DIGITS * BASE_DIGITS;
        String digits = value.abs().setScale(padded).unscaledValue().toString();
        int lead = (BASE_DIGITS - digits.length() % BASE_DIGITS) % BASE_DIGITS;
        digits = "0".repeat(lead) + digits;
        int count = value.signum() == 0 ? 0 : digits.length() / BASE_DIGITS;
        out.putInt(8 + 2 * count);
        out.putShort(count);
        out.putShort(count == 0 ? 0 : count - padded / BASE_DIGITS - 1);
        out.putShort(value.signum() < 0 ? NEGATIVE : 0);
        out.putShort(scale);
        for (int i = 0; i < count; i++) {
            out.putShort(
                    Integer.parseInt(digits.substring(i * BASE_DIGITS, (i + 1) * BASE_DIGITS)));
        }
    }
}
