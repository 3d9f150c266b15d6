package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.engine.export.Export;
import dev.lode.engine.export.ExportShape;
import dev.lode.engine.export.ExportTarget;
import dev.lode.postgres.query.QueryCopy;
import dev.lode.source.Retry;
import dev.lode.store.Disk;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/// `lode export`: the rows of a table or query as a file.
@Command(
        name = "export",
        description = "Writes the rows of a table or a query to a file, a bucket or the output.")
final class ExportCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private S3StoreFlags s3;

    @Option(names = "--table", paramLabel = "NAME", description = "all rows of a table")
    private Optional<String> table = Optional.empty();

    @Option(names = "--sql", paramLabel = "SQL", description = "the rows of a query, in its order")
    private Optional<String> sql = Optional.empty();

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "where unqualified names are looked for; ${DEFAULT-VALUE} by default")
    private String schema = "public";

    @Option(
            names = "--to",
            paramLabel = "FILE|s3://BUCKET/KEY",
            description = "where to; the standard output by default")
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "csv|jsonl|parquet",
            description =
                    "by the end of the file's name where it is not given; csv where it has none")
    private Optional<String> format = Optional.empty();

    @Option(
            names = "--compress",
            paramLabel = "none|gzip|zstd|snappy",
            description =
                    "by the name of the file where it is not given, else none; zstd for parquet,"
                            + " which also has snappy")
    private Optional<String> compress = Optional.empty();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    ExportCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        String query = query();
        String name = to.orElse("");
        var shape = ExportShape.of(format, compress, name);
        var workplace = new Workplace(options, s3.settings(Map.of()));
        try (var database = workplace.database(schema)) {
            var report =
                    new Export(new QueryCopy(database.connections(), database.where()), Disk.LOCAL)
                            .run(query, shape, target(workplace, name));
            if (!options.quiet()) {
                spec.commandLine()
                        .getErr()
                        .println(
                                Words.count(report.rows())
                                        + " rows, "
                                        + Words.size(report.bytes())
                                        + (name.isEmpty() ? "" : ": " + name));
            }
        }
        return 0;
    }

    private String query() {
        if (table.isPresent() == sql.isPresent()) {
            throw LodeException.usage(
                    "export: "
                            + (table.isPresent() ? "--table and --sql are both" : "nothing is")
                            + " given, expected --table NAME or --sql SQL; nothing was written");
        }
        return sql.orElseGet(() -> "SELECT * FROM " + named(table.orElseThrow()).sql());
    }

    /// A table as users spell it: with its schema, or in that of `--schema`.
    private TableName named(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new TableName(schema, text)
                : new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    private static ExportTarget target(Workplace workplace, String name) {
        if (name.isEmpty() || name.equals("-")) {
            return new ExportTarget.OfStream(new StandardOutput());
        }
        if (!name.startsWith("s3://")) {
            return new ExportTarget.OfFile(Path.of(name));
        }
        String rest = name.substring("s3://".length());
        int slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw LodeException.usage(
                    "export: \""
                            + name
                            + "\" names no object, expected s3://BUCKET/KEY; nothing was written");
        }
        return new ExportTarget.OfObject(
                new Sources(workplace.settings())
                        .target(rest.substring(0, slash), rest.substring(slash + 1)),
                Retry.of(workplace.retryPolicy(), new Random()));
    }

    /// The process's output as bytes. A print stream keeps quiet about a reader that went away: it
    /// is asked.
    private static final class StandardOutput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            System.out.write(from, offset, length);
            if (System.out.checkError()) {
                throw new IOException("Broken pipe");
            }
        }
    }
}
