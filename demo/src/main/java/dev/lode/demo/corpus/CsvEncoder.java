package dev.lode.demo.corpus;

/// Spells records as the export of an era does. The loop over bytes is long on purpose: it is most
/// of the time of plain output.
final class CsvEncoder {
    /// Takes what was encoded so far and clears it, so that a huge field needs no huge memory.
    interface Drain {
        void write(Bytes encoded);
    }

    private static final int DRAIN_AT = 1 << 20;
    private static final byte[] PLANTED = {'p', 'l', 'a', 'n', 't', 'e', 'd'};

    private final byte quote;
    private final byte escape;
    private final boolean quotesAll;
    private final Drain drain;
    private final boolean[] special = new boolean[256];

    CsvEncoder(Era era, Drain drain) {
        this.drain = drain;
        this.quote = (byte) era.quote();
        this.escape = (byte) era.escape();
        this.quotesAll = era.quotesAll();
        special[quote & 0xff] = true;
        special[escape & 0xff] = true;
    }

    /// Appends the columns of `order` and a line end; -1 in `order` stands for a column the corpus
    /// does not know.
    void record(Row row, int[] order, Bytes out) {
        for (int i = 0; i < order.length; i++) {
            if (i > 0) {
                out.add(',');
            }
            field(row, order[i], out);
        }
        out.add('\n');
    }

    /// Appends a record of which the field at position `at` lacks its closing quote.
    void unterminated(Row row, int[] order, int at, Bytes out) {
        for (int i = 0; i < order.length; i++) {
            if (i > 0) {
                out.add(',');
            }
            field(row, order[i], out);
            if (i == at) {
                out.truncate(out.length() - 1);
            }
        }
        out.add('\n');
    }

    private void field(Row row, int column, Bytes out) {
        if (column < 0) {
            quoted(PLANTED, 0, PLANTED.length, out);
            return;
        }
        if (row.isNull(column)) {
            return;
        }
        var value = row.bytes().array();
        int from = row.start(column);
        int to = row.end(column);
        if (!quotesAll && !needsQuotes(value, from, to)) {
            out.add(value, from, to - from);
            return;
        }
        out.add(quote);
        long times = row.repetitions(column);
        for (long i = 0; i < times; i++) {
            escaped(value, from, to, out);
            if (times > 1 && out.length() > DRAIN_AT) {
                drain.write(out);
            }
        }
        out.add(quote);
    }

    private void quoted(byte[] value, int from, int to, Bytes out) {
        out.add(quote);
        escaped(value, from, to, out);
        out.add(quote);
    }

    private void escaped(byte[] value, int from, int to, Bytes out) {
        var memory = out.room(2 * (to - from));
        int at = out.length();
        for (int i = from; i < to; i++) {
            byte b = value[i];
            if (special[b & 0xff]) {
                memory[at++] = escape;
            }
            memory[at++] = b;
        }
        out.wrote(at - out.length());
    }

    /// What PostgreSQL's COPY puts in quotes when not told otherwise.
    private boolean needsQuotes(byte[] value, int from, int to) {
        if (to - from == 2 && value[from] == '\\' && value[from + 1] == '.') {
            return true;
        }
        for (int i = from; i < to; i++) {
            byte b = value[i];
            if (b == ',' || b == quote || b == '\n' || b == '\r') {
                return true;
            }
        }
        return false;
    }
}
