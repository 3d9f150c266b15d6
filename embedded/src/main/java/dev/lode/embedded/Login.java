package dev.lode.embedded;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// Knocks at the server's door: the only proof that it is ours, that it lets us in and that it is ready.
///
/// @param port on 127.0.0.1
record Login(int port, Secret password) {
    static final String DATABASE = "lode";

    private static final String STATE_NO_DATABASE = "3D000";
    private static final String STATE_DATABASE_EXISTS = "42P04";
    private static final String STATE_NOT_NOW = "57P03";
    private static final String STATE_TOO_MANY_CONNECTIONS = "53300";
    private static final int TIMEOUT_SECONDS = 10;

    /// What came of knocking.
    enum Outcome {
        /// The server is ours and the database is there.
        IN,
        /// It is starting or stopping: knock again.
        NOT_NOW,
    }

    /// Connects; on a fresh server makes the database first.
    ///
    /// @throws LodeException RESOURCE when the server does not take our password, or answers something unknown
    Outcome knock() {
        try {
            connect(DATABASE).close();
            return Outcome.IN;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            return switch (state) {
                case STATE_NO_DATABASE -> makeDatabase();
                case STATE_TOO_MANY_CONNECTIONS -> Outcome.IN;
                case STATE_NOT_NOW, "08001", "08006", "57P01" -> Outcome.NOT_NOW;
                default ->
                    throw LodeException.resource("embedded PostgreSQL at 127.0.0.1:" + port + ": does not let Lode in ("
                            + state + ": " + e.getMessage() + "); not used; check the file \"password\" beside its data"
                            + " folder, or stop that server", e);
            };
        }
    }

    private Outcome makeDatabase() {
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
            try (var lz4 = statement.executeQuery("SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression'"
                    + " AND 'lz4' = ANY (enumvals)")) {
                if (lz4.next()) {
                    statement.execute("ALTER DATABASE " + DATABASE + " SET default_toast_compression = lz4");
                }
            }
            return Outcome.IN;
        } catch (SQLException e) {
            if (STATE_DATABASE_EXISTS.equals(e.getSQLState())) {
                return Outcome.IN;
            }
            throw LodeException.resource("embedded PostgreSQL at 127.0.0.1:" + port + ": cannot make the database \""
                    + DATABASE + "\" (" + e.getMessage() + "); not used; look at server.log beside its data folder", e);
        }
    }

    private Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", Cluster.USER);
        properties.setProperty("password", password.reveal());
        properties.setProperty("connectTimeout", Integer.toString(TIMEOUT_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(TIMEOUT_SECONDS * 6));
        properties.setProperty("ApplicationName", "lode start");
        return DriverManager.getConnection(url(port, database), properties);
    }

    /// Without the password. Encryption is off: the server is on this host.
    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?sslmode=disable&gssEncMode=disable";
    }
}
