package dev.lode.postgres.publish;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// One state of the database, read over several connections.
/// 1. The coordinator takes ACCESS SHARE on the tables before it takes its snapshot, so that a
///    table cannot be swapped for a new one, which would be empty to an older snapshot.
/// 2. It exports the snapshot and holds it; readers import it.
/// 3. It is asked for a sign of life now and then: without it no reader can begin any more, and the
///    generation is given up.
/// 4. A snapshot keeps the server from cleaning up: there is a limit to its age.
///
/// Thread safe.
final class ReadSnapshot implements AutoCloseable {
    private static final Duration PING = Duration.ofSeconds(20);

    private final Connections connections;
    private final String where;
    private final String name;
    private final Connection coordinator;
    private final String exported;
    private final String transactions;
    private final Duration limit;
    private final long begun = System.nanoTime();
    private final Semaphore places;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final List<Connection> opened = new ArrayList<>();
    private final Thread heart;
    private volatile @Nullable SQLException lost;
    private volatile boolean closed;

    private ReadSnapshot(
            Connections connections,
            String where,
            String name,
            Connection coordinator,
            String exported,
            String transactions,
            int readers,
            Duration limit) {
        this.connections = connections;
        this.where = where;
        this.name = name;
        this.coordinator = coordinator;
        this.exported = exported;
        this.transactions = transactions;
        this.limit = limit;
        this.places = new Semaphore(readers);
        this.heart = Thread.ofPlatform().daemon().name("publish-snapshot").unstarted(this::beat);
    }

    /// @param name of the connections
    /// @param tables that must stay what they are
    /// @param readers connections that read at the same time, beside the coordinator's
    /// @param limit how old the snapshot may become
    static ReadSnapshot open(
            Connections connections,
            String where,
            String name,
            Collection<TableName> tables,
            int readers,
            Duration limit)
            throws SQLException {
        var connection = connections.open(name);
        try {
            begin(connection);
            if (!tables.isEmpty()) {
                Sql.run(
                        connection,
                        "LOCK TABLE "
                                + tables.stream()
                                        .map(TableName::sql)
                                        .collect(Collectors.joining(", "))
                                + " IN ACCESS SHARE MODE");
            }
            var row =
                    Sql.list(
                                    connection,
                                    "SELECT pg_export_snapshot(), pg_current_snapshot()::text",
                                    each -> List.of(each.getString(1), each.getString(2)))
                            .getFirst();
            var snapshot =
                    new ReadSnapshot(
                            connections,
                            where,
                            name,
                            connection,
                            row.getFirst(),
                            row.getLast(),
                            readers,
                            limit);
            snapshot.heart.start();
            return snapshot;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
    }

    /// As `pg_current_snapshot` writes it: which transactions it sees.
    String transactions() {
        return transactions;
    }

    /// Work on the coordinator's own connection.
    synchronized <T> T coordinate(String doing, Work<T> work) {
        check();
        try {
            return work.on(coordinator);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    /// Work on a connection.
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// A connection that sees the snapshot, waited for while all are taken.
    Connection take() throws InterruptedException {
        check();
        places.acquire();
        boolean given = false;
        try {
            var connection = reader();
            given = true;
            return connection;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "reading a publication's items", e);
        } finally {
            if (!given) {
                places.release();
            }
        }
    }

    private Connection reader() throws SQLException {
        synchronized (idle) {
            var connection = idle.poll();
            if (connection != null) {
                return connection;
            }
        }
        var connection = connections.open(name);
        try {
            begin(connection);
            Sql.run(connection, "SET TRANSACTION SNAPSHOT " + Literals.text(exported));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        synchronized (idle) {
            opened.add(connection);
        }
        return connection;
    }

    /// Gives a connection back.
    ///
    /// @param sound whether nothing runs on it and its transaction still stands
    void give(Connection connection, boolean sound) {
        try {
            synchronized (idle) {
                if (sound && !closed) {
                    idle.push(connection);
                    return;
                }
                opened.remove(connection);
            }
            close(connection);
        } finally {
            places.release();
        }
    }

    private void check() {
        if (lost != null) {
            throw LodeException.resource(
                    where
                            + ": the connection that holds the snapshot was lost; the generation"
                            + " was not made, the one before is still the latest; publish again",
                    lost);
        }
        if (System.nanoTime() - begun > limit.toNanos()) {
            throw LodeException.resource(
                    where
                            + ": the snapshot was held for more than "
                            + limit.toMinutes()
                            + " minutes, which keeps the server from cleaning up; the generation"
                            + " was not made, the one before is still the latest; publish fewer at"
                            + " once with --only, or raise snapshot-limit");
        }
    }

    private void beat() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(PING.toMillis());
                synchronized (this) {
                    if (!closed) {
                        Sql.run(coordinator, "SELECT 1");
                    }
                }
            }
        } catch (InterruptedException e) {
            // It is over.
        } catch (SQLException e) {
            lost = e;
        }
    }

    /// Lets the snapshot go.
    @Override
    public void close() {
        closed = true;
        heart.interrupt();
        List<Connection> all;
        synchronized (idle) {
            all = List.copyOf(opened);
            opened.clear();
            idle.clear();
        }
        all.forEach(ReadSnapshot::close);
        synchronized (this) {
            close(coordinator);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // A connection that cannot even be closed is gone: that is all we wanted.
        }
    }
}
