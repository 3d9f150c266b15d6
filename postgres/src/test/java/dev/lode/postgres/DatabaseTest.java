package dev.lode.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.Secret;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.SocketFactory;

@OnPostgres
class DatabaseTest {
    /// Made by pgjdbc, by its name.
    public static final class Counted extends SocketFactory {
        private static final AtomicInteger MADE = new AtomicInteger();

        @Override
        public Socket createSocket() {
            MADE.incrementAndGet();
            return new Socket();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private static int sockets(Database database, int connections) throws SQLException {
        int before = Counted.MADE.get();
        for (int i = 0; i < connections; i++) {
            database.open("counted").close();
        }
        return Counted.MADE.get() - before;
    }

    private static String text(Connection connection, String sql) throws SQLException {
        return Sql.list(connection, sql, row -> String.valueOf(row.getString(1))).getFirst();
    }

    private static Database database(Db db, String user, Secret password) {
        return new Database(
                new DatabaseSettings(
                        db.server().host(),
                        db.server().port(),
                        db.database(),
                        user,
                        Optional.of(password),
                        Map.of("socketFactory", Counted.class.getName())),
                "public");
    }

    @Test
    void whoMayNotSetTheLanguageOfMessagesIsRefusedOnceAndNotAtEachConnection(Db db)
            throws SQLException {
        String role = "speaks " + db.database();
        db.run("CREATE ROLE \"" + role + "\" LOGIN PASSWORD 'few languages'");
        try {
            assertThat(sockets(database(db, role, Secret.of("few languages")), 3)).isEqualTo(4);
            assertThat(sockets(database(db, db.user(), db.password()), 3)).isEqualTo(3);
        } finally {
            db.run("DROP ROLE \"" + role + "\"");
        }
    }

    @Test
    void aLentSessionIsRenewedForWhoeverComesNext(Db db) throws SQLException {
        var database = database(db, db.user(), db.password());
        long backend;
        try (var lent = database.lent("one")) {
            backend = Sql.number(lent.connection(), "SELECT pg_backend_pid()");
            Sql.run(lent.connection(), "CREATE TEMPORARY TABLE own AS SELECT 1 AS x");
            for (int i = 0; i < 8; i++) {
                // Often enough to be prepared on the server.
                assertThat(Sql.number(lent.connection(), "SELECT x FROM own")).isEqualTo(1);
            }
            Sql.run(lent.connection(), "SET search_path = pg_temp, pg_catalog");
            Sql.run(lent.connection(), "SET TIME ZONE 'Asia/Tokyo'");
            Sql.run(lent.connection(), "SELECT pg_advisory_lock(7)");
            lent.connection().setAutoCommit(false);
            Sql.run(lent.connection(), "CREATE TABLE public.unfinished (x integer)");
            lent.done();
        }
        try (var next = database.lent("one")) {
            var connection = next.connection();
            assertThat(Sql.number(connection, "SELECT pg_backend_pid()")).isEqualTo(backend);
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(
                            text(
                                    connection,
                                    "SELECT current_setting('search_path') || ' ' ||"
                                            + " current_setting('TimeZone') || ' ' ||"
                                            + " current_setting('DateStyle') || ' ' || (SELECT"
                                            + " count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                            + " AND pid = pg_backend_pid())"))
                    .isEqualTo("\"public\" UTC ISO, MDY 0");
            assertThat(text(connection, "SELECT to_regclass('public.unfinished')::text"))
                    .isEqualTo("null");
            Sql.run(connection, "CREATE TEMPORARY TABLE own AS SELECT 'another type' AS x");
            assertThat(text(connection, "SELECT x FROM own")).isEqualTo("another type");
            assertThat(Sql.number(connection, "SELECT count(*) FROM own")).isEqualTo(1);
        }
        database.closeIdle();
    }

    @Test
    void aLentSessionThatIsNotDoneOrNotFitGoesToNobody(Db db) throws SQLException {
        var database = database(db, db.user(), db.password());
        long failed;
        try (var lent = database.lent("one")) {
            failed = Sql.number(lent.connection(), "SELECT pg_backend_pid()");
        }
        var cut = database.lent("one");
        long backend = Sql.number(cut.connection(), "SELECT pg_backend_pid()");
        db.run("SELECT pg_terminate_backend(" + backend + ")");
        cut.done();
        assertThatThrownBy(cut::close).isInstanceOf(SQLException.class);
        assertThat(cut.connection().isClosed()).isTrue();
        try (var next = database.lent("one")) {
            assertThat(Sql.number(next.connection(), "SELECT pg_backend_pid()"))
                    .isNotIn(failed, backend);
        }
        database.closeIdle();
    }
}
