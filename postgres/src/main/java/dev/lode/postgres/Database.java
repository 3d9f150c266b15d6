package dev.lode.postgres;

import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.WeakHashMap;

/// Connections to the database of some [DatabaseSettings].
public final class Database implements Connections {
    private static final int CONNECT_SECONDS = 10;

    /// A backend lives a moment longer than its connection.
    private static final Duration BACKEND_ENDS = Duration.ofSeconds(2);

    private static final Duration BACKEND_PAUSE = Duration.ofMillis(20);

    private static final String OPTIONS =
            " -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1"
                    + " -c bytea_output=hex -c client_min_messages=warning -c statement_timeout=0"
                    + " -c idle_in_transaction_session_timeout=0";

    /// pgjdbc sets the JVM's zone in the start packet and overrides what options say.
    private static final String UTC = "SET TIME ZONE 'UTC'";

    /// Superusers only: the server ends the session of any other at its start.
    private static final String ENGLISH = " -c lc_messages=C";

    private final DatabaseSettings settings;
    private final String schema;
    private final Duration patience;
    private final IdleConnections idle = new IdleConnections();
    private List<Connection> doomed = List.of();
    private final Set<Connection> open =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));
    private volatile boolean foreignMessages;

    /// @param schema first on the search path of every connection, so that unqualified names of a
    ///   pack's SQL go there
    /// @param patience how long a short piece of work waits for a connection that others of this
    ///   process give back, where the server has none left
    public Database(DatabaseSettings settings, String schema, Duration patience) {
        this.settings = settings;
        this.schema = schema;
        this.patience = patience;
    }

    /// With a minute of patience.
    public Database(DatabaseSettings settings, String schema) {
        this(settings, schema, Duration.ofMinutes(1));
    }

    public DatabaseSettings settings() {
        return settings;
    }

    /// Makes the database of the settings when it is missing, over a connection to database
    /// `postgres`.
    ///
    /// @return whether it was made
    public boolean createDatabase() {
        var maintenance =
                new DatabaseSettings(
                        settings.host(),
                        settings.port(),
                        "postgres",
                        settings.user(),
                        settings.password(),
                        settings.options());
        try (var connection = new Database(maintenance, "public").open("lode init")) {
            boolean there =
                    Sql.number(
                                    connection,
                                    "SELECT count(*) FROM pg_database WHERE datname = ?",
                                    settings.database())
                            > 0;
            if (!there) {
                Sql.run(
                        connection,
                        "CREATE DATABASE "
                                + dev.lode.core.TableName.quote(settings.database())
                                + " ENCODING 'UTF8' TEMPLATE template0");
            }
            return !there;
        } catch (SQLException e) {
            throw PostgresErrors.explain(
                    maintenance.describe(), "making database " + settings.database(), e);
        }
    }

    /// Cancels what runs on the connections that were open at the first call; the statements fail
    /// with SQLSTATE 57014. Those opened later put the state in order and are let alone.
    public synchronized void cancelAll() {
        if (doomed.isEmpty()) {
            synchronized (open) {
                doomed = List.copyOf(open);
            }
        }
        for (var connection : doomed) {
            try {
                if (!connection.isClosed()) {
                    connection.unwrap(PGConnection.class).cancelQuery();
                }
            } catch (SQLException e) {
                // Nothing runs on a connection that is gone.
            }
        }
    }

    @Override
    public BriefConnection brief(String name) throws SQLException {
        var left = idle.take(name, cancelled());
        var connection = left.isPresent() ? left.get() : openPatiently(name);
        return new BriefConnection(connection, used -> idle.keep(name, used));
    }

    @Override
    public BriefConnection lent(String name) throws SQLException {
        var left = idle.take(name, cancelled());
        var connection = left.isPresent() ? left.get() : open(name);
        return new BriefConnection(connection, used -> idle.keep(name, renewed(used)));
    }

    @Override
    public void ahead(String name, int count) {
        try {
            for (int missing = count - idle.count(name); missing > 0; missing--) {
                idle.keep(name, prepared(connect(name)));
            }
        } catch (SQLException e) {
            // Whoever needs one meets it again, and knows how long to wait for it.
        }
    }

    /// The session as it was when it was opened.
    ///
    /// @throws SQLException when it cannot be renewed; the connection is closed then
    private static Connection renewed(Connection used) throws SQLException {
        try {
            if (!used.getAutoCommit()) {
                used.rollback();
                used.setAutoCommit(true);
            }
            Sql.run(used, "DISCARD ALL");
            Sql.run(used, UTC);
            return used;
        } catch (SQLException e) {
            used.close();
            throw e;
        }
    }

    private Connection openPatiently(String name) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return open(name);
            } catch (SQLException e) {
                // Who was told to stop puts in order what can be put in order at once.
                if (!PostgresErrors.isOutOfConnections(e)
                        || System.nanoTime() > deadline
                        || !cancelled().isEmpty()
                        || !othersAreOpen()) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private boolean othersAreOpen() throws SQLException {
        List<Connection> all;
        synchronized (open) {
            all = List.copyOf(open);
        }
        for (var one : all) {
            if (!one.isClosed()) {
                return true;
            }
        }
        return false;
    }

    /// A cancellation that is on its way would hit what a connection is used for next.
    private synchronized List<Connection> cancelled() {
        return doomed;
    }

    /// Closes connections that wait for work; from now on none is kept.
    public void closeIdle() {
        idle.close();
    }

    @Override
    public Connection open(String name) throws SQLException {
        return prepared(connectWithRoom(name));
    }

    private Connection prepared(Connection connection) throws SQLException {
        try {
            Sql.run(connection, UTC);
            open.add(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// What waits for work gives way where the server has no connection left.
    private Connection connectWithRoom(String name) throws SQLException {
        long deadline = 0;
        while (true) {
            try {
                return connect(name);
            } catch (SQLException e) {
                boolean released = PostgresErrors.isOutOfConnections(e) && idle.release();
                if (released) {
                    deadline = System.nanoTime() + BACKEND_ENDS.toNanos();
                }
                if (deadline == 0 || System.nanoTime() > deadline) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(SQLException cause) throws SQLException {
        try {
            Thread.sleep(BACKEND_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    private Connection connect(String name) throws SQLException {
        if (!foreignMessages) {
            try {
                return connect(name, OPTIONS + ENGLISH);
            } catch (SQLException e) {
                if (!"42501".equals(e.getSQLState()) && !"42704".equals(e.getSQLState())) {
                    throw e;
                }
                foreignMessages = true;
            }
        }
        return connect(name, OPTIONS);
    }

    private Connection connect(String name, String options) throws SQLException {
        var properties = new Properties();
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("assumeMinServerVersion", "13");
        properties.setProperty("prepareThreshold", "3");
        settings.options().forEach(properties::setProperty);
        properties.setProperty("ApplicationName", name);
        properties.setProperty("user", settings.user());
        settings.password()
                .ifPresent(password -> properties.setProperty("password", password.reveal()));
        // pgjdbc hands these to the server in the start packet: no round trips.
        properties.setProperty(
                "options",
                "-c search_path=" + escape('"' + schema.replace("\"", "\"\"") + '"') + options);
        return DriverManager.getConnection(settings.jdbcUrl(), properties);
    }

    /// In the start packet's options a backslash keeps a blank from ending the value.
    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(" ", "\\ ");
    }
}
