package dev.lode.postgres.document;

import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.LastingConnection;
import dev.lode.postgres.PostgresErrors;

import java.sql.Connection;
import java.sql.SQLException;

/// One connection, opened when it is needed and again when it was lost, and transactions on it.
/// Belongs to one thread.
final class HeldConnection implements AutoCloseable {
    private final LastingConnection connection;
    private final String where;
    private final SessionLimits limits;
    private final Endurance endurance;

    /// @param name application name
    /// @param where the database, for messages
    /// @param endurance how a server is met that is full
    HeldConnection(
            Connections connections,
            String name,
            String where,
            SessionLimits limits,
            Endurance endurance) {
        this.connection = new LastingConnection(connections, name);
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
                var held = connection.get();
                T result = work.on(held);
                held.commit();
                trial.done();
                return result;
            } catch (RuntimeException e) {
                connection.rollback();
                throw e;
            } catch (SQLException e) {
                connection.close();
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

    /// Gives the connection up; the next transaction opens another.
    @Override
    public void close() {
        connection.close();
    }
}
