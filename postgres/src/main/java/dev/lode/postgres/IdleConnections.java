package dev.lode.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Connections between two pieces of work: few, each only for work under the application name that
/// it was opened with, since that is how a take-over ends those of a run. Thread safe.
final class IdleConnections {
    /// At the same time.
    static final int MOST = 4;

    private static final int ANSWERS_WITHIN_SECONDS = 5;

    private record Idle(String name, Connection connection) {}

    private final List<Idle> idle = new ArrayList<>();
    private boolean closed;

    /// One that still answers: the server may have ended it, or been started anew.
    ///
    /// @param barred that are not to be used again
    Optional<Connection> take(String name, Collection<Connection> barred) {
        while (true) {
            Connection connection;
            synchronized (this) {
                var found = idle.stream().filter(one -> one.name().equals(name)).findFirst();
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                idle.remove(found.get());
                connection = found.get().connection();
            }
            if (!barred.contains(connection) && answers(connection)) {
                return Optional.of(connection);
            }
            closeQuietly(connection);
        }
    }

    /// How many there are for work under this name.
    synchronized int count(String name) {
        return Math.toIntExact(idle.stream().filter(one -> one.name().equals(name)).count());
    }

    /// Keeps it; of too many the one that waits longest is closed, perhaps of work that is over.
    void keep(String name, Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        connection.setReadOnly(false);
        closeQuietly(leaving(new Idle(name, connection)));
    }

    private synchronized List<Idle> leaving(Idle come) {
        if (closed) {
            return List.of(come);
        }
        idle.add(come);
        return idle.size() > MOST ? List.of(idle.removeFirst()) : List.of();
    }

    /// Closes those there are.
    ///
    /// @return whether there were any
    boolean release() {
        List<Idle> all;
        synchronized (this) {
            all = List.copyOf(idle);
            idle.clear();
        }
        closeQuietly(all);
        return !all.isEmpty();
    }

    /// Closes those there are, and from now on each that comes.
    void close() {
        synchronized (this) {
            closed = true;
        }
        release();
    }

    private static boolean answers(Connection connection) {
        try {
            return connection.isValid(ANSWERS_WITHIN_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void closeQuietly(List<Idle> some) {
        some.forEach(one -> closeQuietly(one.connection()));
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // A connection that cannot even be closed is gone: that is all we wanted.
        }
    }
}
