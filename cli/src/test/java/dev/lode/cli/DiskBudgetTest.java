package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusProgress;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.s3.LocalS3Server;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.PostgresServers;
import dev.lode.testkit.postgres.PostgresVersion;
import dev.lode.testkit.postgres.ServerKind;
import dev.lode.testkit.postgres.TestServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `lode` in processes of its own, with disks of every size and SIGKILL at random, logged points:
/// always the same tables, rejects and ledger sums, and nothing left in the store that does not
/// belong there. A seed that failed is repeated with `-Dlode.seed=N`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskBudgetTest {
    private static final int KILLS = Integer.getInteger("lode.kills", 3);
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final String TABLES =
            "search_court,people_db_person,search_docket,search_opinioncluster,search_opinion,search_opinionscited";

    @TempDir private static Path folder;

    private TestServer server;
    private LocalS3Server s3;
    private Map<String, String> undisturbed;
    private long stored;
    private int lines;

    @BeforeAll
    void syncsOnceWithRoomForEverything() throws Exception {
        server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
        var files = Files.createDirectories(folder.resolve("buckets/corpus/bulk-data"));
        CorpusGenerator.write(
                CorpusSpec.of(5, ByteSize.parse("6MB"), DATE)
                        .withFaults(dev.lode.demo.corpus.Fault.BAD_DATE),
                files,
                (CorpusProgress) (file, done, expected) -> {});
        s3 = LocalS3Server.overFolder(folder.resolve("buckets"));
        try (var db = server.freshDatabase()) {
            var root = Files.createDirectories(folder.resolve("roomy"));
            try (var lode = lode(db, root, "10GB", "sync")) {
                var all = lode.rest();
                lines = all.size();
                assertThat(lode.exitCode()).as(lode.errors()).isIn(0, 5);
            }
            undisturbed = outcome(db);
            stored = stored(root).stream().mapToLong(file -> file.toFile().length()).sum();
            assertThat(stored(root)).hasSize(7);
        }
    }

    @AfterAll
    void stopsServers() {
        s3.close();
        server.close();
    }

    @Test
    void everyBudgetGivesTheSameAndASecondSyncDoesNothing() throws Exception {
        // Nothing; less than the largest file; one file after another.
        for (var budget :
                List.of("0", String.valueOf(stored / 8), String.valueOf(stored * 2 / 3))) {
            try (var db = server.freshDatabase()) {
                var root = Files.createDirectories(folder.resolve("budget-" + budget));
                finishes(db, root, budget);
                var xmins = db.rows("SELECT max(xmin::text::bigint) FROM search_docket");
                for (var next : List.of(budget, "0", "10GB")) {
                    try (var lode = lode(db, root, next, "sync")) {
                        assertThat(lode.rest())
                                .noneMatch(line -> line.contains("\"type\":\"fetched\""))
                                .noneMatch(line -> line.contains("\"type\":\"item_started\""))
                                .filteredOn(line -> line.contains("\"type\":\"item_skipped\""))
                                .hasSize(6);
                        assertThat(lode.exitCode()).as(lode.errors()).isIn(0, 5);
                    }
                }
                assertThat(db.rows("SELECT max(xmin::text::bigint) FROM search_docket"))
                        .isEqualTo(xmins);
                assertThat(outcome(db)).isEqualTo(undisturbed);
            }
        }
    }

    @Test
    void killedStreamsAndFreedFilesLoseAndDoubleNothing() throws Exception {
        var random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            for (var budget : List.of("0", String.valueOf(stored * 2 / 3))) {
                try (var db = server.freshDatabase()) {
                    var root =
                            Files.createDirectories(
                                    folder.resolve("killed-" + kill + "-" + budget));
                    for (int i = 0; i < 2; i++) {
                        int point = 1 + random.nextInt(lines);
                        String last = "";
                        try (var lode = lode(db, root, budget, "sync")) {
                            for (int n = 0; n < point; n++) {
                                var line = lode.line();
                                if (line == null) {
                                    break;
                                }
                                last = line.replaceFirst(".*\"type\":\"([a-z_]+)\".*", "$1");
                            }
                            lode.kill();
                        }
                        System.out.println(
                                "seed "
                                        + SEED
                                        + " budget "
                                        + budget
                                        + " killed after line "
                                        + point
                                        + " "
                                        + last);
                    }
                    finishes(db, root, budget);
                }
            }
        }
    }

    @Test
    void aLoadOfFreedFilesSaysSo() throws Exception {
        try (var db = server.freshDatabase()) {
            var root = Files.createDirectories(folder.resolve("freed"));
            finishes(db, root, String.valueOf(stored * 2 / 3));
            try (var lode = lode(db, root, "10GB", "load")) {
                lode.rest();
                assertThat(lode.exitCode()).isEqualTo(1);
                assertThat(lode.errors())
                        .contains("of its files were freed after they were loaded")
                        .contains("lode sync courtlistener --date 2026-06-30");
            }
        }
    }

    @Test
    void thePlanShowsTheWayOfEveryFileAndWritesNothing() throws Exception {
        try (var db = server.freshDatabase()) {
            var root = Files.createDirectories(folder.resolve("planned"));
            List<String> plan;
            try (var lode = lode(db, root, String.valueOf(stored / 8), "plan")) {
                plan = lode.rest();
                assertThat(lode.exitCode()).as(lode.errors()).isZero();
            }
            assertThat(plan)
                    .anyMatch(line -> line.contains("\"way\":\"stream\""))
                    .anyMatch(line -> line.contains("\"way\":\"stage, then free\""));
            assertThat(plan).filteredOn(line -> line.contains(" rows of ")).hasSize(6);
            assertThat(
                            db.value(
                                    "SELECT count(*) FROM pg_tables WHERE schemaname IN ('lode',"
                                            + " 'public')"))
                    .isEqualTo("0");
            long estimated =
                    plan.stream()
                            .map(line -> line.replaceFirst(".*\"growth\":\"?(\\d+).*", "$1"))
                            .filter(text -> text.matches("\\d+"))
                            .mapToLong(Long::parseLong)
                            .sum();
            finishes(db, root, "0");
            long grown =
                    Long.parseLong(
                            db.value(
                                    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE"
                                            + " relkind = 'r' AND relnamespace ="
                                            + " 'public'::regnamespace"));
            assertThat((double) estimated).isBetween(grown * 0.5, grown * 2.0);
        }
    }

    private void finishes(Db db, Path root, String budget) throws Exception {
        try (var lode = lode(db, root, budget, "sync")) {
            lode.rest();
            assertThat(lode.exitCode())
                    .as("budget %s, seed %d: %s", budget, SEED, lode.errors())
                    .isIn(0, 5);
        }
        assertThat(outcome(db)).as("budget %s, seed %d", budget, SEED).isEqualTo(undisturbed);
        // What a killed run has left to do may fit as a whole: then its files stay.
        assertThat(stored(root))
                .as("budget %s, seed %d", budget, SEED)
                .allMatch(file -> file.startsWith(root.resolve("raw")));
        assertThat(
                        stored(root).stream()
                                .filter(file -> !file.endsWith("download_manifest.json"))
                                .mapToLong(file -> file.toFile().length())
                                .sum())
                .as("budget %s, seed %d", budget, SEED)
                .isLessThanOrEqualTo(Long.parseLong(budget));
    }

    private ChildLode lode(Db db, Path root, String budget, String verb) throws IOException {
        var words = new ArrayList<>(List.of(verb, "courtlistener", "--tables", TABLES, "--json"));
        return ChildLode.start(
                root,
                Map.of(
                        "DATABASE_URL",
                        db.url(),
                        "LODE_S3_ENDPOINT",
                        s3.endpoint().toString(),
                        "LODE_S3_BUCKET",
                        "corpus",
                        "LODE_DATA_ROOT",
                        root.toString(),
                        "LODE_SPLIT_SIZE",
                        "200KB",
                        "LODE_LEASE_TIMEOUT",
                        "3",
                        "LODE_DISK_BUDGET",
                        budget),
                words);
    }

    /// Tables, rejects and sums of the ledger.
    private static Map<String, String> outcome(Db db) {
        var outcome = new TreeMap<String, String>();
        for (var table : TABLES.split(",", -1)) {
            outcome.put(
                    table,
                    db.value(
                            "SELECT count(*) || ' ' || coalesce(sum(('x' || left(md5(t::text),"
                                    + " 15))::bit(60)::bigint), 0) FROM "
                                    + table
                                    + " t"));
        }
        outcome.put(
                "rejects",
                Objects.toString(
                        db.rows(
                                "SELECT i.name, r.record, r.byte_offset, r.reason, md5(r.raw) FROM"
                                        + " lode.reject r JOIN lode.item i ON i.id = r.item_id"
                                        + " ORDER BY 1, 3")));
        outcome.put(
                "sums",
                Objects.toString(
                        db.rows(
                                "SELECT i.name, i.state, i.content_id, sum(s.records),"
                                        + " sum(s.inserted), sum(s.rejected), count(*),"
                                        + " max(s.end_offset) FROM lode.item i JOIN lode.split s ON"
                                        + " s.item_id = i.id GROUP BY i.id ORDER BY 1")));
        return outcome;
    }

    /// Files of the snapshot, of fetches under way, and temporary ones.
    private static List<Path> stored(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(
                            file ->
                                    Stream.of("raw", "incoming", "tmp")
                                            .map(root::resolve)
                                            .anyMatch(file::startsWith))
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .toList();
        }
    }
}
