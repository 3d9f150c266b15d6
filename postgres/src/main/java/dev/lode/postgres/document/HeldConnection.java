package dev.lode.postgres.document;

import dev.lode.core.LodeException;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// One connection, opened when it is needed and again when it was lost, and transactions on it.
/// Belongs to one thread.
final class HeldConnection implements AutoCloseable {
    private final Connections connections;
    private final String name;
    private final String where;
    private final SessionLimits limits;
    private final Endurance endurance;
    private @Nullable Connection open;

    /// @param name application name
    /// @param where the database, for messages
    /// @param endurance how a server is met that is full
    HeldConnection(
            Connections connections,
            String name,
            String where,
            SessionLimits limits,
            Endurance endurance) {
        this.connections = connections;
        this.name = name;
        this.where = where;
        this.limits = limits;
        this.endurance = endurance;
    }

    /// A transaction, without its end.
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// Runs a transaction until it commits, through conflicts, lost connections and full disks.
    <T> T run(String doing, Work<T> work) throws InterruptedException {
        var trial = endurance.trial(where + ": " + doing, limits.serverAway());
        try {
            return run(doing, work, trial);
        } finally {
            trial.leave();
        }
    }

    private <T> T run(String doing, Work<T> work, Endurance.Trial trial)
            throws InterruptedException {
        int conflicts = 0;
        while (true) {
            try {
                var connection = connected();
                T result = work.on(connection);
                connection.commit();
                trial.done();
                return result;
            } catch (DataRefused e) {
                rollback();
                throw e;
            } catch (LodeException e) {
                rollback();
                throw e;
            } catch (SQLException e) {
                close();
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("interrupted while " + doing);
                }
                if (PostgresErrors.isConflict(e) && ++conflicts <= limits.conflicts()) {
                    continue;
                }
                if (!trial.again(e)) {
                    throw PostgresErrors.explain(where, doing, e);
                }
            }
        }
    }

    private Connection connected() throws SQLException {
        var connection = open;
        if (connection == null || connection.isClosed()) {
            connection = connections.open(name);
            open = connection;
            connection.setAutoCommit(false);
        }
        return connection;
    }

    private void rollback() {
        var connection = open;
        if (connection != null) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                close();
            }
        }
    }

    /// Gives the connection up; the next transaction opens another.
    @Override
    public void close() {
        var connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is given up either way; the server rolls back what was not committed.
            }
        }
    }
}
