package dev.lode.demo.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The sample of the pack is what the generator makes. After a change of the generator write it
/// anew with `-Dlode.sample=write`.
class SampleTest {
    private static final Path SAMPLE = PackSchema.FOLDER.resolve("sample");
    private static final Path EXPECTED = PackSchema.FOLDER.resolve("expected.yaml");

    private static final CorpusSpec SPEC =
            CorpusSpec.of(20_260_630, ByteSize.of(450_000), Corpora.DATE)
                    .withDecoys(false)
                    .withFaults(
                            List.of(
                                    new PlantedFault(Fault.DUPLICATE_KEYS, "search_docket", 3),
                                    new PlantedFault(
                                            Fault.DANGLING_KEYS, "search_opinionscited", 2),
                                    new PlantedFault(
                                            Fault.DANGLING_KEYS, "search_opinioncluster", 1),
                                    new PlantedFault(Fault.BAD_DATE, "search_docket", 1),
                                    new PlantedFault(
                                            Fault.INVALID_UTF8, "search_opinioncluster", 1),
                                    new PlantedFault(
                                            Fault.UNTERMINATED_QUOTE, "search_citation", 1)));

    private final Path folder;

    SampleTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void sampleIsWhatTheGeneratorMakes() throws IOException {
        var report = Corpora.write(SPEC, folder);
        Files.delete(report.expected());
        if ("write".equals(System.getProperty("lode.sample"))) {
            replaceSample(report);
        }

        var made = CorpusGeneratorTest.contents(folder);
        assertThat(CorpusGeneratorTest.contents(SAMPLE).keySet()).isEqualTo(made.keySet());
        assertThat(CorpusGeneratorTest.contents(SAMPLE)).isEqualTo(made);
        assertThat(Files.readString(EXPECTED)).isEqualTo(expected(report));
        assertThat(made).hasSize(33);
        assertThat(report.storedBytes()).isLessThan(150_000);
    }

    private void replaceSample(CorpusReport report) throws IOException {
        Files.createDirectories(SAMPLE);
        try (var old = Files.list(SAMPLE)) {
            for (var file : old.toList()) {
                Files.delete(file);
            }
        }
        for (var table : report.tables()) {
            Files.copy(folder.resolve(table.file()), SAMPLE.resolve(table.file()));
        }
        Files.writeString(EXPECTED, expected(report));
    }

    private static String expected(CorpusReport report) {
        var out =
                new StringBuilder(
                        """
                        # What a load of sample/ gives. Written together with the sample; see README.md.
                        # records: in the file. rows: in the table. rejects: by what is wrong. superseded: records that lose against
                        # another of the same key. orphans: rows that refer to nothing, by column. digest: see README.md.
                        snapshot: %s
                        tables:
                        """
                                .formatted(report.date()));
        for (var table : report.tables()) {
            out.append("  ").append(table.table()).append(": { records: ").append(table.records());
            out.append(", rows: ").append(table.rows());
            int superseded = table.duplicates().exact() + table.duplicates().stale();
            if (superseded > 0) {
                out.append(", superseded: ").append(superseded);
            }
            if (!table.rejects().isEmpty()) {
                out.append(", rejects: ")
                        .append(
                                map(
                                        table.rejects().entrySet().stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                entry -> entry.getKey().word(),
                                                                Map.Entry::getValue))));
            }
            if (!table.orphans().isEmpty()) {
                out.append(", orphans: ").append(map(table.orphans()));
            }
            out.append(", digest: ").append(table.digest().orElseThrow()).append(" }\n");
        }
        return out.toString();
    }

    private static String map(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", ", "{ ", " }"));
    }
}
