package dev.lode.postgres.ledger;

import dev.lode.core.LodeException;
import dev.lode.postgres.CommitUnknown;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/// Transactions of a run that holds its dataset's lease. Thread safe; each has a connection of its
/// own.
///
/// @param where the database, for messages
/// @param endurance how a step meets a server that is full or away
public record LeasedWork(
        Connections connections, String where, Lease lease, Supplier<Endurance> endurance) {
    private static final int MAX_CONFLICTS = 10;

    /// Without the lease, which is for those who write: holding its row would make each look a
    /// commit that waits for the disk. A server that went away is waited for.
    public <T> T reading(String doing, Lease.Work<T> work) {
        return enduring(
                doing, () -> endurance.get().through(where + ": " + doing, () -> once(work)));
    }

    /// Of work that finds out by itself whether it is done. A server without room is waited for
    /// like one that is full in a split, and one that went away too.
    public <T> T repeatable(String doing, Lease.Work<T> work) {
        var attempts = new Attempts<>(work);
        return enduring(doing, () -> endurance.get().through(where + ": " + doing, attempts::once));
    }

    /// The same, with another attempt where a live writer came between.
    public <T> T repeatableBesideWriters(String doing, Lease.Work<T> work) {
        for (int conflicts = 0; ; conflicts++) {
            try {
                return repeatable(doing, work);
            } catch (LodeException e) {
                if (!(e.getCause() instanceof SQLException cause && cameBetween(cause))) {
                    throw e;
                }
                if (conflicts >= MAX_CONFLICTS) {
                    throw LodeException.resource(
                            where
                                    + ": "
                                    + doing
                                    + ": other sessions kept changing the same rows ("
                                    + PostgresErrors.text(cause)
                                    + "); what was committed is safe; run the same command again",
                            e);
                }
            }
        }
    }

    private static boolean cameBetween(SQLException e) {
        return PostgresErrors.isConflict(e) || PostgresErrors.state(e).equals("23503");
    }

    /// Of work that is done once, by and large like [#repeatable]: where the server went away while
    /// it committed, the run ends, and the next one finds what is done.
    public <T> T inTransaction(String doing, Lease.Work<T> work) {
        return enduring(
                doing,
                () ->
                        endurance
                                .get()
                                .throughTransaction(
                                        where + ": " + doing, () -> lease.transaction(work)));
    }

    /// Attempts of one transaction, each after the one before is decided.
    private final class Attempts<T> {
        private final Lease.Work<T> work;
        private Optional<CommitUnknown> before = Optional.empty();

        Attempts(Lease.Work<T> work) {
            this.work = work;
        }

        T once() throws SQLException {
            if (before.isPresent()) {
                lease.decided(before.get());
                before = Optional.empty();
            }
            try {
                return lease.transaction(work);
            } catch (CommitUnknown e) {
                before = Optional.of(e);
                throw e;
            }
        }
    }

    private <T> T once(Lease.Work<T> work) throws SQLException {
        try (var brief = connections.brief(lease.applicationName())) {
            T answer = work.on(brief.connection());
            brief.done();
            return answer;
        }
    }

    private <T> T enduring(String doing, Endurance.Attempt<T> attempt) {
        try {
            return attempt.once();
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LodeException.resource(where + ": interrupted while " + doing, e);
        }
    }
}
