package dev.lode.postgres.load;

import java.sql.Connection;
import java.sql.SQLException;

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
                    connection.rollback(savepoint);
                } catch (SQLException alsoLost) {
                    e.addSuppressed(alsoLost);
                }
            }
            throw e;
        }
    }
}
