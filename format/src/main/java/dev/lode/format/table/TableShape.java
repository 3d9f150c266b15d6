package dev.lode.format.table;

import dev.lode.core.LodeException;

import java.util.HashSet;
import java.util.List;

/// Everything but the rows that decides the bytes of a file.
///
/// @param columns in their order, each with a name of its own
/// @param rowGroup bytes of the texts of values that make a row group, which is held in memory
public record TableShape(List<TableColumn> columns, TableCodec codec, long rowGroup) {
    /// 64 MiB: compressed, some 10 to 20 MiB of a file.
    public static final long ROW_GROUP = 64L << 20;

    public TableShape {
        if (rowGroup < 1) {
            throw LodeException.bug("row groups of " + rowGroup + " bytes", null);
        }
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw LodeException.usage("parquet: no columns, expected one at least");
        }
        var names = new HashSet<String>();
        for (var column : columns) {
            if (column.name().isEmpty() || !names.add(column.name())) {
                throw LodeException.usage(
                        "parquet: "
                                + (column.name().isEmpty()
                                        ? "a column has no name"
                                        : "two columns are called \"" + column.name() + "\"")
                                + ", expected names that tell them apart; nothing was written; give"
                                + " it another name with AS");
            }
        }
    }

    /// In row groups of the usual size.
    public static TableShape of(List<TableColumn> columns, TableCodec codec) {
        return new TableShape(columns, codec, ROW_GROUP);
    }
}
