package dev.lode.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.Secret;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.Socket;
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
}
