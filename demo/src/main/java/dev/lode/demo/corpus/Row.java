package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

/// One record while it is made: the values of its columns as they are, not yet spelled as CSV. It
/// keeps its memory from record to record. Not thread safe.
final class Row {
    private static final int MAX_COLUMNS = 64;

    final Draw draw = new Draw();

    private final Bytes bytes = new Bytes(1 << 16);
    private final int[] starts = new int[MAX_COLUMNS];
    private final int[] ends = new int[MAX_COLUMNS];
    private int count;
    private int opened;
    private boolean changed;
    private boolean fresh;
    private int repeatedColumn = -1;
    private long repetitions;

    /// Begins the record that belongs to `key`.
    void begin(long key, boolean fresh, boolean changed) {
        draw.from(key);
        bytes.clear();
        count = 0;
        repeatedColumn = -1;
        this.fresh = fresh;
        this.changed = changed;
    }

    /// Whether the record is new in the next snapshot.
    boolean fresh() {
        return fresh;
    }

    /// Whether the record differs from the one of the first snapshot. Draws must not depend on it.
    boolean changed() {
        return changed;
    }

    /// 1 for a changed record, else 0: to be added to a number that changes.
    int bump() {
        return changed ? 1 : 0;
    }

    int count() {
        return count;
    }

    Bytes bytes() {
        return bytes;
    }

    boolean isNull(int column) {
        return starts[column] < 0;
    }

    int start(int column) {
        return starts[column];
    }

    int end(int column) {
        return ends[column];
    }

    /// How often the value of a column is written after itself; 1 for all but a huge field.
    long repetitions(int column) {
        return column == repeatedColumn ? repetitions : 1;
    }

    /// NULL.
    Row none() {
        starts[count] = -1;
        ends[count++] = -1;
        return this;
    }

    /// The empty string.
    Row blank() {
        open();
        return close();
    }

    Row blanks(int columns) {
        for (int i = 0; i < columns; i++) {
            blank();
        }
        return this;
    }

    Row nones(int columns) {
        for (int i = 0; i < columns; i++) {
            none();
        }
        return this;
    }

    Row number(long number) {
        open().number(number);
        return close();
    }

    Row flag(boolean flag) {
        open().add(flag ? 't' : 'f');
        return close();
    }

    Row day(long epochDay) {
        CivilDay.addDay(open(), epochDay);
        return close();
    }

    Row moment(long epochMicros) {
        CivilDay.addMoment(open(), epochMicros);
        return close();
    }

    /// A number with `scale` digits after the point, printed as short as PostgreSQL prints it.
    Row decimal(long unscaled, int scale) {
        long digits = unscaled;
        int places = scale;
        while (places > 0 && digits % 10 == 0) {
            digits /= 10;
            places--;
        }
        long power = 1;
        for (int i = 0; i < places; i++) {
            power *= 10;
        }
        var out = open().number(digits / power);
        if (places > 0) {
            out.add('.').padded(digits % power, places);
        }
        return close();
    }

    Row text(String ascii) {
        open().add(ascii);
        return close();
    }

    Row text(byte[] utf8) {
        open().add(utf8);
        return close();
    }

    /// Starts a value; what is appended until [#close()] is its text.
    Bytes open() {
        opened = bytes.length();
        return bytes;
    }

    Row close() {
        return closeAt(count++);
    }

    /// Ends a value of which the text is to be written `times` times after itself.
    Row closeRepeated(long times) {
        repeatedColumn = count;
        repetitions = times;
        return close();
    }

    /// Puts another value in place of the one a column has.
    void replace(int column, byte[] value) {
        open().add(value);
        closeAt(column);
    }

    void replaceByNull(int column) {
        starts[column] = -1;
        ends[column] = -1;
    }

    /// Checks that every column of the table has got its value.
    void check(TableShape shape) {
        if (count != shape.columns().size()) {
            throw LodeException.bug(
                    "generator: "
                            + count
                            + " values for the "
                            + shape.columns().size()
                            + " columns of "
                            + shape.table(),
                    null);
        }
    }

    private Row closeAt(int column) {
        starts[column] = opened;
        ends[column] = bytes.length();
        return this;
    }
}
