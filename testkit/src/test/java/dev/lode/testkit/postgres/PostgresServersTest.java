package dev.lode.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;

@OnPostgres
class PostgresServersTest {
    @BeforeEach
    void table(Db db) {
        db.run("CREATE TABLE note (id int PRIMARY KEY, text text)");
    }

    @EachPostgres
    void everyVersionGivesAnEmptyDatabaseOfItsOwn(Db db, TestServer server) {
        assertThat(db.rows("SELECT * FROM note")).isEmpty();
        assertThat(server.kind()).isEqualTo(db.kind());
        int major = Integer.parseInt(db.value("SHOW server_version_num")) / 10_000;
        switch (db.kind().version()) {
            case NEWEST -> assertThat(major).isEqualTo(18);
            case OLDEST -> assertThat(major).isEqualTo(13);
            case MACHINE -> assertThat(major).isBetween(13, 18);
        }
        assertThat(db.value("SHOW fsync")).isEqualTo("off");
        assertThat(db.value("SHOW wal_level")).isEqualTo("replica");
    }

    @Test
    void sessionsAreInAnotherTimeZoneThanTheJvm(Db db) {
        assertThat(
                        db.rows(
                                "SELECT current_setting('TimeZone'),"
                                        + " to_char('2026-07-01T12:00Z'::timestamptz, 'HH24:MI'),"
                                        + " NULL"))
                .containsExactly(Db.row("Pacific/Chatham", "00:45", null));
    }

    @Test
    void aKilledServerComesBackAtItsAddressWithWhatWasCommitted(Db db) throws SQLException {
        try (var server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
                var own = server.freshDatabase();
                var session = own.connect()) {
            own.run("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
            own.run("CHECKPOINT");
            own.run("INSERT INTO kept VALUES (2)");
            server.kill();
            assertThatThrownBy(() -> session.createStatement().execute("SELECT 1"))
                    .isInstanceOf(SQLException.class);
            assertThat(own.value("SELECT count(*) FROM kept")).isEqualTo("2");
            server.restart();
            assertThat(own.value("SELECT count(*) FROM kept")).isEqualTo("2");
        }
        assertThat(db.value("SELECT 1")).isEqualTo("1");
    }

    @Test
    void terminatedBackendsLoseTheirSessions(TestServer server, Db db) throws SQLException {
        try (var session = db.connect()) {
            assertThat(server.terminateBackends()).isPositive();
            assertThatThrownBy(() -> session.createStatement().execute("SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    @OnPostgres(minimalWal = true, durable = true)
    void aDurableServerWithMinimalWalIsThereForTheAsking(Db db) {
        assertThat(db.value("SHOW wal_level")).isEqualTo("minimal");
        assertThat(db.value("SHOW fsync")).isEqualTo("on");
        assertThat(db.value("SHOW full_page_writes")).isEqualTo("on");
        assertThat(db.value("SHOW synchronous_commit")).isEqualTo("on");
    }

    @Test
    void aSchemaIsGoneAfterItsTest(TestServer server) {
        Db db = server.freshSchema();
        db.run("CREATE TABLE here (id int)");
        assertThat(db.value("SELECT count(*) FROM pg_tables WHERE schemaname = ?", db.schema()))
                .isEqualTo("1");
        db.close();
        assertThat(db.value("SELECT count(*) FROM pg_namespace WHERE nspname = ?", db.schema()))
                .isEqualTo("0");
    }
}
