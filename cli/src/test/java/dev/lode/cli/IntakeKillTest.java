package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.s3.TestBucket;
import dev.lode.testkit.waze.WazeDigests;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// A real watcher is killed in every phase of a file, and in the end the nine tables are those that
/// a loader in another language makes of the files. `-Dlode.kills=30` kills more often,
/// `-Dlode.waze-files=21600` does so to a month.
@OnPostgres
class IntakeKillTest {
    private static final int KILLS = Integer.getInteger("lode.kills", 3);
    private static final int FILES = Integer.getInteger("lode.waze-files", 42 + KILLS * 4);
    private static final List<String> PHASES =
            List.of(
                    "\"step\":\"claimed\"",
                    "\"step\":\"loaded\"",
                    "\"step\":\"moved\"",
                    "\"step\":\"read\"",
                    "\"step\":\"noted\"");

    /// What a backload says when indexes and keys are away, comes to their end, and has built one.
    private static final List<String> BULK_PHASES =
            List.of(
                    "other things suspended",
                    "\"step\":\"loaded\"",
                    "\"stage\":\"restore\"",
                    "\"type\":\"key_built\"");

    @TempDir Path folder;

    @Test
    void aWatcherOfAFolderLosesAndDoublesNothing(Db db) throws Exception {
        var expected = generate();
        var tables = otherLoader();

        kills(db, Map.of());

        assertTables(db, expected, tables);
        assertLedger(db, expected);
        assertThat(files("incoming")).isEmpty();
        var left = new ArrayList<>(files("processed"));
        left.addAll(files("failed"));
        assertThat(left).hasSize(seen(db) + expected.failed().size());
    }

