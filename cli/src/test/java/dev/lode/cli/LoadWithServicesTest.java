package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.PostgresServers;
import dev.lode.testkit.postgres.PostgresVersion;
import dev.lode.testkit.postgres.ServerKind;
import dev.lode.testkit.postgres.TestServer;
import dev.lode.testkit.services.FakeDocker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A real process that loads beside a stack of services: killed between any two of its steps,
/// stopped by signals, left alone by docker.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadWithServicesTest {
    private static final Set<String> STACK = Set.of("celery", "django", "es", "postgres");
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    private TestServer server;
    private Db db;
    private Path folder;
    private FakeDocker docker;

    @BeforeAll
    void startsServer() {
        server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
    }

    @AfterAll
    void stopsServer() {
        server.close();
    }

    @BeforeEach
    void declares(@TempDir Path fresh) throws IOException {
        db = server.freshDatabase();
        folder = fresh;
        docker = stack("docker");
        var pack = Files.createDirectories(folder.resolve("packs/shop"));
        Files.writeString(
                pack.resolve("pack.yaml"),
                """
                dataset: shop
                tables:
                  sale: { item: sales, key: [id] }
                services:
                  stop-while-loading:
                    - docker-compose: docker/project
                      services: [django, celery, es, selenium]
                """);
        Files.writeString(
                pack.resolve("schema.sql"),
                "CREATE TABLE sale (id integer PRIMARY KEY, what text);\n");
        snapshot("1,tea\n2,coffee\n");
    }

    @AfterEach
    void ends() {
        docker.close();
        db.close();
    }

    private FakeDocker stack(String name) {
        return FakeDocker.in(folder.resolve(name))
                .service("postgres", "running")
                .service("es", "running")
                .service("django", "running", "postgres", "es")
                .service("celery", "running", "postgres")
                .service("selenium", "exited");
    }

    private void snapshot(String rows) throws IOException {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/sales-2026-06-30.csv"), "id,what\n" + rows);
    }

    @Test
    void servicesAreStoppedForTheLoadAndStartedAfterIt() throws Exception {
        assertThat(load(0)).anyMatch(line -> line.contains("\"stage\":\"stop services\""));

        assertThat(docker.changes())
                .containsExactly("stop django celery es", "start django celery es");
        everythingIsBack();
        assertThat(docker.environment())
                .contains("PATH")
                .noneMatch(name -> name.startsWith("LODE_") || name.startsWith("PG"))
                .doesNotContain("DATABASE_URL", "AWS_SECRET_ACCESS_KEY");
    }

    @Test
    void aLoadWithNothingNewLeavesServicesAlone() throws Exception {
        load(0);
        int before = docker.calls().size();
        load(0);

        assertThat(docker.calls()).hasSize(before);
    }

    @Test
    void servicesAreLeftAloneOnRequest() throws Exception {
        load(0, "--services", "none");

        assertThat(docker.calls()).isEmpty();
        assertThat(db.value("SELECT count(*) FROM sale")).isEqualTo("2");
    }

    @Test
    void lodeYamlDeclaresServicesInPlaceOfThePack() throws Exception {
        Files.writeString(
                folder.resolve("lode.yaml"),
                "services:\n  stop-while-loading: { docker-compose: elsewhere, services: es }\n");
        load(0, "--compose-folder", "docker/project");

        assertThat(docker.changes()).containsExactly("stop es", "start es");
    }

    @Test
    void nothingIsStoppedWhenTheDatabaseCannotBeReachedOrTheFileIsWrong() throws Exception {
        try (var lode = lode(Map.of("DATABASE_URL", "postgresql://x@127.0.0.1:9/none"))) {
            lode.rest();
            assertThat(lode.exitCode()).isEqualTo(4);
        }
        Files.writeString(folder.resolve("files/sales-2026-06-30.csv"), "wrong,columns\n1,2\n");
        load(1);

        assertThat(docker.calls()).isEmpty();
    }

    @Test
    void aLoadWhoseServicesDoNotStartIsDoneAndSaysSo() throws Exception {
        docker.failing("start", 100, "Error response from daemon: port is already allocated");
        var lines = load(4);

        assertThat(db.value("SELECT state FROM lode.run")).isEqualTo("completed");
        assertThat(lines.getLast())
                .contains("\"type\":\"summary\"")
                .contains("\"exit_code\":0")
                .contains("port is already allocated")
                .contains("start django celery es");
        assertThat(journals()).hasSize(1);

        docker.failing("start", 0, "");
        try (var lode = lode(Map.of(), "services", "start", "shop")) {
            lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isZero();
        }
        everythingIsBack();
    }

    /// Every command on docker is a border between two steps: before it has an effect, or after it.
    /// Those that change something are killed on both sides; `-Dlode.kills=50` does so with all.
    @Test
    void killedBetweenAnyTwoStepsTheNextStartGivesServicesBack() throws Exception {
        load(0);
        var undisturbed = docker.calls();
        int calls = undisturbed.size();
        assertThat(calls).isGreaterThan(8);
        var kills = new ArrayList<String>();
        for (int call = 1; call <= calls; call++) {
            for (boolean after : sides(undisturbed.get(call - 1), call)) {
                docker.close();
                docker = stack("docker-" + call + after);
                snapshot("1,tea\n2,coffee\n" + (10 + call) + "," + after + "\n");
                if (after) {
                    docker.hangingAfter(call);
                } else {
                    docker.hangingBefore(call);
                }
                var here = List.of("--compose-folder", docker.project().toString());
                try (var lode = lode(Map.of(), words(here))) {
                    while (!docker.hangs()) {
                        assertThat(lode.endsWithin(A_MOMENT)).as(lode.errors()).isFalse();
                    }
                    lode.kill();
                }
                kills.add(docker.calls().getLast());
                docker.free();
                if (!docker.running().equals(STACK)) {
                    assertThat(journals()).as("journal first, call %d", call).hasSize(1);
                }
                boolean byHand = call % 3 == 0;
                var next = byHand ? List.of("services", "start", "shop") : words(here);
                try (var lode = lode(Map.of(), next)) {
                    lode.rest();
                    assertThat(lode.exitCode()).as(lode.errors()).isZero();
                }
                assertThat(docker.running()).as("call %d %s", call, after).isEqualTo(STACK);
                assertThat(journals()).isEmpty();
            }
        }
        System.out.println("killed at: " + kills);
    }

    private static List<Boolean> sides(String command, int call) {
        boolean both =
                command.matches(".* (stop|start) .*") || Integer.getInteger("lode.kills", 8) >= 50;
        return both ? List.of(false, true) : List.of(call % 2 == 0);
    }

    @Test
    void stoppedWhileLoadingItGivesServicesBackFirst() throws Exception {
        load(0, "--services", "none");
        snapshot("1,tea\n3,milk\n");
        try (var blocker = db.connect();
                var lode = lode(Map.of(), words(List.of()))) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("LOCK TABLE sale IN EXCLUSIVE MODE");
            awaitLine(lode, "item_started");
            assertThat(docker.running()).containsExactly("postgres");
            lode.terminate();
            var rest = lode.rest();
            assertThat(lode.exitCode()).isEqualTo(143);
            assertThat(lode.errors()).contains("go on with: lode load shop");
            assertThat(rest).anyMatch(line -> line.contains("\"stage\":\"start services\""));
        }
        assertThat(db.value("SELECT state FROM lode.run ORDER BY id DESC LIMIT 1"))
                .isEqualTo("interrupted");
        everythingIsBack();
    }

    @Test
    void aSecondSignalLeavesServicesToTheNextStart() throws Exception {
        load(0, "--services", "none");
        snapshot("1,tea\n3,milk\n");
        try (var blocker = db.connect();
                var lode = lode(Map.of(), words(List.of()))) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("LOCK TABLE sale IN EXCLUSIVE MODE");
            awaitLine(lode, "item_started");
            docker.hangingBefore(docker.calls().size() + 1);
            lode.terminate();
            while (!docker.hangs()) {
                assertThat(lode.endsWithin(A_MOMENT)).as(lode.errors()).isFalse();
            }
            lode.terminate();
            assertThat(lode.endsWithin(Duration.ofSeconds(5))).isTrue();
            assertThat(lode.exitCode()).isEqualTo(143);
            assertThat(lode.errors()).contains("ended at once;", "lode load shop");
        }
        docker.free();
        assertThat(docker.running()).containsExactly("postgres");
        assertThat(journals()).hasSize(1);
        load(0);
        everythingIsBack();
    }

    private static void awaitLine(ChildLode lode, String type) throws IOException {
        for (String line = lode.line(); line != null; line = lode.line()) {
            if (line.contains("\"type\":\"" + type + "\"")) {
                return;
            }
        }
        throw new AssertionError("no " + type + ": " + lode.errors());
    }

    private void everythingIsBack() throws IOException {
        assertThat(docker.running()).isEqualTo(STACK);
        assertThat(journals()).isEmpty();
    }

    private List<Path> journals() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data/metadata"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private List<String> load(int exitCode, String... more) throws Exception {
        try (var lode = lode(Map.of(), words(List.of(more)))) {
            var lines = lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isEqualTo(exitCode);
            return lines;
        }
    }

    private List<String> words(List<String> more) {
        var words = new ArrayList<>(List.of("load", "shop", "--from", "files", "--json"));
        words.addAll(more);
        return words;
    }

    private ChildLode lode(Map<String, String> environment, String... words) throws IOException {
        return lode(environment, words.length == 0 ? words(List.of()) : List.of(words));
    }

    private ChildLode lode(Map<String, String> environment, List<String> words) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        var all = new HashMap<String, String>();
        all.put("PATH", docker.path());
        all.put("DATABASE_URL", db.url());
        all.put("PGPASSWORD", db.password().reveal());
        all.put("AWS_SECRET_ACCESS_KEY", "never seen by docker");
        all.put("LODE_PACKS", folder.resolve("packs").toString());
        all.put("LODE_DATA_ROOT", folder.resolve("data").toString());
        all.put("LODE_LEASE_TIMEOUT", "3");
        all.put("LODE_SERVICES_START", "2");
        all.putAll(environment);
        return ChildLode.start(folder, all, words);
    }
}
