package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.ledger.Lease;

import java.sql.SQLException;
import java.util.function.Supplier;

/// Transactions of a run that holds its dataset's lease. Thread safe; each has a connection of its
/// own.
///
/// @param where the database, for messages
/// @param endurance how a step meets a server that is full
record LeasedWork(
        Connections connections, String where, Lease lease, Supplier<Endurance> endurance) {
    /// Without the lease, which is for those who write: holding its row would make each look a
    /// commit that waits for the disk.
    <T> T reading(String doing, Lease.Work<T> work) {
        try (var brief = connections.brief(lease.applicationName())) {
            T answer = work.on(brief.connection());
            brief.done();
            return answer;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    /// A server without room is waited for like one that is full in a split.
    <T> T inTransaction(String doing, Lease.Work<T> work) {
        try {
            return endurance.get().throughFull(where + ": " + doing, () -> lease.transaction(work));
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LodeException.resource(where + ": interrupted while " + doing, e);
        }
    }
}
