package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A real watcher is killed in every phase of a file, and in the end the tables are those of a
/// watcher that nobody killed. `-Dlode.kills=30` kills more often.
@OnPostgres
class IntakeKillTest {
    private static final int KILLS = Integer.getInteger("lode.kills", 3);
    private static final int FILES = 42 + KILLS * 4;
    private static final List<String> PHASES =
            List.of("claimed", "loaded", "moved", "read", "noted");

    @TempDir Path folder;

    @Test
    void aWatcherOfAFolderLosesAndDoublesNothing(Db db) throws Exception {
        var expected = generate();
        var uninterrupted = uninterrupted(db);
        generate();

        kills(db, Map.of());

        assertThat(tables(db)).isEqualTo(uninterrupted);
        assertLedger(db, expected);
        assertThat(files("incoming")).isZero();
        assertThat(files("processed") + files("failed"))
                .isEqualTo(seen(db) + expected.failed().size());
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
        var uninterrupted = uninterrupted(db);
        var at = "s3://" + bucket.name();

        kills(
                db,
                Map.of(
                        "LODE_S3_ENDPOINT", bucket.endpoint().toString(),
                        "LODE_S3_ANONYMOUS", "true",
                        "LODE_INCOMING", at + "/in",
                        "LODE_PROCESSED", at + "/done",
                        "LODE_FAILED", at + "/bad"));

        assertThat(tables(db)).isEqualTo(uninterrupted);
        assertLedger(db, expected);
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

    private Map<String, String> uninterrupted(Db db) throws Exception {
        try (var lode = start(db, Map.of())) {
            lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isEqualTo(1);
        }
        var tables = tables(db);
        db.run("DROP SCHEMA waze CASCADE; DROP SCHEMA lode CASCADE");
        return tables;
    }

    private void kills(Db db, Map<String, String> more) throws Exception {
        var random = new Random(KILLS);
        for (int kill = 0; kill < KILLS; kill++) {
            var phase = "\"step\":\"" + PHASES.get(kill % PHASES.size()) + '"';
            int count = 1 + random.nextInt(6);
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

    private static long seen(Db db) {
        return Long.parseLong(db.value("SELECT count(*) FROM lode.intake_file"));
    }

    private long files(String place) throws IOException {
        try (var files = Files.walk(folder.resolve(place))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /// Rows and digest of the tables, whatever order the files came in.
    private static Map<String, String> tables(Db db) {
        var columns = new TreeMap<String, String>();
        columns.put("data_files", "start_time_millis, end_time_millis");
        columns.put("alerts", "uuid, pub_millis, type, subtype, street, location, reliability");
        columns.put("jams", "uuid, pub_millis, line, level, delay, length, street");
        columns.put("irregularities", "uuid, detection_date_millis, line, drivers_count");
        columns.put("coordinates", "latitude, longitude, \"order\", coordinate_type_id");
        columns.put("alert_types", "type, subtype");
        columns.put("coordinate_type", "t");
        columns.put("roads", "t");
        columns.put("application_version", "version_number");
        var tables = new TreeMap<String, String>();
        columns.forEach(
                (table, values) ->
                        tables.put(
                                table,
                                db.value(
                                        "SELECT count(*) || ' ' || coalesce(sum(('x' ||"
                                                + " left(md5(row("
                                                + values
                                                + ")::text), 12))::bit(48)::bigint), 0) FROM waze."
                                                + table
                                                + " t")));
        return tables;
    }
}
