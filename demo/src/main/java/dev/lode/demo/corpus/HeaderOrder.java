package dev.lode.demo.corpus;

import java.util.stream.IntStream;

/// Which columns a file has, in which order.
final class HeaderOrder {
    /// Stands for a column that no table has.
    static final int EXTRA = -1;

    private HeaderOrder() {}

    /// Indexes of the table's columns in the order of the file; [#EXTRA] for one more.
    static int[] of(TableShape shape, CorpusSpec spec) {
        int columns = shape.columns().size();
        var order = IntStream.range(0, columns);
        if (spec.fault(Fault.REORDERED_COLUMNS, shape.table()).isPresent()) {
            order = order.map(i -> columns - 1 - i);
        }
        if (spec.fault(Fault.MISSING_COLUMN, shape.table()).isPresent()) {
            int missing = missing(shape);
            order = order.filter(i -> i != missing);
        }
        var list = order.toArray();
        if (spec.fault(Fault.EXTRA_COLUMN, shape.table()).isEmpty()) {
            return list;
        }
        int middle = list.length / 2;
        return IntStream.concat(
                        IntStream.concat(
                                IntStream.range(0, middle).map(i -> list[i]), IntStream.of(EXTRA)),
                        IntStream.range(middle, list.length).map(i -> list[i]))
                .toArray();
    }

    static void write(TableShape shape, int[] order, Bytes out) {
        for (int i = 0; i < order.length; i++) {
            if (i > 0) {
                out.add(',');
            }
            out.add(order[i] == EXTRA ? "planted_extra" : shape.columns().get(order[i]).name());
        }
        out.add('\n');
    }

    /// The last column that must not be NULL and is no key.
    private static int missing(TableShape shape) {
        int last = 0;
        for (int i = 1; i < shape.columns().size(); i++) {
            var column = shape.columns().get(i);
            if (!column.nullable() && column.references().isEmpty()) {
                last = i;
            }
        }
        return last;
    }
}
