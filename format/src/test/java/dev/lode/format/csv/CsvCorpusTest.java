package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Files that others wrote to break CSV readers, where a checkout has them beside the project.
class CsvCorpusTest {
    private static final Path CORPUS = corpus();
    private static final List<String> NOT_STRICT =
            List.of(
                    "open-quotation",
                    "spaces-around-quotes",
                    "different-field-count",
                    "skip-empty",
                    "comments");

    private static Path corpus() {
        Path below = Path.of("shared/data/csv-corpus");
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(below))) {
                return folder.resolve(below);
            }
        }
        return below;
    }

    @BeforeEach
    void needsTheCorpus() {
        assumeTrue(Files.isDirectory(CORPUS), "no CSV corpus beside the project");
    }

    private static Object yaml(Path file) throws IOException {
        return new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(file).replace("\\/", "/"));
    }

    private static List<Path> files(String folder, String suffix) throws IOException {
        try (var files = Files.list(CORPUS.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static Object in(Object map, String key) {
        return Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
    }

    @Test
    void csvSpectrumReadsAsItsJsonSays() throws IOException {
        var files = files("csv-spectrum/csvs", ".csv");
        assertThat(files).hasSizeGreaterThan(10);
        for (var file : files) {
            String text = Files.readString(file);
            if (file.toString().contains("_crlf")) {
                // Version control may have taken what these files are about.
                text = text.replaceAll("\r?\n", "\r\n");
            }
            var cutter =
                    RecordCutter.withHeader(
                            new BytesDecoder(text.getBytes(StandardCharsets.UTF_8)),
                            Csv.DOUBLED,
                            CutSettings.DEFAULT);
            var names = cutter.readHeader();
            var found = new ArrayList<Map<String, String>>();
            for (var values : Csv.values(Csv.all(cutter))) {
                var record = new LinkedHashMap<String, String>();
                for (int i = 0; i < names.size(); i++) {
                    record.put(names.get(i), values.get(i));
                }
                found.add(record);
            }
            String name = file.getFileName().toString().replace(".csv", ".json");
            assertThat(found)
                    .as(name)
                    .isEqualTo(yaml(CORPUS.resolve("csv-spectrum/json").resolve(name)));
        }
    }

    @Test
    @SuppressWarnings("unchecked") // the shape of these files is known
    void fastCsvChecksReadAsTheySay() throws IOException {
        int checked = 0;
        for (var file : files("fastcsv", ".yaml")) {
            if (NOT_STRICT.stream().anyMatch(file.getFileName().toString()::contains)) {
                continue;
            }
            var checks = (List<Map<String, Object>>) in(yaml(file), "checks");
            for (var check : checks) {
                for (String end : List.of("\n", "\r\n")) {
                    String input =
                            ((String) in(check, "input"))
                                    .replace("⏎", end)
                                    .replace("␍", "\r")
                                    .replace("␊", "\n")
                                    .replace("␤", "\r\n")
                                    .replace("␠", " ");
                    var expected =
                            ((List<List<String>>) in(check, "records"))
                                    .stream()
                                            .map(
                                                    record ->
                                                            record.stream()
                                                                    .map(v -> v.replace("⏎", end))
                                                                    .toList())
                                            .toList();
                    int fields = expected.isEmpty() ? 1 : expected.getFirst().size();
                    assertThat(
                                    Csv.values(
                                            Csv.cut(
                                                    input.getBytes(StandardCharsets.UTF_8),
                                                    Csv.DOUBLED,
                                                    CutSettings.DEFAULT,
                                                    fields)))
                            .as("%s %s", file.getFileName(), check.get("id"))
                            .isEqualTo(expected);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(30);
    }

    @Test
    void everyFileOfTheCorpusIsTiledByItsRecordsHoweverBrokenItIs() throws IOException {
        int seen = 0;
        try (var files = Files.walk(CORPUS)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int fields : new int[] {1, 3, 12}) {
                    long offset = 0;
                    var batches =
                            Csv.all(
                                    RecordCutter.at(
                                            new BytesDecoder(bytes),
                                            Csv.DOUBLED,
                                            Csv.settings(4096, 2048, 1024, 64),
                                            fields,
                                            0));
                    for (var batch : batches) {
                        for (int i = 0; i < batch.count(); i++) {
                            assertThat(batch.offset(i) - offset).as("%s", file).isIn(0L, 3L);
                            offset = batch.offset(i) + batch.rawLength(i);
                        }
                    }
                    assertThat(offset)
                            .as("%s", file)
                            .isEqualTo(batches.isEmpty() ? 0 : bytes.length);
                }
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(100);
    }
}
