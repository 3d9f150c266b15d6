package dev.lode.postgres.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/// Runs a step of a transaction so that its failure takes back the step alone.
final class Savepoints {
    /// A step that may fail in the database.
    @FunctionalInterface
    interface Step<T> {
        T run() throws SQLException;
    }

    private Savepoints() {}

    /// @throws SQLException what the step threw, after the transaction was set back to where the
    ///   step began
    static <T> T attempt(Connection connection, Step<T> step) throws SQLException {
        var savepoint = connection.setSavepoint();
        try {
            T result = step.run();
            connection.releaseSavepoint(savepoint);
            return result;
        } catch (SQLException e) {
            if (!connection.isClosed()) {
                try {
                    takeBack(connection, savepoint);
                } catch (SQLException alsoLost) {
                    e.addSuppressed(alsoLost);
                }
            }
            throw e;
        }
    }

    /// Takes back everything since the savepoint, and the savepoint itself: one that stays makes
    /// whatever follows a part of it, and of thousands of them, each in the one before, the server
    /// keeps a lock each.
    static void takeBack(Connection connection, Savepoint savepoint) throws SQLException {
        connection.rollback(savepoint);
        connection.releaseSavepoint(savepoint);
    }
}
