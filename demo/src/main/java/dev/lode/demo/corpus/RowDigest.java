package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A sum over the rows of a table that does not depend on their order and that SQL can compute, so
/// that a loaded table can be compared with what was generated: [#sql]. Not thread safe.
final class RowDigest {
    private static final byte SEPARATOR = 0x1f;
    private static final long MASK = (1L << 60) - 1;
    private static final byte[] TRUE = Lexicon.utf8("true");
    private static final byte[] FALSE = Lexicon.utf8("false");

    private final TableShape shape;
    private final boolean emptyIsNull;
    private final MessageDigest md5;
    private long sum;

    /// @param emptyIsNull whether an empty string in a column that allows NULL is loaded as NULL
    RowDigest(TableShape shape, boolean emptyIsNull) {
        this.shape = shape;
        this.emptyIsNull = emptyIsNull;
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("digest: this JDK has no MD5", e);
        }
    }

    void add(Row row) {
        var memory = row.bytes().array();
        for (int i = 0; i < row.count(); i++) {
            if (i > 0) {
                md5.update(SEPARATOR);
            }
            var column = shape.columns().get(i);
            if (row.isNull(i) || (emptyIsNull && column.nullable() && row.start(i) == row.end(i))) {
                md5.update((byte) '-');
                continue;
            }
            md5.update((byte) '=');
            if (column.type() == ColumnShape.Type.BOOL) {
                md5.update(memory[row.start(i)] == 't' ? TRUE : FALSE);
                continue;
            }
            for (long left = row.repetitions(i); left > 0; left--) {
                md5.update(memory, row.start(i), row.end(i) - row.start(i));
            }
        }
        var hash = md5.digest();
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = (bits << 8) | (hash[i] & 0xff);
        }
        sum += bits >>> 4;
    }

    /// The sum of the first 60 bits of each row's MD5, modulo 2^60.
    long value() {
        return sum & MASK;
    }

    /// The same over a table in PostgreSQL, for a session with `TimeZone` UTC and `DateStyle` ISO.
    static String sql(TableShape shape) {
        var columns = new StringBuilder();
        for (var column : shape.columns()) {
            columns.append(columns.isEmpty() ? "" : ", ")
                    .append("coalesce('=' || \"")
                    .append(column.name())
                    .append("\"::text, '-')");
        }
        return "SELECT coalesce(sum(('x' || left(md5(concat_ws(chr(31), "
                + columns
                + ")), 15))::bit(60)::bigint), 0) % 1152921504606846976 FROM "
                + shape.table();
    }
}
