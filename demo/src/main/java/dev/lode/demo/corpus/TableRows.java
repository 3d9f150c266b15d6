package dev.lode.demo.corpus;

/// A table, which rows it has, and what is in them.
record TableRows(TableShape shape, Population rows, Maker maker) {
    /// Appends the values of the row at an index, in the order of the columns. What it draws comes
    /// from the row's own sequence, so that a row is the same whenever it is made.
    @FunctionalInterface
    interface Maker {
        void fill(long index, Row row);
    }

    void fill(long index, Row row) {
        row.begin(rows.key(index), rows.fresh(index), rows.changed(index));
        maker.fill(index, row);
        row.check(shape);
    }
}
