package dev.lode.postgres.load;

import dev.lode.postgres.PostgresErrors;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// COPY straight into the target: for tables that were empty when the item began, and for `append`.
///
/// The batch goes in the way that was chosen for the table, and by text when the server refuses
/// anything of that. A record that the server names is cut out and kept as a reject: back to the
/// savepoint, the records before it again, then on after it. At most [#MAX_CUTS] times a batch; and
/// an error that names no record, or that a merge can solve, is left to the staged way.
final class DirectCopy {
    private static final int MAX_CUTS = 50;

    private final BatchCopy copy;
    private final Target target;

    DirectCopy(BatchCopy copy, Target target) {
        this.copy = copy;
        this.target = target;
    }

    /// @return the rows written, or empty when nothing was written and the staged way must be taken
    Optional<Long> load(Connection connection, BatchOutcome outcome) throws SQLException {
        int end = outcome.batch().count();
        int from = 0;
        int cuts = 0;
        long rows = 0;
        var whole = connection.setSavepoint();
        if (copy.faster(outcome, false)) {
            try {
                rows = copy.copyFaster(connection, target.table().sql(), outcome);
                from = end;
            } catch (CopyFailure failure) {
                if (leftToMerge(failure.error())) {
                    Savepoints.takeBack(connection, whole);
                    return Optional.empty();
                }
                connection.rollback(whole);
            }
        }
        while (from < end) {
            var segment = connection.setSavepoint();
            try {
                rows += copy.copy(connection, target.table().sql(), from, end, outcome);
                connection.releaseSavepoint(segment);
                break;
            } catch (CopyFailure failure) {
                Savepoints.takeBack(connection, segment);
                if (failure.record() < 0 || ++cuts > MAX_CUTS || leftToMerge(failure.error())) {
                    Savepoints.takeBack(connection, whole);
                    return Optional.empty();
                }
                try {
                    rows +=
                            copy.copy(
                                    connection,
                                    target.table().sql(),
                                    from,
                                    failure.record(),
                                    outcome);
                } catch (CopyFailure again) {
                    Savepoints.takeBack(connection, whole);
                    return Optional.empty();
                }
                outcome.reject(
                        failure.record(),
                        PostgresErrors.column(failure.error()),
                        PostgresErrors.reason(failure.error()),
                        Optional.of(PostgresErrors.state(failure.error())),
                        false);
                from = failure.record() + 1;
            }
        }
        try {
            checkKeys(connection);
        } catch (CopyFailure failure) {
            Savepoints.takeBack(connection, whole);
            return Optional.empty();
        }
        connection.releaseSavepoint(whole);
        return Optional.of(rows);
    }

    /// The rows of all open records as those of the transaction itself, with its number as their
    /// `xmin`.
    ///
    /// @throws CopyFailure when the server refuses anything; the transaction is aborted
    long plain(Connection connection, BatchOutcome outcome) throws CopyFailure, SQLException {
        long rows =
                copy.faster(outcome, false)
                        ? copy.copyFaster(connection, target.table().sql(), outcome)
                        : copy.copy(
                                connection,
                                target.table().sql(),
                                0,
                                outcome.batch().count(),
                                outcome);
        checkKeys(connection);
        return rows;
    }

    /// Finds the records that [#plain] cannot load, and keeps them as rejects; writes no row.
    ///
    /// @return false when they cannot be told
    boolean sift(Connection connection, BatchOutcome outcome) throws SQLException {
        var before = connection.setSavepoint();
        boolean told = load(connection, outcome).isPresent();
        Savepoints.takeBack(connection, before);
        return told;
    }

    /// Deferred foreign keys would otherwise fail at COMMIT, without a place, and take the ledger
    /// with them.
    private static void checkKeys(Connection connection) throws CopyFailure, SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        } catch (SQLException e) {
            throw BatchCopy.failure(-1, e);
        }
    }

    /// A key that is there already, or a reference that is not, is found for all records at once in
    /// staging.
    static boolean leftToMerge(SQLException error) {
        String state = PostgresErrors.state(error);
        return state.equals("23505") || state.equals("23503");
    }
}
