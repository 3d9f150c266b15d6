package dev.lode.engine.export;

import dev.lode.core.LodeException;
import dev.lode.format.table.TableCodec;
import dev.lode.format.table.TableColumn;
import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;
import dev.lode.format.table.TableWriter;
import dev.lode.postgres.query.QueryCopy;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Writes the rows of a query into a file of columns. Not thread safe.
final class TableExport implements QueryCopy.RowSink, Closeable {
    private final TableFormat format;
    private final TableCodec codec;
    private final OutputStream out;
    private @Nullable TableWriter writer;

    TableExport(TableFormat format, TableCodec codec, OutputStream out) {
        this.format = format;
        this.codec = codec;
        this.out = out;
    }

    @Override
    public void columns(List<TableColumn> columns) throws IOException {
        writer = format.open(TableShape.of(columns, codec), out);
    }

    @Override
    public void row(List<byte @Nullable []> values) throws IOException {
        begun().add(values);
    }

    private TableWriter begun() {
        var open = writer;
        if (open == null) {
            throw LodeException.bug("rows before their columns", null);
        }
        return open;
    }

    /// Ends the file.
    ///
    /// @param sent rows that the server sent
    /// @return rows in the file, which are as many
    long finish(long sent) throws IOException {
        long rows = begun().finish().rows();
        if (rows != sent) {
            throw LodeException.bug(
                    "export: " + sent + " rows came, " + rows + " are in the file", null);
        }
        return rows;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
