package dev.lode.bench.jmh;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Packing;
import dev.lode.format.Compression;
import dev.lode.format.Decoders;
import dev.lode.format.ResumePoint;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Generated files in memory.
final class Sample {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);

    private Sample() {}

    /// One table's file of a generated snapshot.
    static byte[] file(String table, String item, String size, Packing packing) throws IOException {
        Path folder = Files.createTempDirectory("lode-jmh");
        try {
            var spec =
                    CorpusSpec.of(1, ByteSize.parse(size), DATE)
                            .with(packing)
                            .withDecoys(false)
                            .withTables(Set.of(table));
            CorpusGenerator.write(spec, folder, (_, _, _) -> {});
            return Files.readAllBytes(folder.resolve(item + "-" + DATE + packing.suffix()));
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /// CourtListener's dialect.
    static Dialect dialect() {
        return new Dialect(
                (byte) ',',
                (byte) '"',
                Dialect.Escape.BACKSLASH,
                true,
                Dialect.NullRule.UNQUOTED_EMPTY);
    }

    static RecordCutter cutter(byte[] file) throws IOException {
        return RecordCutter.withHeader(
                new Decoders(new BlockPool(1, 1))
                        .open(new MemoryBytes(file), Compression.NONE, ResumePoint.START),
                dialect(),
                CutSettings.DEFAULT);
    }

    /// All batches of a file.
    static List<RecordBatch> batches(byte[] file) throws IOException {
        var cutter = cutter(file);
        cutter.readHeader();
        var batches = new ArrayList<RecordBatch>();
        for (var batch = cutter.next(); batch.isPresent(); batch = cutter.next()) {
            batches.add(batch.get());
        }
        return batches;
    }
}
