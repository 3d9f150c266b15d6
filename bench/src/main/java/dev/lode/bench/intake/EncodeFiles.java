package dev.lode.bench.intake;

import dev.lode.core.ContentHasher;
import dev.lode.core.pack.PackReader;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.json.DocumentEncoder;
import dev.lode.format.json.DocumentFacts;
import dev.lode.format.json.DocumentMapping;
import dev.lode.format.json.DocumentTable;
import dev.lode.format.json.EncodedDocument;
import dev.lode.format.json.LookupIds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// From the bytes of documents to the rows that COPY takes, both hashes included, on one thread and
/// without a server: `EncodeFiles PACK MEGABYTES FILE...` encodes the files in turn until so many
/// bytes went through, and prints the nanoseconds for one byte of the second half, in which the JIT
/// is done.
public final class EncodeFiles {
    private static final int PADDING = 64;
    private static final List<String> TABLES =
            List.of("data_files", "alerts", "jams", "irregularities", "coordinates");

    private EncodeFiles() {}

    public static void main(String[] words) throws IOException {
        var pack = PackReader.read(Path.of(words[0]));
        long most = Long.parseLong(words[1]) << 20;
        var mapping =
                DocumentMapping.compile(
                        pack.dataset(),
                        pack.documents().orElseThrow(),
                        tables(Files.readString(Path.of(words[0], "schema.sql"))));
        var lookups = new LookupIds();
        var encoder = mapping.encoder(lookups);
        var files = new ArrayList<byte[]>();
        for (var file : Arrays.asList(words).subList(2, words.length)) {
            files.add(Files.readAllBytes(Path.of(file)));
        }
        for (var file : files) {
            for (var texts : encode(encoder, file).missing()) {
                lookups.put(texts, OptionalLong.of(1));
            }
        }
        long rows = 0;
        long bytes = 0;
        long start = 0;
        for (int i = 0; bytes < most / 2; i++) {
            byte[] file = files.get(i % files.size());
            rows += encode(encoder, file).rows();
            bytes += file.length - PADDING;
            if (start == 0 && bytes >= most / 4) {
                bytes = 0;
                rows = 0;
                start = System.nanoTime();
            }
        }
        System.out.printf("%.3f %d%n", (System.nanoTime() - start) / (double) bytes, rows);
    }

    private static EncodedDocument encode(DocumentEncoder encoder, byte[] file) {
        int length = file.length - PADDING;
        var hasher = new ContentHasher();
        hasher.update(file, 0, length);
        return encoder.encode(new DocumentFacts("a.json", 1, hasher.finish()), file, length);
    }

    /// The tables that files fill, as the pack's own script declares them: one column a line.
    private static List<DocumentTable> tables(String schema) {
        var column = Pattern.compile("(?m)^    \"?([a-z_]+)\"? +([a-z]+)(?:\\((\\d+)\\))?(.*)$");
        var tables = new ArrayList<DocumentTable>();
        for (var name : TABLES) {
            int from = schema.indexOf("CREATE TABLE " + name + " (");
            var columns = new ArrayList<TargetColumn>();
            var needed = new ArrayList<String>();
            column.matcher(schema.substring(from, schema.indexOf(");", from)))
                    .results()
                    .forEach(
                            found -> {
                                boolean notNull = found.group(4).contains("NOT NULL");
                                columns.add(
                                        new TargetColumn(
                                                found.group(1),
                                                -1,
                                                kind(found.group(2)),
                                                found.group(3) == null
                                                        ? 0
                                                        : Integer.parseInt(found.group(3)),
                                                notNull,
                                                null,
                                                false));
                                if (notNull) {
                                    needed.add(found.group(1));
                                }
                            });
            tables.add(new DocumentTable(name, columns, needed));
        }
        return tables;
    }

    private static TargetColumn.Kind kind(String type) {
        return switch (type) {
            case "bigint" -> TargetColumn.Kind.INT8;
            case "integer", "serial" -> TargetColumn.Kind.INT4;
            case "real" -> TargetColumn.Kind.FLOAT4;
            case "double" -> TargetColumn.Kind.FLOAT8;
            case "boolean" -> TargetColumn.Kind.BOOLEAN;
            case "timestamp" -> TargetColumn.Kind.TIMESTAMP;
            case "jsonb" -> TargetColumn.Kind.JSONB;
            default -> TargetColumn.Kind.TEXT;
        };
    }
}