    @Test
    void aWatcherOfABucketLosesAndDoublesNothing(Db db) throws Exception {
        var expected = generate();
        var bucket = TestBucket.fresh();
        try (var files = Files.list(folder.resolve("incoming"))) {
            for (var file : files.sorted().toList()) {
                bucket.put("in/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        var tables = otherLoader();
        var at = "s3://" + bucket.name();

        kills(
                db,
                Map.of(
                        "LODE_S3_ENDPOINT", bucket.endpoint().toString(),
                        "LODE_S3_ANONYMOUS", "true",
                        "LODE_INCOMING", at + "/in",
                        "LODE_PROCESSED", at + "/done",
                        "LODE_FAILED", at + "/bad"));

        assertTables(db, expected, tables);
        assertLedger(db, expected);
    }

    @Test
    void aBackloadWithoutIndexesLosesAndDoublesNothingAndGivesThemBack(Db db) throws Exception {
        var expected = generate();
        var tables = otherLoader();

        kills(db, Map.of("LODE_BULK", "true", "LODE_BULK_FILES", "1"));

        assertTables(db, expected, tables);
        assertLedger(db, expected);
        assertThat(db.value("SELECT count(*) FROM lode.suspended")).isEqualTo("0");
    }

    /// A failed file has a note written beside it, which is the only file that a watcher makes.
    @Test
    void aWatcherThatIsKilledWhileItWritesNotesLeavesNoPieceOfOne(Db db) throws Exception {
        var expected = generate();
        int failed = expected.failed().size();

        kills(db, Map.of(), Collections.nCopies(failed + 3, "\"step\":\"failed\""), 1);

        assertLedger(db, expected);
        assertThat(files("failed")).hasSize(2 * failed);
    }

    /// Nothing where this machine has no Python: the counts are held against the generator then.
    private Map<String, String> otherLoader() throws Exception {
        return WazeDigests.hasPython()
                ? WazeDigests.ofFiles(folder.resolve("incoming"), folder.resolve("other"))
                : Map.of();
    }

    private static void assertTables(Db db, WazeExpectations expected, Map<String, String> tables) {
        expected.rows()
                .forEach(
                        (table, rows) ->
                                assertThat(db.value("SELECT count(*) FROM waze." + table))
                                        .as(table)
                                        .isEqualTo(rows.toString()));
        if (!tables.isEmpty()) {
            assertThat(WazeDigests.ofTables(db, expected.failed().size())).isEqualTo(tables);
        }
        assertThat(
                        db.value(
                                "SELECT count(*) FILTER (WHERE convalidated) || ' of ' || count(*)"
                                        + " FROM pg_constraint WHERE contype = 'f' AND connamespace"
                                        + " = 'waze'::regnamespace"))
                .isEqualTo("7 of 7");
        assertThat(
                        db.value(
                                "SELECT count(*) FILTER (WHERE indisvalid) || ' of ' || count(*)"
                                        + " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                                        + " WHERE c.relnamespace = 'waze'::regnamespace"))
                .isEqualTo("32 of 32");
    }

    private WazeExpectations generate() throws IOException {
        for (var place : List.of("incoming", "processed", "failed")) {
            var root = Files.createDirectories(folder.resolve(place));
            try (var old = Files.walk(root)) {
                for (var file : old.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
        }
        return WazeFeed.write(WazeSpec.of(FILES).withOdd(), folder, _ -> {});
    }

    private void kills(Db db, Map<String, String> more) throws Exception {
        var all = more.containsKey("LODE_BULK") ? BULK_PHASES : PHASES;
        var phases = IntStream.range(0, KILLS).mapToObj(kill -> all.get(kill % all.size()));
        // Spread over all of the files.
        kills(db, more, phases.toList(), Math.max(6, FILES / KILLS));
    }

    /// @param phases one for each kill
    /// @param most how often a step may be seen before the kill
    private void kills(Db db, Map<String, String> more, List<String> phases, int most)
            throws Exception {
        var random = new Random(KILLS);
        for (var phase : phases) {
            int count = phase.contains("step") ? 1 + random.nextInt(most) : 1;
            try (var lode = start(db, more)) {
                for (var line = lode.line(); line != null; line = lode.line()) {
                    if (line.contains(phase) && --count == 0) {
                        break;
                    }
                }
                lode.kill();
            }
        }
        try (var lode = start(db, more)) {
            lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isIn(0, 1, 5);
        }
    }

    private ChildLode start(Db db, Map<String, String> more) throws IOException {
        var environment = new HashMap<String, String>();
        environment.put("DATABASE_URL", db.url());
        environment.put("LODE_DATA_ROOT", folder.resolve("root").toString());
        environment.put("LODE_INCOMING", folder.resolve("incoming").toString());
        environment.put("LODE_PROCESSED", folder.resolve("processed").toString());
        environment.put("LODE_FAILED", folder.resolve("failed").toString());
        environment.put("LODE_POLL", "50");
        environment.put("LODE_SETTLE", "20");
        environment.put("LODE_FILE_PAUSE", "20");
        // A file that we kill the watcher with is innocent.
        environment.put("LODE_FILE_DEATHS", "1000");
        environment.put("LODE_GROUP_FILES", "4");
        environment.putAll(more);
        return ChildLode.start(
                Files.createDirectories(folder.resolve("work")),
                environment,
                List.of("--json", "watch", "--dataset", "waze", "--once"));
    }

    private static void assertLedger(Db db, WazeExpectations expected) {
        assertThat(db.value("SELECT count(*) FROM lode.document WHERE state = 'loaded'"))
                .isEqualTo(String.valueOf(expected.rows().get("data_files")));
        assertThat(db.value("SELECT count(*) FROM lode.intake_file WHERE outcome = 'duplicate'"))
                .isEqualTo(String.valueOf(expected.duplicates().size()));
        assertThat(db.value("SELECT count(*) FROM lode.intake_file WHERE state = 'failed'"))
                .isEqualTo(String.valueOf(expected.failed().size()));
        assertThat(
                        db.value(
                                "SELECT count(*) FROM lode.intake_file WHERE state NOT IN"
                                        + " ('moved', 'failed')"))
                .isEqualTo("0");
        assertThat(db.value("SELECT count(*) FROM lode.document_reject"))
                .isEqualTo(
                        String.valueOf(
                                expected.rejects().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()));
    }

    private static int seen(Db db) {
        return Integer.parseInt(db.value("SELECT count(*) FROM lode.intake_file"));
    }

    /// Hidden ones too: what a killed watcher left is gone in the end.
    private List<Path> files(String place) throws IOException {
        try (var files = Files.walk(folder.resolve(place))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
