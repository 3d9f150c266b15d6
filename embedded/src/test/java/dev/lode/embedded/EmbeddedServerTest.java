package dev.lode.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

class EmbeddedServerTest {
    /// To make a folder takes most of the time, so the tests that leave it as it was share one.
    private static final Place PLACE = Place.make();

    @AfterEach
    void stop() {
        EmbeddedServer.stop(shared(), Place.fast(), true);
    }

    @AfterAll
    static void remove() throws IOException {
        PLACE.close();
    }

    private static Path shared() {
        return PLACE.path("pg");
    }

    /// A folder that does not exist yet.
    private static Path fresh() {
        return PLACE.path("pg" + System.nanoTime());
    }

    @Test
    void theStandardServerIsDurableAndListensOnlyHere() throws SQLException {
        Path folder = fresh();
        var settings = EmbeddedSettings.standard().withBinariesFolder(Place.binaries());
        try (var server = EmbeddedServer.open(folder, settings)) {
            assertThat(value(server, "SHOW fsync")).isEqualTo("on");
            assertThat(value(server, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(value(server, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(value(server, "SHOW data_checksums")).isEqualTo("on");
            assertThat(value(server, "SHOW wal_level")).isEqualTo("minimal");
            assertThat(value(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(
                            value(
                                    server,
                                    "SELECT datlocprovider::text || ' ' || datlocale || ' ' ||"
                                        + " pg_encoding_to_char(encoding) FROM pg_database WHERE"
                                        + " datname = 'lode'"))
                    .isEqualTo("b C.UTF-8 UTF8");
            assertThat(value(server, "SELECT upper('é')")).isEqualTo("É");
            assertThat(value(server, "SELECT current_user || ' ' || current_database()"))
                    .isEqualTo("lode lode");
        }
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws SQLException, IOException {
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            String url = server.address().jdbcUrl();
            assertThatThrownBy(() -> DriverManager.getConnection(url + "&user=lode").close())
                    .hasMessageContaining("no password was provided");
            assertThatThrownBy(() -> DriverManager.getConnection(url, "lode", "guess").close())
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "").close())
                    .isInstanceOf(SQLException.class);
            // The driver may decline by itself: what the server wants is in its own table. No line
            // trusts anybody.
            try (var session = connect(server);
                    var rules =
                            session.createStatement()
                                    .executeQuery(
                                            "SELECT type, address, auth_method FROM"
                                                    + " pg_hba_file_rules ORDER BY 1")) {
                assertThat(rules.next()).isTrue();
                assertThat(rules.getString(2)).isEqualTo("127.0.0.1");
                assertThat(rules.getString(3)).isEqualTo("scram-sha-256");
                assertThat(rules.next()).isTrue();
                assertThat(rules.getString(1)).isEqualTo("local");
                assertThat(rules.getString(3)).isEqualTo("scram-sha-256");
                assertThat(rules.next()).isFalse();
            }
        }
        assertThat(permissions("password")).isEqualTo("rw-------");
        assertThat(permissions("data")).isEqualTo("rwx------");
        assertThat(permissions("run")).isEqualTo("rwx------");
    }

    @Test
    void rulesOfAccessThatWereOpenedAreClosedAtTheNextStart() throws SQLException, IOException {
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            assertThat(server.pid()).isPositive();
        }
        Files.writeString(
                shared().resolve("data/pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
        Folders.permit(shared().resolve("password"), "rw-r--r--");
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            assertThatThrownBy(
                            () ->
                                    DriverManager.getConnection(
                                                    server.address().jdbcUrl(), "lode", "guess")
                                            .close())
                    .hasMessageContaining("password authentication failed");
            assertThat(permissions("password")).isEqualTo("rw-------");
        }
    }

    @Test
    void rootsServerRunsAsAnAccountWithoutRights() throws IOException, SQLException {
        assumeTrue(Place.root() && Command.find("setpriv").isPresent());
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            String status = Files.readString(Path.of("/proc/" + server.pid() + "/status"));
            assertThat(status)
                    .doesNotContainPattern("(?m)^[UG]id:.*\\b0\\b")
                    .containsPattern("(?m)^Groups:\\s*$");
            assertThat(status)
                    .containsPattern("CapEff:\\s0+\n")
                    .containsPattern("NoNewPrivs:\\s1\n");
            assertThatThrownBy(
                            () ->
                                    value(
                                            server,
                                            "SELECT pg_read_file('"
                                                    + shared().resolve("password")
                                                    + "')"))
                    .hasMessageContaining("Permission denied");
        }
    }

    @Test
    void inAFolderThatOnlyRootCanEnterTheServerRunsInANamespace() throws IOException, SQLException {
        assumeTrue(Place.root() && Command.find("unshare").isPresent());
        assumeTrue(
                Command.run(
                                new RunAs.Namespace(Command.find("unshare").orElseThrow())
                                        .command(List.of("/bin/true")),
                                Path.of("/"),
                                Duration.ofSeconds(10))
                        .succeeded());
        Path closed = PLACE.path("closed");
        Files.createDirectory(closed);
        Folders.permit(closed, "rwx------");
        for (int round = 0; round < 2; round++) {
            try (var server = EmbeddedServer.open(closed.resolve("pg"), Place.fast())) {
                assertThat(value(server, "SELECT 1")).isEqualTo("1");
                assertThat(Files.readString(Path.of("/proc/" + server.pid() + "/status")))
                        .containsPattern("CapEff:\\s0+\n");
            }
        }
        assertThat(EmbeddedServer.find(closed.resolve("pg"))).isEmpty();
    }

    @Test
    void theServerStandsInASessionOfItsOwn() throws IOException {
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            Path stat = Path.of("/proc/" + server.pid() + "/stat");
            assumeTrue(Files.exists(stat));
            String afterName = Files.readString(stat).replaceFirst("^.*\\) ", "");
            assertThat(afterName.split(" ", -1)[3]).isEqualTo(Long.toString(server.pid()));
        }
    }

    @Test
    void theLastOneOutStopsTheServer() {
        var first = EmbeddedServer.open(shared(), Place.fast());
        var second = EmbeddedServer.open(shared(), Place.fast());
        assertThat(second.pid()).isEqualTo(first.pid());
        first.close();
        first.close();
        assertThat(EmbeddedServer.find(shared()).map(ServerAddress::url))
                .contains(second.address().url());
        second.close();
        assertThat(EmbeddedServer.find(shared())).isEmpty();
        assertThat(Processes.alive(second.pid())).isFalse();
    }

    @Test
    void addressAndRowsStayTheSameFromStartToStart() throws SQLException {
        ServerAddress before;
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            before = server.address();
            run(server, "CREATE TABLE kept AS SELECT 7 AS seven");
        }
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            assertThat(server.address().url()).isEqualTo(before.url());
            assertThat(value(server, "SELECT seven FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void theUrlIsForPeopleAndTheAddressPrintsNoPassword() throws SQLException {
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            String password = server.address().password().reveal();
            assertThat(password).hasSize(43).matches("[A-Za-z0-9_-]+");
            assertThat(server.address().url())
                    .isEqualTo(
                            "postgresql://lode:"
                                    + password
                                    + "@127.0.0.1:"
                                    + server.address().port()
                                    + "/lode");
            assertThat(server.address().toString()).doesNotContain(password);
        }
    }

    @Test
    void aKeptServerStaysUntilItIsStopped() {
        var settings = Place.fast();
        try (var server = EmbeddedServer.open(shared(), settings)) {
            server.keep();
        }
        assertThat(EmbeddedServer.find(shared())).isPresent();
        assertThat(EmbeddedServer.stop(shared(), settings, false))
                .isEqualTo(EmbeddedServer.Stopped.ENDED);
        assertThat(EmbeddedServer.find(shared())).isEmpty();
        assertThat(EmbeddedServer.stop(shared(), settings, false))
                .isEqualTo(EmbeddedServer.Stopped.NOT_RUNNING);
        EmbeddedServer.open(shared(), settings).close();
        assertThat(EmbeddedServer.find(shared())).isEmpty();
    }

    @Test
    void aServerInUseIsStoppedOnlyWhenToldSo() throws SQLException {
        var settings = Place.fast();
        try (var server = EmbeddedServer.open(shared(), settings);
                var session = connect(server)) {
            assertThat(EmbeddedServer.stop(shared(), settings, false))
                    .isEqualTo(EmbeddedServer.Stopped.IN_USE);
            assertThat(session.isValid(10)).isTrue();
            assertThat(EmbeddedServer.stop(shared(), settings, true))
                    .isEqualTo(EmbeddedServer.Stopped.ENDED);
            assertThat(session.isValid(10)).isFalse();
        }
    }

    @Test
    void aTakenPortIsLeftToItsOwner() throws IOException, SQLException {
        int before;
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            before = server.address().port();
        }
        try (var other = new ServerSocket(before, 1, InetAddress.getLoopbackAddress());
                var server = EmbeddedServer.open(shared(), Place.fast())) {
            assertThat(other.isBound()).isTrue();
            assertThat(server.address().port()).isNotEqualTo(before);
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aPortTakenAtTheLastMomentIsGivenUpForAnother() throws IOException, SQLException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var server =
                        EmbeddedServer.open(
                                shared(), Place.fast().with("unix_socket_directories", ""))) {
            // PostgreSQL is told the port in a file that is read again at its start; a stranger may
            // be faster than we.
            EmbeddedServer.stop(shared(), Place.fast(), true);
            assertThat(server.address().port()).isNotEqualTo(other.getLocalPort());
            var launches = new AtomicInteger();
            var start =
                    new Start(
                            shared(),
                            Place.fast().binaries().install(Place.binaries()),
                            new Cluster(
                                    shared(), Place.fast().binaries().install(Place.binaries())),
                            Place.fast(),
                            new ServerLog(shared().resolve("server.log")),
                            Command.find("setsid"),
                            last ->
                                    launches.getAndIncrement() == 0
                                            ? other.getLocalPort()
                                            : Start.freePort(last));
            assertThat(start.ready().port()).isNotEqualTo(other.getLocalPort());
            assertThat(launches).hasValue(2);
        }
    }

    @Test
    void withoutSetsidPgCtlDetachesTheServer() throws IOException {
        EmbeddedServer.open(shared(), Place.fast()).close();
        Installation programs = Place.fast().binaries().install(Place.binaries());
        var start =
                new Start(
                        shared(),
                        programs,
                        new Cluster(shared(), programs),
                        Place.fast(),
                        new ServerLog(shared().resolve("server.log")),
                        Optional.empty(),
                        Start::freePort);
        Postmaster server = start.ready();
        assertThat(server.alive()).isTrue();
        server.signal("INT");
        assertThat(server.awaitEnd(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void anErrorOfTheServerComesWithTheEndOfItsLog() {
        assertRefused(
                        () ->
                                EmbeddedServer.open(
                                        shared(), Place.fast().with("shared_buffers", "plenty")))
                .hasMessageContaining("ended while starting")
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"")
                .hasMessageContaining("server.log");
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedAndLeftAlone() throws IOException {
        Path folder = fresh();
        EmbeddedServer.open(folder, Place.fast()).close();
        Files.writeString(folder.resolve("data/PG_VERSION"), "15\n");
        assertRefused(() -> EmbeddedServer.open(folder, Place.fast()))
                .hasMessageContaining("made by PostgreSQL 15, this Lode brings 18.")
                .hasMessageContaining("export the tables");
        assertThat(folder.resolve("data/base")).exists();
    }

    @Test
    void aDataFolderThatIsNoneIsNotTouched() throws IOException {
        Path folder = fresh();
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/thesis.txt"), "years of work");
        assertRefused(() -> EmbeddedServer.open(folder, Place.fast()))
                .hasMessageContaining("PG_VERSION is missing");
        assertThat(folder.resolve("data/thesis.txt")).hasContent("years of work");
    }

    @Test
    void whatAKilledInitdbLeftIsMadeAnew() throws IOException, SQLException {
        Path folder = fresh();
        Files.createDirectories(folder.resolve("data.new-1/base/1"));
        Files.writeString(folder.resolve("data.new-1/PG_VERSION"), "18\n");
        Files.writeString(folder.resolve("data.new-1.password"), "old");
        Files.writeString(folder.resolve("password"), "old");
        try (var server = EmbeddedServer.open(folder, Place.fast())) {
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
            assertThat(server.address().password().reveal()).isNotEqualTo("old");
        }
        try (var left = Files.newDirectoryStream(folder, "data.new*")) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aServerOfAnotherHostIsNotStarted() throws IOException {
        try (var server = EmbeddedServer.open(shared(), Place.fast())) {
            assertThat(server.pid()).isPositive();
            assertThat(shared().resolve("host")).exists();
        }
        assertThat(shared().resolve("host")).doesNotExist();
        Files.writeString(shared().resolve("host"), "elsewhere\nabc\ndef\n");
        assertRefused(() -> EmbeddedServer.open(shared(), Place.fast()))
                .hasMessageContaining("belongs to host \"elsewhere\"")
                .hasMessageContaining("remove the file");
        Files.delete(shared().resolve("host"));
        EmbeddedServer.open(shared(), Place.fast()).close();
    }

    @Test
    void anotherBootOfTheSameHostTakesOver() throws IOException, SQLException {
        Path folder = fresh();
        Files.createDirectories(folder);
        HostClaim own = HostClaim.own();
        new HostClaim(own.name(), own.machine(), "an earlier boot").make(folder);
        try (var server = EmbeddedServer.open(folder, Place.fast())) {
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
            assertThat(Files.readAllLines(folder.resolve("host"))).contains(own.boot());
        }
    }

    @Test
    void aLostPasswordIsNamed() throws IOException {
        Path folder = fresh();
        EmbeddedServer.open(folder, Place.fast()).close();
        Files.delete(folder.resolve("password"));
        assertRefused(() -> EmbeddedServer.open(folder, Place.fast()))
                .hasMessageContaining("the password of the PostgreSQL server is gone");
    }

    @Test
    void aPathThatIsAFileIsNamed() throws IOException {
        Path folder = fresh();
        Files.writeString(folder, "not a folder");
        assertRefused(() -> EmbeddedServer.open(folder, Place.fast()))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("--data-root");
    }

    @Test
    void installedProgramsAreTakenWhereTheyAre() throws IOException, SQLException {
        Path folder = fresh();
        Path installed = Path.of("/usr/lib/postgresql/15/bin");
        assumeTrue(Files.isExecutable(installed.resolve("initdb")));
        var settings = Place.fast().withBinaries(new PostgresBinaries.Installed(installed));
        try (var server = EmbeddedServer.open(folder, settings)) {
            assertThat(value(server, "SHOW server_version")).startsWith("15.");
            assertThat(
                            value(
                                    server,
                                    "SELECT setting FROM pg_settings WHERE name ="
                                            + " 'default_toast_compression'"))
                    .isEqualTo("lz4");
        }
        assertThat(folder.resolve("binaries")).doesNotExist();
    }

    @Test
    void programsThatAreMissingAreNamed() {
        var settings =
                Place.fast().withBinaries(new PostgresBinaries.Installed(PLACE.path("nowhere")));
        assertRefused(() -> EmbeddedServer.open(shared(), settings))
                .hasMessageContaining("holds no program \"initdb\"");
    }

    @Test
    void aFolderTooDeepForASocketHasNone() throws IOException, SQLException {
        Path deep = PLACE.path("d".repeat(60)).resolve("e".repeat(60));
        try (var server = EmbeddedServer.open(deep, Place.fast())) {
            assertThat(value(server, "SHOW unix_socket_directories")).isEmpty();
            EmbeddedServer.stop(deep, Place.fast(), true);
        }
    }

    @Test
    void aPathWithBlanksAndQuotesIsAPathLikeOthers() throws SQLException {
        try (var server = EmbeddedServer.open(PLACE.path("it's a \"db\", $HOME"), Place.fast())) {
            assertThat(value(server, "SELECT 1")).isEqualTo("1");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            ThrowingCallable opening) {
        return assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE));
    }

    private static String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(shared().resolve(name)));
    }

    private static Connection connect(EmbeddedServer server) throws SQLException {
        Secret password = server.address().password();
        return DriverManager.getConnection(
                server.address().jdbcUrl(), server.address().user(), password.reveal());
    }

    private static String value(EmbeddedServer server, String sql) throws SQLException {
        try (var session = connect(server);
                var result = session.createStatement().executeQuery(sql)) {
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
