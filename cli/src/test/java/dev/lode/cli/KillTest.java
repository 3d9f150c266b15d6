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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// SIGKILL at random, logged points of a sync, from the first byte fetched to the last key made;
/// afterwards the same command must end with the same tables, rejects and ledger sums as a run that
/// nobody disturbed, and leave no residue.
///
/// More kills: `./mvnw -pl cli -am test -Dtest=KillTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dlode.kills=50`. A seed that failed is repeated with `-Dlode.seed=N`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {
    private static final int KILLS = Integer.getInteger("lode.kills", 8);
    private static final int SERVER_KILLS = Math.max(2, KILLS / 4);
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final String TABLES =
            "search_court,people_db_person,search_docket,search_opinioncluster,search_opinion,search_opinionscited";

    @TempDir private static Path folder;

    private TestServer server;
    private Scene first;
    private Scene next;

    /// A snapshot on its server, and what a sync of it does that nobody disturbs.
    ///
    /// @param before the database that it begins with; empty for one without tables
    /// @param lines what it says
    private record Scene(
            LocalS3Server s3, Optional<Db> before, List<String> lines, Outcome outcome) {}

    /// What a sync left behind.
    private record Outcome(
            Map<String, String> tables,
            List<List<String>> rejects,
            List<List<String>> sums,
            List<String> keys) {}

    @BeforeAll
    void syncsOnceUndisturbed() throws Exception {
        server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
        var corpus =
                CorpusSpec.of(5, ByteSize.parse("12MB"), DATE)
                        .withFaults(dev.lode.demo.corpus.Fault.BAD_DATE);
        first = undisturbed("first", corpus, Optional.empty());
        var loaded = server.freshDatabase();
        finishes(loaded, Files.createDirectories(folder.resolve("loaded")), first, "loading");
        next =
                undisturbed(
                        "next",
                        corpus.next(DATE.plusMonths(3), 0.1, 0.05, 0.02),
                        Optional.of(loaded));
        assertThat(next.outcome().tables().values())
                .doesNotContainAnyElementsOf(first.outcome().tables().values());
    }

    private Scene undisturbed(String name, CorpusSpec corpus, Optional<Db> before)
            throws Exception {
        var files = Files.createDirectories(folder.resolve(name + "/corpus/bulk-data"));
        CorpusGenerator.write(corpus, files, (CorpusProgress) (file, done, expected) -> {});
        var s3 = LocalS3Server.overFolder(folder.resolve(name));
        var root = Files.createDirectories(folder.resolve(name + "-undisturbed"));
        try (var db = before.map(server::copyOf).orElseGet(server::freshDatabase);
                var lode = sync(db, root, s3)) {
            var lines = lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isIn(0, 5);
            assertThat(residue(root)).isEmpty();
            return new Scene(s3, before, lines, outcome(db));
        }
    }

    @AfterAll
    void stopsServers() {
        first.s3().close();
        next.s3().close();
        server.close();
    }

    @Test
    void killedLodeLosesAndDoublesNothing() throws Exception {
        kill(first, KILLS, "killed");
    }

    @Test
    void killedInTheNextSnapshotItLosesAndDoublesNothing() throws Exception {
        kill(next, Math.max(3, KILLS / 2), "next-killed");
    }

    private void kill(Scene scene, int kills, String name) throws Exception {
        var random = new Random(SEED);
        var points = new TreeMap<String, Integer>();
        for (int kill = 0; kill < kills; kill++) {
            try (var db = begun(scene)) {
                var root = Files.createDirectories(folder.resolve(name + "-" + kill));
                int disturbances = 1 + random.nextInt(3);
                for (int i = 0; i < disturbances; i++) {
                    int point = 1 + random.nextInt(scene.lines().size());
                    String type = "";
                    try (var lode = sync(db, root, scene.s3())) {
                        for (int n = 0; n < point; n++) {
                            var line = lode.line();
                            if (line == null) {
                                break;
                            }
                            type = line.replaceFirst(".*\"type\":\"([a-z_]+)\".*", "$1");
                        }
                        lode.kill();
                    }
                    points.merge(type, 1, Integer::sum);
                    System.out.println(
                            "seed "
                                    + SEED
                                    + " "
                                    + name
                                    + " "
                                    + kill
                                    + "."
                                    + i
                                    + " after line "
                                    + point
                                    + " "
                                    + type);
                }
                finishes(db, root, scene, name + " " + kill);
            }
        }
        System.out.println("kills by the event before them: " + points);
    }

    @Test
    void killedServerLosesAndDoublesNothing() throws Exception {
        var random = new Random(SEED + 1);
        for (int kill = 0; kill < SERVER_KILLS; kill++) {
            var scene = kill % 2 == 0 ? first : next;
            try (var db = begun(scene)) {
                var root = Files.createDirectories(folder.resolve("server-" + kill));
                int point = 10 + random.nextInt(scene.lines().size() - 10);
                try (var lode = sync(db, root, scene.s3())) {
                    for (int n = 0; n < point && lode.line() != null; n++) {
                        // The kill comes behind this line.
                    }
                    System.out.println("seed " + SEED + " server killed after line " + point);
                    server.kill();
                    var rest = lode.rest();
                    // It waits for the server and goes on, or ends saying that the same command
                    // resumes.
                    assertThat(lode.exitCode()).as("%s", rest).isIn(0, 4, 5);
                }
                finishes(db, root, scene, "server kill " + kill);
            }
        }
    }

    @Test
    void stoppedLodeSaysHowToGoOnAndDoes() throws Exception {
        try (var db = server.freshDatabase()) {
            var root = Files.createDirectories(folder.resolve("terminated"));
            try (var lode = sync(db, root, first.s3())) {
                for (String line = lode.line(); line != null; line = lode.line()) {
                    if (line.contains("item_progress")) {
                        break;
                    }
                }
                lode.terminate();
                lode.rest();
                assertThat(lode.exitCode()).isEqualTo(143);
                assertThat(lode.errors()).contains("go on with: lode sync");
            }
            assertThat(db.value("SELECT state FROM lode.run")).isEqualTo("interrupted");
            finishes(db, root, first, "terminated");
        }
    }

    @Test
    void twoAtOnceAreRefusedAndAFrozenOneIsFencedOff() throws Exception {
        try (var db = server.freshDatabase()) {
            var root = Files.createDirectories(folder.resolve("frozen"));
            try (var frozen = sync(db, root, first.s3())) {
                for (String line = frozen.line(); line != null; line = frozen.line()) {
                    if (line.contains("item_progress")) {
                        break;
                    }
                }
                frozen.signal("STOP");
                var second = Files.createDirectories(folder.resolve("second"));
                try (var refused = sync(db, second, first.s3(), 600)) {
                    refused.rest();
                    assertThat(refused.exitCode()).isEqualTo(4);
                    assertThat(refused.errors()).contains("is held by");
                }
                int code = 4;
                // The frozen one counts as dead once it was silent for the lease's timeout of
                // three seconds.
                for (int attempt = 0; attempt < 20 && code == 4; attempt++) {
                    try (var third = sync(db, second, first.s3())) {
                        third.rest();
                        code = third.exitCode();
                    }
                }
                assertThat(code).isIn(0, 5);
                frozen.signal("CONT");
                frozen.rest();
                assertThat(frozen.exitCode()).isEqualTo(4);
                assertThat(outcome(db).tables).isEqualTo(first.outcome().tables());
            }
        }
    }

    /// Foreign fact: what a sequence of a database that was copied has given out since is forgotten
    /// by a server that dies before its next checkpoint (PostgreSQL 15 to 18).
    private Db begun(Scene scene) {
        if (scene.before().isEmpty()) {
            return server.freshDatabase();
        }
        var copy = server.copyOf(scene.before().get());
        copy.run("CHECKPOINT");
        return copy;
    }

    private void finishes(Db db, Path root, Scene scene, String what) throws Exception {
        try (var lode = sync(db, root, scene.s3())) {
            lode.rest();
            assertThat(lode.exitCode()).as("%s, seed %d: %s", what, SEED, lode.errors()).isIn(0, 5);
        }
        var outcome = outcome(db);
        assertThat(outcome).as("%s, seed %d", what, SEED).isEqualTo(scene.outcome());
        assertThat(residue(root)).as("%s, seed %d", what, SEED).isEmpty();
    }

    private ChildLode sync(Db db, Path root, LocalS3Server s3) throws IOException {
        return sync(db, root, s3, 3);
    }

    /// @param leaseTimeout seconds after which it takes a silent run for dead
    private ChildLode sync(Db db, Path root, LocalS3Server s3, int leaseTimeout)
            throws IOException {
        return ChildLode.start(
                root,
                Map.of(
                        "DATABASE_URL",
                        "postgresql://"
                                + db.user()
                                + "@"
                                + db.server().host()
                                + ":"
                                + db.server().port()
                                + "/"
                                + db.database(),
                        "PGPASSWORD",
                        db.password().reveal(),
                        "LODE_S3_ENDPOINT",
                        s3.endpoint().toString(),
                        "LODE_S3_BUCKET",
                        "corpus",
                        "LODE_DATA_ROOT",
                        root.toString(),
                        "LODE_SPLIT_SIZE",
                        "200KB",
                        "LODE_LEASE_TIMEOUT",
                        String.valueOf(leaseTimeout)),
                List.of("sync", "courtlistener", "--tables", TABLES, "--json"));
    }

    private Outcome outcome(Db db) {
        var tables = new TreeMap<String, String>();
        for (var table : TABLES.split(",", -1)) {
            tables.put(
                    table,
                    db.value(
                            "SELECT count(*) || ' ' || coalesce(sum(('x' || left(md5(t::text),"
                                    + " 15))::bit(60)::bigint), 0) FROM "
                                    + table
                                    + " t"));
        }
        return new Outcome(
                tables,
                strings(
                        db.rows(
                                "SELECT i.name, r.record::text, r.byte_offset::text, r.reason,"
                                    + " md5(r.raw) FROM lode.reject r JOIN lode.item i ON i.id ="
                                    + " r.item_id ORDER BY 1, 3")),
                strings(
                        db.rows(
                                "SELECT i.name, i.state, sum(s.records)::text,"
                                    + " sum(s.inserted)::text, sum(s.rejected)::text,"
                                    + " count(*)::text, max(s.end_offset)::text FROM lode.item i"
                                    + " JOIN lode.split s ON s.item_id = i.id GROUP BY i.id ORDER"
                                    + " BY 1")),
                db
                        .rows(
                                "SELECT conname::text || ' ' || convalidated || ' ' ||"
                                        + " pg_get_constraintdef(oid) FROM pg_constraint WHERE"
                                        + " connamespace = 'public'::regnamespace ORDER BY 1")
                        .stream()
                        .map(row -> String.valueOf(row.getFirst()))
                        .toList());
    }

    private static List<List<String>> strings(List<? extends List<?>> rows) {
        var all = new ArrayList<List<String>>();
        rows.forEach(row -> all.add(row.stream().map(String::valueOf).toList()));
        return all;
    }

    /// Temporary or partial files that a finished sync has no business to leave.
    private static List<Path> residue(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(
                            file ->
                                    file.startsWith(root.resolve("tmp"))
                                            || file.startsWith(root.resolve("incoming")))
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
