package dev.lode.engine.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.pack.PackReader;
import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.postgres.document.FileResult;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.waze.WazeDigests;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The pack `waze` with files of the generator, against what the generator expects and against a
/// loader in another language.
@OnPostgres
class WazePackTest {
    private static final Path PACK = Path.of("..", "packs", "waze");
    private static final int FILES = Integer.getInteger("lode.waze-files", 48);

    @TempDir Path folder;

    private WazeExpectations generate() {
        return WazeFeed.write(WazeSpec.of(FILES).withOdd(), folder, _ -> {});
    }

    private static void tables(Db db) throws IOException {
        db.run(
                "CREATE SCHEMA waze; SET search_path = waze; "
                        + Files.readString(PACK.resolve("schema.sql")));
    }

    private List<FileResult> load(Db db, int group) throws Exception {
        var documents = new Documents(db, PackReader.read(PACK)).ledger();
        List<Path> paths;
        try (var listed = Files.list(folder.resolve("incoming"))) {
            paths = listed.sorted().toList();
        }
        return documents.with(
                loader -> {
                    var results = new ArrayList<FileResult>();
                    for (int i = 0; i < paths.size(); i += group) {
                        var files = new ArrayList<IncomingFile>();
                        for (var path : paths.subList(i, Math.min(paths.size(), i + group))) {
                            files.add(new IncomingFile(path.getFileName().toString(), bytes(path)));
                        }
                        results.addAll(loader.load(files));
                    }
                    return results;
                });
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void generatedFilesGiveExactlyTheExpectedRowsRejectsDuplicatesAndFailures(Db db)
            throws Exception {
        var expected = generate();
        tables(db);

        var results = load(db, 7);

        expected.rows()
                .forEach(
                        (table, rows) ->
                                assertThat(db.value("SELECT count(*) FROM waze." + table))
                                        .as(table)
                                        .isEqualTo(rows.toString()));
        var failed = new ArrayList<String>();
        var rejects = new TreeMap<String, Long>();
        var drift = new TreeMap<String, Long>();
        int duplicates = 0;
        for (var result : results) {
            switch (result) {
                case FileResult.Failed one -> failed.add(one.name());
                case FileResult.Duplicate _ -> duplicates++;
                case FileResult.Loaded loaded -> {
                    if (loaded.counts().rejected() > 0) {
                        rejects.put(loaded.name(), loaded.counts().rejected());
                    }
                    loaded.drift().forEach(one -> drift.merge(one.path(), one.count(), Long::sum));
                }
            }
        }
        assertThat(failed).containsExactlyInAnyOrderElementsOf(expected.failed().keySet());
        assertThat(duplicates).isEqualTo(expected.duplicates().size());
        assertThat(rejects).isEqualTo(expected.rejects());
        assertThat(drift).isEqualTo(expected.newFields());
        assertThat(db.value("SELECT count(*) FROM waze.roads")).isEqualTo("21");
        assertThat(
                        db.value(
                                "SELECT count(*) FROM waze.alerts WHERE type IS NOT NULL AND"
                                        + " type_id IS NULL"))
                .isEqualTo("0");
    }

    @Test
    void theSampleOfThePackGivesWhatThePackSays(Db db) throws Exception {
        Files.createDirectories(folder.resolve("incoming"));
        try (var samples = Files.list(PACK.resolve("sample"))) {
            for (var sample : samples.toList()) {
                Files.copy(sample, folder.resolve("incoming").resolve(sample.getFileName()));
            }
        }
        tables(db);

        load(db, 2);

        var found = new StringBuilder("rows:\n");
        for (var table : List.of("data_files", "alerts", "jams", "irregularities", "coordinates")) {
            found.append("  ").append(table).append(": ");
            found.append(db.value("SELECT count(*) FROM waze." + table)).append('\n');
        }
        assertThat(PACK.resolve("expected.yaml")).content().endsWith(found.toString());
    }

    @Test
    void anotherLoaderInAnotherLanguageGivesTheSameTables(Db db) throws Exception {
        assumeTrue(WazeDigests.hasPython(), "this machine has no python3");
        generate();
        tables(db);
        long failed = load(db, 20).stream().filter(FileResult.Failed.class::isInstance).count();

        assertThat(WazeDigests.ofTables(db, failed))
                .isEqualTo(
                        WazeDigests.ofFiles(folder.resolve("incoming"), folder.resolve("other")));
    }
}
