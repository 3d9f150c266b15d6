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
        fill(index, row, rows.fresh(index), rows.changed(index));
    }

    /// A row of the first snapshot as it was there, the same in every snapshot.
    void fillLasting(long number, Row row) {
        fill(rows.lasting(number), row, false, false);
    }

    private void fill(long index, Row row, boolean fresh, boolean changed) {
        row.begin(rows.key(index), fresh, changed);
        maker.fill(index, row);
        row.check(shape);
    }

    /// How many rows the snapshot has; looks at every index.
    long count() {
        long count = 0;
        for (long index = 0; index < rows.span(true); index++) {
            if (rows.exists(index, true) && !rows.vanished(index)) {
                count++;
            }
        }
        return count;
    }
}
