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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    void anotherLoaderInAnotherLanguageGivesTheSameTables(Db db) throws Exception {
        var script = folder.resolve("waze_digests.py");
        try (var in = WazePackTest.class.getResourceAsStream("waze_digests.py")) {
            Files.write(script, in.readAllBytes());
        }
        assumeTrue(hasPython(), "this machine has no python3");
        generate();
        tables(db);
        load(db, 20);

        var theirs = run("python3", script.toString(), folder.resolve("incoming").toString());

        var ours = new ArrayList<String>();
        QUERIES.forEach((table, columns) -> ours.add(table + " " + digest(db, table, columns)));
        assertThat(theirs.lines().limit(5)).containsExactlyElementsOf(ours);
        assertThat(theirs)
                .contains("rejects " + db.value("SELECT count(*) FROM lode.document_reject"))
                .contains(
                        "duplicate "
                                + db.value(
                                        "SELECT count(*) FROM lode.document WHERE state ="
                                                + " 'duplicate'"));
    }

    private static final java.util.Map<String, String> QUERIES = queries();

    private static java.util.Map<String, String> queries() {
        var queries = new java.util.LinkedHashMap<String, String>();
        queries.put(
                "data_files",
                "t.start_time_millis, t.end_time_millis, MS(t.start_time), MS(t.end_time),"
                        + " t.file_name");
        queries.put(
                "alerts",
                "t.uuid, t.pub_millis, MS(t.pub_utc_date), t.road_type, t.location, t.street,"
                    + " t.city, t.country, t.magvar, t.reliability, t.report_description,"
                    + " t.report_rating, t.confidence, t.type, t.subtype,"
                    + " t.report_by_municipality_user, t.thumbs_up, t.jam_uuid, FILE, (SELECT"
                    + " k.type || '|' || k.subtype FROM waze.alert_types k WHERE k.id = t.type_id),"
                    + " t.dayofweek");
        queries.put(
                "jams",
                "t.uuid, t.pub_millis, MS(t.pub_utc_date), t.start_node, t.end_node, t.road_type,"
                        + " t.street, t.city, t.country, t.delay, R4(t.speed), R4(t.speed_kmh),"
                        + " t.length, t.turn_type, t.level, t.blocking_alert_id, t.line, t.type,"
                        + " t.turn_line, FILE, t.ns_direction, t.ew_direction, t.dayofweek");
        queries.put(
                "irregularities",
                "t.uuid, t.detection_date_millis, t.detection_date, MS(t.detection_utc_date),"
                    + " t.update_date_millis, t.update_date, MS(t.update_utc_date), t.street,"
                    + " t.city, t.country, t.is_highway, R4(t.speed), R4(t.regular_speed),"
                    + " t.delay_seconds, t.seconds, t.length, t.trend, t.type, R4(t.severity),"
                    + " t.jam_level, t.drivers_count, t.alerts_count, t.n_thumbs_up, t.n_comments,"
                    + " t.n_images, t.line, t.cause_type, t.start_node, t.end_node, FILE");
        queries.put(
                "coordinates",
                "R8(t.latitude), R8(t.longitude), t.\"order\", t.coordinate_type_id, CASE WHEN a.id"
                    + " IS NOT NULL THEN 'alert' WHEN j.id IS NOT NULL THEN 'jam' WHEN i.id IS NOT"
                    + " NULL THEN 'irregularity' END, coalesce(a.uuid, j.uuid, i.uuid),"
                    + " coalesce(a.pub_millis, j.pub_millis, i.detection_date_millis), (SELECT"
                    + " file_name FROM waze.data_files f WHERE f.id = coalesce(a.datafile_id,"
                    + " j.datafile_id, i.datafile_id))");
        return queries;
    }

    private static String digest(Db db, String table, String columns) {
        String values =
                columns.replaceAll("MS\\(([^)]*)\\)", "(extract(epoch FROM $1) * 1000)::bigint")
                        .replaceAll("R4\\(([^)]*)\\)", "encode(float4send($1), 'hex')")
                        .replaceAll("R8\\(([^)]*)\\)", "encode(float8send($1), 'hex')")
                        .replace(
                                "FILE",
                                "(SELECT file_name FROM waze.data_files f WHERE f.id ="
                                        + " t.datafile_id)");
        String joins =
                table.equals("coordinates")
                        ? " LEFT JOIN waze.alerts a ON a.id = t.alert_id LEFT JOIN waze.jams j ON"
                                + " j.id = t.jam_id LEFT JOIN waze.irregularities i ON i.id ="
                                + " t.irregularity_id"
                        : "";
        // A row of the values, one by one as text.
        return db.value(
                "SELECT count(*) || ' ' || coalesce(sum(('x' || left(md5(row_text),"
                    + " 15))::bit(60)::bigint), 0) % 1152921504606846976 FROM (SELECT (SELECT"
                    + " string_agg(coalesce('=' || v, '-'), chr(31) ORDER BY n) FROM unnest(ARRAY["
                        + textual(values)
                        + "]) WITH ORDINALITY AS u (v, n)) AS row_text FROM waze."
                        + table
                        + " t"
                        + joins
                        + ") rows");
    }

    /// Each of the values, separated by commas outside of brackets, as text.
    private static String textual(String values) {
        var parts = new ArrayList<String>();
        int depth = 0;
        var part = new StringBuilder();
        for (int i = 0; i < values.length(); i++) {
            char c = values.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add("(" + part + ")::text");
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add("(" + part + ")::text");
        return String.join(", ", parts);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... words) throws Exception {
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }
}
