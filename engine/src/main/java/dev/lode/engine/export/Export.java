package dev.lode.engine.export;

import dev.lode.core.LodeException;
import dev.lode.engine.publish.JsonLayout;
import dev.lode.format.table.TableFormat;
import dev.lode.postgres.query.QueryCopy;
import dev.lode.source.s3.S3Bucket;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Locale;

/// Exports the rows of a query: streaming, with its columns, in its order. What fails leaves
/// nothing under the target's name.
public record Export(QueryCopy database, Disk disk) {
    private static final int BUFFER = 256 << 10;

    /// What was written.
    ///
    /// @param bytes as they lie there, compressed
    public record Report(long rows, long bytes) {}

    /// Runs a query and writes its rows.
    ///
    /// @throws LodeException of kind USAGE for a wrong query, RESOURCE when the target takes no
    ///   more
    public Report run(String query, ExportShape shape, ExportTarget target)
            throws InterruptedException {
        try (var sink = open(target)) {
            long rows;
            try (var out =
                    shape.compressing(new BufferedOutputStream(new KeptOpen(sink), BUFFER))) {
                rows = write(query, shape, out);
            }
            sink.complete();
            return new Report(rows, sink.bytes());
        } catch (InterruptedIOException e) {
            throw (InterruptedException) new InterruptedException("export").initCause(e);
        } catch (IOException e) {
            throw trouble(target, e);
        }
    }

    private long write(String query, ExportShape shape, OutputStream out) throws IOException {
        return switch (shape.format()) {
            case CSV -> database.csv(query, out::write);
            case JSONL -> {
                var layout = new JsonLayout(0);
                yield database.json(
                        query,
                        document -> {
                            out.write(layout.lay(document));
                            out.write('\n');
                        });
            }
            case PARQUET -> {
                try (var rows = new TableExport(TableFormat.parquet(), shape.codec(), out)) {
                    yield rows.finish(database.rows(query, rows));
                }
            }
        };
    }

    /// What compresses is closed at its end, what is below it is not: that would count as a
    /// failure.
    private static final class KeptOpen extends FilterOutputStream {
        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private ExportSink open(ExportTarget target) throws IOException {
        return switch (target) {
            case ExportTarget.OfFile(var file) -> FileExport.open(disk, file);
            case ExportTarget.OfStream(var stream) -> new StreamExport(stream);
            case ExportTarget.OfObject(var settings, var retry) ->
                    new ObjectExport(S3Bucket.of(settings, retry), settings.prefix());
        };
    }

    private static LodeException trouble(ExportTarget target, IOException e) {
        return switch (target) {
            case ExportTarget.OfFile(var file) -> DiskTrouble.of(file, "writing", e);
            case ExportTarget.OfStream _ ->
                    LodeException.resource(
                            "export: the reader of the output went away ("
                                    + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)
                                    + "); what it has got is not whole; export again",
                            e);
            case ExportTarget.OfObject(var settings, _) ->
                    LodeException.remote(
                            "s3://"
                                    + settings.bucket()
                                    + "/"
                                    + settings.prefix()
                                    + ": "
                                    + e.getMessage()
                                    + "; nothing was written; export again",
                            e);
        };
    }
}
