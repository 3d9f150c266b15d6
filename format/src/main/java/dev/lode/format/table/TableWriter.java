package dev.lode.format.table;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// Writes the rows of one file, holding some tens of MiB of them. Not thread safe.
public interface TableWriter extends Closeable {
    /// Adds a row.
    ///
    /// @param values one for each column, as [ColumnType] says; null for NULL. Not to be changed
    ///   any more
    /// @throws LodeException of kind DATA for a value that the column's type cannot hold
    void add(List<byte @Nullable []> values) throws IOException;

    /// Ends the file.
    TableBody finish() throws IOException;

    /// Lets go of what is held. Before the end the file stays what it is, without one.
    @Override
    void close();
}
