package dev.lode.embedded;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// Knocks at the server's door.
///
/// @param port on 127.0.0.1
/// @param folder the server's folder; its file `database` says that the database was made
record Login(int port, Path folder) {
    static final String DATABASE = "lode";

    private static final String STATE_NO_DATABASE = "3D000";
    private static final String STATE_DATABASE_EXISTS = "42P04";
    private static final String STATE_NOT_NOW = "57P03";
    private static final int CONNECT_SECONDS = 10;
    private static final int ANSWER_SECONDS = 60;
    private static final int PROTOCOL = 3 << 16;

    /// What came of knocking.
    enum Outcome {
        /// The server takes connections and the database is there.
        IN,
        /// It is starting or stopping: knock again.
        NOT_NOW,
    }

    /// Asks for entry. The first time ever it goes in and makes the database; later it leaves when
    /// it is asked for the password, because to prove it, in a young JVM, takes longer than the
    /// server takes to start.
    ///
    /// @throws LodeException RESOURCE when the server does not take our password, or answers
    ///   something unknown
    Outcome knock() throws IOException {
        Path made = folder.resolve("database");
        if (Files.exists(made)) {
            return asksForPassword() ? Outcome.IN : Outcome.NOT_NOW;
        }
        Outcome outcome = enter();
        if (outcome == Outcome.IN) {
            Folders.write(made, DATABASE + "\n", "rw-r--r--");
        }
        return outcome;
    }

    /// Sends the start message of PostgreSQL's protocol 3.0; the first byte of the answer is `R`
    /// (prove who you are) or `E` (not now, the reason follows).
    private boolean asksForPassword() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                    1000);
            socket.setSoTimeout(1000);
            byte[] names =
                    ("user\0" + Cluster.USER + "\0database\0" + DATABASE + "\0\0")
                            .getBytes(StandardCharsets.UTF_8);
            var message =
                    ByteBuffer.allocate(8 + names.length)
                            .putInt(8 + names.length)
                            .putInt(PROTOCOL)
                            .put(names);
            socket.getOutputStream().write(message.array());
            return socket.getInputStream().read() == 'R';
        } catch (IOException e) {
            // Nobody there, or too busy to answer: the caller's loop has the time limit.
            return false;
        }
    }

    private Outcome enter() throws IOException {
        Secret password = Cluster.password(folder);
        try {
            connect(DATABASE, password).close();
            return Outcome.IN;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            return switch (state) {
                case STATE_NO_DATABASE -> makeDatabase(password);
                case STATE_NOT_NOW, "08001", "08006", "57P01" -> Outcome.NOT_NOW;
                default ->
                        throw LodeException.resource(
                                "embedded PostgreSQL at 127.0.0.1:"
                                        + port
                                        + ": does not let Lode in ("
                                        + state
                                        + ": "
                                        + e.getMessage()
                                        + "); not used; check the file \""
                                        + folder.resolve("password")
                                        + "\", or stop that server",
                                e);
            };
        }
    }

    private Outcome makeDatabase(Secret password) {
        try (Connection connection = connect("postgres", password);
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
            try (var lz4 =
                    statement.executeQuery(
                            "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression'"
                                    + " AND 'lz4' = ANY (enumvals)")) {
                if (lz4.next()) {
                    statement.execute(
                            "ALTER DATABASE " + DATABASE + " SET default_toast_compression = lz4");
                }
            }
            return Outcome.IN;
        } catch (SQLException e) {
            if (STATE_DATABASE_EXISTS.equals(e.getSQLState())) {
                return Outcome.IN;
            }
            throw LodeException.resource(
                    "embedded PostgreSQL at 127.0.0.1:"
                            + port
                            + ": cannot make the database \""
                            + DATABASE
                            + "\" ("
                            + e.getMessage()
                            + "); not used; look at \""
                            + folder.resolve("server.log")
                            + "\"",
                    e);
        }
    }

    private Connection connect(String database, Secret password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", Cluster.USER);
        properties.setProperty("password", password.reveal());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        properties.setProperty("ApplicationName", "lode start");
        return DriverManager.getConnection(url(port, database), properties);
    }

    /// Without the password. Encryption is off: the server is on this host.
    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:"
                + port
                + "/"
                + database
                + "?sslmode=disable&gssEncMode=disable";
    }
}
