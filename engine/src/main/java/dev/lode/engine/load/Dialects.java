package dev.lode.engine.load;

import dev.lode.core.pack.DialectSpec;
import dev.lode.format.csv.Dialect;

/// The dialect of a pack as the CSV reader knows it.
public final class Dialects {
    private Dialects() {}

    public static Dialect of(DialectSpec spec) {
        return new Dialect(
                (byte) spec.delimiter(),
                (byte) spec.quote(),
                spec.escape() == spec.quote() ? Dialect.Escape.DOUBLED : Dialect.Escape.BACKSLASH,
                spec.header(),
                switch (spec.nulls()) {
                    case UNQUOTED_EMPTY -> Dialect.NullRule.UNQUOTED_EMPTY;
                    case AMBIGUOUS_EMPTY -> Dialect.NullRule.AMBIGUOUS_EMPTY;
                });
    }
}
