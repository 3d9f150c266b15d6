package dev.lode.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.Secret;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Several processes, and the death of each of them.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedServerTest {
    private Place place;

    @BeforeEach
    void make() {
        place = Place.make();
    }

    @AfterEach
    void remove() throws IOException {
        place.close();
    }

    @Test
    void twoProcessesShareOneServerAndTheSecondToLeaveStopsIt() throws Exception {
        var server = EmbeddedServer.open(place.folder(), Place.fast());
        try (var other = ChildJvm.start(EmbeddedClient.class, place.folder(), Place.binaries())) {
            assertThat(other.line())
                    .isEqualTo("open " + server.address().port() + " " + server.pid());
            server.close();
            assertThat(Processes.alive(server.pid())).isTrue();
            assertThat(other.end()).containsExactly("closed");
        }
        assertEnds(server.pid());
    }

    @Test
    void processesThatStartAtOnceMakeOneServer() throws Exception {
        try (var first =
                        ChildJvm.start(
                                EmbeddedClient.class, place.folder(), place.path("programs"));
                var second =
                        ChildJvm.start(
                                EmbeddedClient.class, place.folder(), place.path("programs"));
                var elsewhere =
                        ChildJvm.start(
                                EmbeddedClient.class,
                                place.path("other"),
                                place.path("programs"))) {
            String answer = String.valueOf(first.line());
            assertThat(answer).startsWith("open ");
            assertThat(second.line()).isEqualTo(answer);
            assertThat(elsewhere.line()).startsWith("open ").isNotEqualTo(answer);
        }
        try (var programs = Files.list(place.path("programs"))) {
            assertThat(programs).hasSize(2);
        }
    }

    @Test
    void aServerSurvivesItsKilledClientAndIsStoppedByTheNext() throws Exception {
        String port;
        long pid;
        try (var client = ChildJvm.start(EmbeddedClient.class, place.folder(), Place.binaries())) {
            String[] words = String.valueOf(client.line()).split(" ", -1);
            port = words[1];
            pid = Long.parseLong(words[2]);
            client.kill();
        }
        assertThat(Processes.alive(pid)).isTrue();
        try (var server = EmbeddedServer.open(place.folder(), Place.fast())) {
            assertThat(server.pid()).isEqualTo(pid);
            assertThat(server.address().port()).isEqualTo(Integer.parseInt(port));
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
        }
        assertEnds(pid);
    }

    @Test
    void aServerThatAnotherProcessKeptIsStoppedByCommand() throws Exception {
        long pid;
        try (var client = ChildJvm.start(EmbeddedClient.class, place.folder(), Place.binaries())) {
            pid = Long.parseLong(String.valueOf(client.line()).split(" ", -1)[2]);
            client.obey("keep");
            assertThat(EmbeddedServer.stop(place.folder(), Place.fast(), false))
                    .isEqualTo(EmbeddedServer.Stopped.IN_USE);
            client.obey("keep");
            assertThat(client.end()).containsExactly("closed");
        }
        assertThat(Processes.alive(pid)).isTrue();
        assertThat(EmbeddedServer.stop(place.folder(), Place.fast(), false))
                .isEqualTo(EmbeddedServer.Stopped.ENDED);
        assertThat(Processes.alive(pid)).isFalse();
    }

    @Test
    void aKilledServerIsRecoveredWithWhatWasCommitted() throws Exception {
        try (var before = EmbeddedServer.open(place.folder(), Place.fast());
                var busy = connect(before)) {
            run(before, "CREATE TABLE kept AS SELECT 7 AS seven");
            long session = Long.parseLong(value(busy, "SELECT pg_backend_pid()"));
            // A session that computes does not notice that its server is gone, and keeps the memory
            // in use.
            Thread.ofVirtual().start(() -> computeForEver(busy));
            awaitState(before, session);
            ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly();
            try (var after = EmbeddedServer.open(place.folder(), Place.fast())) {
                assertThat(after.pid()).isNotEqualTo(before.pid());
                assertThat(after.address().port()).isEqualTo(before.address().port());
                assertThat(value(after, "SELECT seven FROM kept")).isEqualTo("7");
                assertThat(Processes.alive(session)).isFalse();
            }
        }
    }

    @Test
    void aProcessFileOfADeadServerDoesNotMislead() throws Exception {
        EmbeddedServer.open(place.folder(), Place.fast()).close();
        Path file = place.folder().resolve("data/postmaster.pid");
        Files.writeString(file, processFile(deadProcess(), "ready   "));
        RunAs.alike(file, place.folder().resolve("data"));
        try (var server = EmbeddedServer.open(place.folder(), Place.fast())) {
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aStrangerWithTheProcessIdOfADeadServerIsNotTakenForIt() throws Exception {
        EmbeddedServer.open(place.folder(), Place.fast()).close();
        Path data = place.folder().resolve("data");
        // The same account, so that PostgreSQL itself would believe it.
        Process stranger =
                new ProcessBuilder(RunAs.ownerOf(data).command(List.of("/bin/sleep", "600")))
                        .start();
        try {
            Path file = data.resolve("postmaster.pid");
            Files.writeString(file, processFile(stranger.pid(), "ready   "));
            RunAs.alike(file, data);
            assertThat(EmbeddedServer.find(place.folder())).isEmpty();
            try (var server = EmbeddedServer.open(place.folder(), Place.fast())) {
                assertThat(value(server, "SELECT 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFirstStartThatIsKilledAnywhereLeavesNothingThatHinders() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            // Killed when a name that the start makes on its way has appeared.
            String name =
                    List.of(
                                    "start\\.lock",
                                    "data\\.new-\\d+",
                                    "data\\.new-\\d+/global",
                                    "data\\.new-.*\\.password",
                                    "password",
                                    "data",
                                    "server\\.conf",
                                    "data/postmaster\\.pid")
                            .get(random.nextInt(8));
            try (var client =
                    ChildJvm.start(EmbeddedClient.class, place.folder(), Place.binaries())) {
                awaitName(place.folder(), Pattern.compile(name));
                client.kill();
            }
            try (var server = EmbeddedServer.open(place.folder(), Place.fast())) {
                assertThat(value(server, "SELECT current_database()"))
                        .as("killed at %s, seed %s", name, seed)
                        .isEqualTo("lode");
            }
            Folders.remove(place.folder());
        }
    }

    @Test
    void aNormalUserNeedsNothingSpecial() throws Exception {
        Path setpriv = Command.find("setpriv").orElse(Path.of("/nowhere"));
        assumeTrue(
                Place.root() && Files.isExecutable(setpriv), "only root can become another user");
        Path own = place.path("own");
        Files.createDirectory(own);
        var account = new RunAs.Account(setpriv, 65534, 65534);
        Files.setAttribute(own, "unix:uid", 65534);
        Path classes = place.path("classes");
        Files.createDirectory(classes);
        String classPath = ChildJvm.copiedClassPath(classes);
        List<String> before = account.command(List.of());
        try (var client =
                ChildJvm.start(
                        before,
                        classPath,
                        EmbeddedClient.class,
                        own.resolve("pg"),
                        own.resolve("bin"))) {
            String answer = String.valueOf(client.line());
            assertThat(answer).startsWith("open ");
            String pid = answer.split(" ", -1)[2];
            assertThat(Files.readString(Path.of("/proc/" + pid + "/status")))
                    .containsPattern("Uid:\\s65534\\s65534");
            assertThat(client.end()).containsExactly("closed");
        }
        Files.createDirectory(place.path("roots"));
        try (var client =
                ChildJvm.start(
                        before,
                        classPath,
                        EmbeddedClient.class,
                        place.path("roots").resolve("pg"),
                        own.resolve("bin"))) {
            assertThat(client.line())
                    .startsWith("error RESOURCE ")
                    .contains("access denied to \"" + place.path("roots").resolve("pg") + "\"")
                    .contains("--data-root");
        }
        EmbeddedServer.open(place.path("roots").resolve("pg"), Place.fast()).close();
        try (var client =
                ChildJvm.start(
                        before,
                        classPath,
                        EmbeddedClient.class,
                        place.path("roots").resolve("pg"),
                        own.resolve("bin"))) {
            assertThat(client.line()).startsWith("error RESOURCE ").contains("cannot be used");
        }
    }

    private static String processFile(long pid, String state) {
        return pid
                + "\n/nowhere\n1700000000\n5432\n\n127.0.0.1\n  1234567   4000000\n"
                + state
                + "\n";
    }

    private static long deadProcess() throws Exception {
        Process process = new ProcessBuilder("/bin/true").start();
        process.waitFor();
        return process.pid();
    }

    private static void computeForEver(Connection session) {
        try (session;
                var statement = session.createStatement()) {
            statement.execute("DO $$ BEGIN LOOP END LOOP; END $$");
        } catch (SQLException e) {
            // The session is killed with the server: what the test wants.
            assertThat(e.getSQLState()).startsWith("08");
        }
    }

    private static void awaitState(EmbeddedServer server, long session) throws SQLException {
        Waiting waiting = Waiting.atMost(Duration.ofSeconds(60));
        while (!value(
                        server,
                        "SELECT state || ' ' || left(query, 2) FROM pg_stat_activity WHERE pid = "
                                + session)
                .equals("active DO")) {
            assertThat(waiting.over()).isFalse();
            waiting.pause(5);
        }
    }

    private static void awaitName(Path folder, Pattern name) throws IOException {
        Waiting waiting = Waiting.atMost(Duration.ofSeconds(60));
        boolean there = false;
        while (!there) {
            assertThat(waiting.over()).as("waited for %s", name).isFalse();
            if (Files.isDirectory(folder)) {
                try (var paths = Files.walk(folder, 2)) {
                    there =
                            paths.anyMatch(
                                    path ->
                                            name.matcher(folder.relativize(path).toString())
                                                    .matches());
                } catch (UncheckedIOException e) {
                    // A file went away during the walk: look again.
                    there = false;
                }
            }
        }
    }

    /// The client waits only a second for the end of a server.
    private static void assertEnds(long pid) {
        Waiting waiting = Waiting.atMost(Duration.ofSeconds(60));
        while (Processes.alive(pid)) {
            assertThat(waiting.over()).isFalse();
            waiting.pause(5);
        }
    }

    private static Connection connect(EmbeddedServer server) throws SQLException {
        Secret password = server.address().password();
        return DriverManager.getConnection(
                server.address().jdbcUrl(), server.address().user(), password.reveal());
    }

    private static String value(EmbeddedServer server, String sql) throws SQLException {
        try (var session = connect(server)) {
            return value(session, sql);
        }
    }

    private static String value(Connection session, String sql) throws SQLException {
        try (var result = session.createStatement().executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "(no row)";
        }
    }

    private static void run(EmbeddedServer server, String sql) throws SQLException {
        try (var session = connect(server);
                var statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
