package dev.lode.format.table;

import dev.lode.core.LodeException;

/// What the values of a column are in a file. Values are handed over as the text that PostgreSQL
/// writes, with ISO dates, time zone UTC and bytes in hexadecimal.
public sealed interface ColumnType {
    /// `t` or `f`.
    record Bool() implements ColumnType {}

    /// Whole numbers.
    ///
    /// @param bits 16, 32 or 64, signed
    record Whole(int bits) implements ColumnType {
        public Whole {
            if (bits != 16 && bits != 32 && bits != 64) {
                throw LodeException.bug("whole numbers of " + bits + " bits", null);
            }
        }
    }

    /// Binary floating point, with `NaN`, `Infinity` and `-Infinity`.
    ///
    /// @param bits 32 or 64
    record Real(int bits) implements ColumnType {
        public Real {
            if (bits != 32 && bits != 64) {
                throw LodeException.bug("floating point of " + bits + " bits", null);
            }
        }
    }

    /// Decimal numbers of at most so many digits, so many of them behind the point.
    record Decimal(int precision, int scale) implements ColumnType {
        /// The most digits that readers of Parquet take.
        public static final int MOST_DIGITS = 38;

        public Decimal {
            if (!fits(precision, scale)) {
                throw LodeException.bug("decimals (" + precision + "," + scale + ")", null);
            }
        }

        /// Whether such decimals can be in a file.
        public static boolean fits(int precision, int scale) {
            return precision >= 1 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
        }
    }

    /// Text in UTF-8.
    record Text() implements ColumnType {}

    /// A JSON document in UTF-8.
    record Json() implements ColumnType {}

    /// A day.
    record Day() implements ColumnType {}

    /// A moment, in microseconds.
    ///
    /// @param utc whether it is one on the time line; else what a clock on some wall shows
    record Moment(boolean utc) implements ColumnType {}

    /// A UUID.
    record Uuid() implements ColumnType {}

    /// Bytes.
    record Bytes() implements ColumnType {}
}
