package dev.lode.format.table;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// Writes files of typed columns. The same rows in the same shape are the same bytes, whatever
/// machine writes them with the same release. Thread safe.
public interface TableFormat {
    /// Kind, version of what writes it, and shape: where these are the same, so are the bytes.
    String identity(TableShape shape);

    /// Begins a file.
    ///
    /// @param out written from front to back, never closed
    TableWriter open(TableShape shape, OutputStream out) throws IOException;

    /// Writes a file with the rows of several, whose bodies it copies as they are.
    ///
    /// @param parts whole files of that shape, in the order in which their rows come
    /// @param out written from front to back, never closed
    /// @throws DamagedTableException when a part is none
    TableBody join(TableShape shape, List<Path> parts, OutputStream out) throws IOException;

    /// The one that writes Parquet.
    ///
    /// @throws LodeException of kind RESOURCE when it is not installed
    static TableFormat parquet() {
        try {
            return ServiceLoader.load(TableFormat.class)
                    .findFirst()
                    .orElseThrow(() -> missing(null));
        } catch (ServiceConfigurationError e) {
            throw missing(e);
        }
    }

    private static LodeException missing(
            @org.jspecify.annotations.Nullable ServiceConfigurationError cause) {
        String sentence =
                "parquet: what writes it is not installed, expected in the folder lib-parquet of"
                        + " the distribution; nothing was written; put that folder back, or take"
                        + " another format";
        return cause == null
                ? LodeException.resource(sentence)
                : LodeException.resource(sentence, cause);
    }
}
