package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusProgress;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Fault;
import dev.lode.demo.s3.LocalS3Server;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.PostgresServers;
import dev.lode.testkit.postgres.PostgresVersion;
import dev.lode.testkit.postgres.ServerKind;
import dev.lode.testkit.postgres.TestServer;
import dev.lode.testkit.services.FakeDocker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// SIGKILL in every phase of a load on a machine that others live on: the next snapshot comes into
/// tables of the user's own whose indexes and foreign keys are suspended, some tables are replaced,
/// rows vanish, the disk's budget is small, and services are down meanwhile. Afterwards the same
/// command must leave the tables, rejects, ledger sums, every constraint, index and trigger, and
/// the services as a run that nobody disturbed.
///
/// Each round kills once in each phase, one run after the other, and then lets a run finish.
/// `-Dlode.rounds=10` makes 100 kills of it; a seed that failed is repeated with `-Dlode.seed=N`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveMachineKillTest {
    private static final int ROUNDS = Integer.getInteger("lode.rounds", 5);

    /// Most of a round is waiting for leases of the dead.
    private static final int AT_ONCE = Math.min(3, ROUNDS);

    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final Path PACK = Path.of("..", "packs", "courtlistener");
    private static final Set<String> STACK = Set.of("cl-django", "cl-celery", "cl-postgresql");
    private static final Set<String> REPLACED =
            Set.of("search_opinioncluster", "search_opinionscited", "search_parenthetical");

    /// In the order of a run: with so small a budget files come and go while rows are loaded.
    private enum Phase {
        STOP,
        SUSPEND,
        FETCH,
        STAGE,
        COPY,
        COMMIT,
        RESTORE,
        SWAP,
        VALIDATE,
        START
    }

    @TempDir private static Path folder;

    private TestServer server;
    private LocalS3Server s3;
    private Db before;
    private Outcome undisturbed;
    private final Map<Phase, Integer> lines = new EnumMap<>(Phase.class);

    /// What a run left behind.
    private record Outcome(
            Map<String, String> tables,
            List<String> rejects,
            List<String> sums,
            List<String> definitions,
            List<String> leftOver,
            Set<String> services) {}

    @BeforeAll
    void loadsTheFirstSnapshotAndTheNextOneUndisturbed() throws Exception {
        server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
        var files = Files.createDirectories(folder.resolve("buckets/corpus/bulk-data"));
        var first =
                CorpusSpec.of(11, ByteSize.parse("3MB"), FIRST).withFaults(Fault.DUPLICATE_KEYS);
        CorpusGenerator.write(first, files, CorpusProgress.none());
        s3 = LocalS3Server.overFolder(folder.resolve("buckets"));
        packs();
        before = server.freshDatabase();
        before.run(Files.readString(PACK.resolve("schema.sql")));
        try (var docker = stack("first")) {
            finished(before, root("first"), docker, "the first snapshot");
        }
        CorpusGenerator.write(first.next(SECOND, 0.05, 0.04, 0.03), files, CorpusProgress.none());
        try (var db = server.copyOf(before);
                var docker = stack("undisturbed")) {
            var root = root("undisturbed");
            for (var line : finished(db, root, docker, "the next snapshot")) {
                phase(line).ifPresent(phase -> lines.merge(phase, 1, Integer::sum));
            }
            undisturbed = outcome(db, root, docker);
            assertThat(undisturbed.services).isEqualTo(STACK);
            assertThat(undisturbed.leftOver).isEmpty();
            assertThat(lines).containsOnlyKeys(Phase.values());
        }
    }

    @AfterAll
    void stopsServers() {
        before.close();
        s3.close();
        server.close();
    }

    @Test
    void killedInEveryPhaseItLosesNothingAndGivesEverythingBack() throws Exception {
        var kills = new ConcurrentSkipListMap<Phase, Integer>();
        try (var rounds = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int begun = 0; begun < 3 * ROUNDS && fewest(kills) < ROUNDS; begun += AT_ONCE) {
                var wave = new ArrayList<Callable<Void>>();
                for (int one = begun; one < begun + AT_ONCE; one++) {
                    int round = one;
                    wave.add(
                            () -> {
                                round(round, kills);
                                return null;
                            });
                }
                for (var done : rounds.invokeAll(wave)) {
                    done.get();
                }
            }
        }
        System.out.println("seed " + SEED + ": kills by phase " + kills);
        // What an earlier kill left may be all that a phase had to do: not every round reaches all.
        assertThat(fewest(kills)).as("%s, seed %d", kills, SEED).isGreaterThanOrEqualTo(ROUNDS);
    }

    private void round(int round, Map<Phase, Integer> kills) throws Exception {
        var random = new Random(SEED + round);
        try (var db = server.copyOf(before);
                var docker = stack("round-" + round)) {
            var root = root("round-" + round);
            for (var phase : Phase.values()) {
                if (kill(db, root, docker, phase, random)) {
                    kills.merge(phase, 1, Integer::sum);
                }
            }
            finished(db, root, docker, "round " + round);
            assertThat(outcome(db, root, docker))
                    .as("round %d, seed %d", round, SEED)
                    .isEqualTo(undisturbed);
        }
    }

    private static int fewest(Map<Phase, Integer> kills) {
        return Stream.of(Phase.values())
                .mapToInt(phase -> kills.getOrDefault(phase, 0))
                .min()
                .orElseThrow();
    }

    /// Kills a run behind a random line of a phase and a random moment.
    ///
    /// @return whether the run came so far
    private boolean kill(Db db, Path root, FakeDocker docker, Phase phase, Random random)
            throws Exception {
        // A run that goes on has fewer lines than a whole one.
        int wanted = 1 + random.nextInt(Math.max(1, lines.getOrDefault(phase, 1) / 8));
        try (var lode = sync(db, root, docker)) {
            int seen = 0;
            for (var line = lode.line(); line != null; line = lode.line()) {
                if (phase(line).filter(phase::equals).isPresent() && ++seen == wanted) {
                    boolean over =
                            lode.endsWithin(
                                    Duration.ofMillis(
                                            phase == Phase.COMMIT ? 0 : random.nextInt(40)));
                    lode.kill();
                    System.out.println("seed " + SEED + " killed in " + phase + ", line " + seen);
                    return !over;
                }
            }
            assertThat(lode.exitCode())
                    .as("without %s, seed %d: %s", phase, SEED, lode.errors())
                    .isIn(0, 5);
            return false;
        }
    }

    /// The phase that begins, or goes on, behind a line.
    private static java.util.Optional<Phase> phase(String line) {
        var type = value(line, "type");
        var stage = value(line, "stage");
        return java.util.Optional.ofNullable(
                switch (type) {
                    case "fetch_progress" -> Phase.FETCH;
                    case "fetched" -> Phase.STAGE;
                    case "item_started" -> Phase.COPY;
                    case "item_progress" -> Phase.COMMIT;
                    case "stage_started" ->
                            switch (stage) {
                                case "stop services" -> Phase.STOP;
                                case "suspend" -> Phase.SUSPEND;
                                case "restore" -> Phase.RESTORE;
                                case "build", "swap" -> Phase.SWAP;
                                case "validate", "vanished" -> Phase.VALIDATE;
                                case "start services" -> Phase.START;
                                default -> null;
                            };
                    default -> null;
                });
    }

    private static String value(String line, String name) {
        var key = '"' + name + "\":\"";
        int start = line.indexOf(key);
        return start < 0
                ? ""
                : line.substring(start + key.length(), line.indexOf('"', start + key.length()));
    }

    private List<String> finished(Db db, Path root, FakeDocker docker, String what)
            throws Exception {
        try (var lode = sync(db, root, docker)) {
            var all = lode.rest();
            assertThat(lode.exitCode()).as("%s, seed %d: %s", what, SEED, lode.errors()).isIn(0, 5);
            return all;
        }
    }

    private ChildLode sync(Db db, Path root, FakeDocker docker) throws IOException {
        return ChildLode.start(
                root,
                Map.ofEntries(
                        Map.entry("PATH", docker.path()),
                        Map.entry("DATABASE_URL", db.url()),
                        Map.entry("PGPASSWORD", db.password().reveal()),
                        Map.entry("LODE_PACKS", folder.resolve("packs").toString()),
                        Map.entry("LODE_S3_ENDPOINT", s3.endpoint().toString()),
                        Map.entry("LODE_S3_BUCKET", "corpus"),
                        Map.entry("LODE_DATA_ROOT", root.toString()),
                        Map.entry("LODE_SPLIT_SIZE", "100KB"),
                        Map.entry("LODE_COMPOSE_FOLDER", docker.project().toString()),
                        Map.entry("LODE_SERVICES_START", "5"),
                        Map.entry("LODE_LEASE_TIMEOUT", "3")),
                List.of(
                        "sync",
                        "courtlistener",
                        "--json",
                        "--suspend",
                        "always",
                        "--disk-budget",
                        "150KB",
                        "--accept-vanished"));
    }

    private static Path root(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private FakeDocker stack(String name) {
        return FakeDocker.in(folder.resolve("stack-" + name))
                .service("cl-postgresql", "running")
                .service("cl-django", "running", "cl-postgresql")
                .service("cl-celery", "running", "cl-postgresql");
    }

    /// The built-in pack, with some tables replaced and vanished rows deleted from the others.
    private static void packs() throws IOException {
        var pack = Files.createDirectories(folder.resolve("packs/courtlistener"));
        Files.copy(PACK.resolve("schema.sql"), pack.resolve("schema.sql"));
        var text = new StringBuilder();
        var table = "";
        for (var line : Files.readAllLines(PACK.resolve("pack.yaml"))) {
            if (line.matches("  \\w+:.*")) {
                table = line.strip().replaceFirst(":.*", "");
            }
            boolean replaced = REPLACED.contains(table);
            var mode = replaced ? "replace" : "upsert";
            text.append(
                            line.replace(
                                            "mode: upsert, ",
                                            "mode: "
                                                    + mode
                                                    + (replaced ? ", " : ", vanished: delete, "))
                                    .replaceFirst(
                                            "^    mode: upsert$",
                                            "    mode: "
                                                    + mode
                                                    + (replaced ? "" : "\n    vanished: delete")))
                    .append('\n');
        }
        int services = text.indexOf("\nservices:");
        if (services >= 0) {
            int next = text.indexOf("\ntables:", services);
            text.delete(services, next < 0 ? text.length() : next);
        }
        text.append(
                "\nservices:\n"
                        + "  stop-while-loading: { docker-compose: docker/project, services:"
                        + " [cl-django, cl-celery] }\n");
        Files.writeString(pack.resolve("pack.yaml"), text);
    }

    private static Outcome outcome(Db db, Path root, FakeDocker docker) throws IOException {
        var tables = new TreeMap<String, String>();
        for (var row :
                db.rows(
                        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                                + " 'public'::regnamespace")) {
            var table = String.valueOf(row.getFirst());
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
                texts(
                        db,
                        "SELECT i.name || ' ' || r.record || ' ' || r.reason FROM lode.reject r"
                                + " JOIN lode.item i ON i.id = r.item_id ORDER BY 1"),
                texts(
                        db,
                        "SELECT i.name || ' ' || i.state || ' ' || i.records || ' ' || i.inserted"
                            + " || ' ' || i.updated || ' ' || i.unchanged || ' ' || i.superseded ||"
                            + " ' ' || i.rejected || ' ' || coalesce(v.state || v.vanished, '')"
                            + " FROM lode.item i LEFT JOIN lode.vanishing v ON v.item_id = i.id"
                            + " WHERE i.state <> 'superseded' ORDER BY 1"),
                texts(
                        db,
                        "SELECT conrelid::regclass || ' ' || conname || ' ' || convalidated || ' '"
                            + " || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace"
                            + " = 'public'::regnamespace UNION ALL SELECT indexdef FROM pg_indexes"
                            + " WHERE schemaname = 'public' UNION ALL SELECT pg_get_triggerdef(oid)"
                            + " || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL"
                            + " SELECT relname || ' ' || reloptions::text FROM pg_class WHERE"
                            + " relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL"
                            + " ORDER BY 1"),
                Stream.concat(
                                residue(root).stream(),
                                texts(
                                        db,
                                        "SELECT 'suspended ' || name FROM lode.suspended UNION ALL"
                                            + " SELECT 'shadow ' || shadow_name FROM lode.shadow"
                                            + " WHERE state = 'building' UNION ALL SELECT 'table '"
                                            + " || relname FROM pg_class WHERE relnamespace ="
                                            + " 'lode'::regnamespace AND relkind = 'r' AND relname"
                                            + " ~ '_[0-9]+$'")
                                        .stream())
                        .toList(),
                Set.copyOf(docker.running()));
    }

    private static List<String> texts(Db db, String sql) {
        return db.rows(sql).stream().map(row -> String.valueOf(row.getFirst())).toList();
    }

    /// Temporary, partial or freed files and journals that a finished run has no business to leave.
    private static List<String> residue(Path root) throws IOException {
        var found = new ArrayList<String>();
        for (var part : List.of("tmp", "incoming", "metadata/services")) {
            var here = root.resolve(part);
            if (Files.isDirectory(here)) {
                try (var files = Files.walk(here)) {
                    found.addAll(
                            files.filter(Files::isRegularFile)
                                    .map(file -> root.relativize(file).toString())
                                    .filter(file -> !file.endsWith(".lock"))
                                    .collect(Collectors.toSet()));
                }
            }
        }
        return found;
    }
}
