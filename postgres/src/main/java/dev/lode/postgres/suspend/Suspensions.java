package dev.lode.postgres.suspend;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// What is suspended in a database: to look at, to suspend, to give back. Thread safe; every call
/// has connections of its own.
public final class Suspensions {
    private final Connections connections;
    private final String where;
    private final String application;
    private final ApplySettings settings;
    private final Endurance endurance;

    /// @param where the database, for messages
    /// @param application name of the connections
    /// @param endurance how giving back meets a server that is full or away
    public Suspensions(
            Connections connections,
            String where,
            String application,
            ApplySettings settings,
            Endurance endurance) {
        this.connections = connections;
        this.where = where;
        this.application = application;
        this.settings = settings;
        this.endurance = endurance;
    }

    /// Everything that is suspended now, oldest first; nothing where there is no ledger.
    public List<Suspended> list() {
        return ask(
                "reading what is suspended",
                connection ->
                        entries(connection, _ -> true).stream().map(JournalEntry::shown).toList());
    }

    /// What a request would suspend now, and what would stay, with the reason. Writes nothing.
    public SuspendPlan plan(String dataset, SuspendRequest request) {
        return ask(
                "looking at indexes and keys",
                connection -> Suspender.plan(connection, dataset, request));
    }

    /// Suspends, all or nothing.
    ///
    /// @throws LodeException of kind RESOURCE when the locks do not come, naming who holds them
    public SuspendPlan suspend(SuspendOwner owner, SuspendRequest request, TransactionGuard guard)
            throws InterruptedException {
        return work(
                "suspending indexes and keys",
                connection ->
                        new Suspender(new Step(connection, "pg_catalog", settings), guard, owner)
                                .suspend(request));
    }

    /// What earlier runs of the dataset left suspended becomes the matter of this run, which gives
    /// it back at its end. What was suspended by hand stays so.
    ///
    /// @return what it took over
    public List<Suspended> adopt(String dataset, long run, TransactionGuard guard) {
        return ask(
                "taking over what is suspended",
                connection -> {
                    connection.setAutoCommit(false);
                    guard.check(connection);
                    var mine = entries(connection, ofRuns(dataset));
                    Journal.adopt(connection, mine.stream().map(JournalEntry::id).toList(), run);
                    connection.commit();
                    return mine.stream().map(JournalEntry::shown).toList();
                });
    }

    /// Gives back what runs of the dataset suspended.
    ///
    /// @param again whether keys that rows were found to break are checked once more
    public RestoreReport restore(
            String dataset,
            boolean again,
            RestoreSettings how,
            TransactionGuard guard,
            RunListener listener)
            throws InterruptedException {
        Predicate<JournalEntry> due =
                entry -> again || !entry.shown().notValid() || entry.shown().message().isEmpty();
        return restore(ofRuns(dataset).and(due), how, guard, listener);
    }

    /// Gives back what anybody suspended, by hand too: each dataset's under its lease, so that no
    /// run that needs it loses it.
    ///
    /// @param dataset whose, or everybody's
    /// @param tables of which tables, or of all when empty
    /// @param holder who we are, for the message that others get
    /// @throws LodeException of kind RESOURCE when a run of a dataset is alive
    public RestoreReport restoreByHand(
            Optional<String> dataset,
            Collection<TableName> tables,
            RestoreSettings how,
            String holder,
            Duration leaseTimeout,
            RunListener listener)
            throws InterruptedException {
        var scope = scope(dataset, tables);
        var things = new ArrayList<Restored>();
        for (var owner : owners(scope)) {
            try (var lease = Lease.acquire(connections, owner, holder, leaseTimeout, () -> {})) {
                things.addAll(
                        restore(
                                        scope.and(entry -> entry.shown().dataset().equals(owner)),
                                        how,
                                        lease::check,
                                        listener)
                                .things());
            } catch (SQLException e) {
                throw PostgresErrors.explain(where, "giving back what is suspended", e);
            }
        }
        return new RestoreReport(things, java.util.Map.of());
    }

    /// Suspends on a person's word, under the lease of the dataset.
    ///
    /// @throws LodeException of kind RESOURCE when a run of the dataset is alive
    public SuspendPlan suspendByHand(
            String dataset, SuspendRequest request, String holder, Duration leaseTimeout)
            throws InterruptedException {
        try (var lease = Lease.acquire(connections, dataset, holder, leaseTimeout, () -> {})) {
            return suspend(new SuspendOwner(dataset, Optional.empty()), request, lease::check);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "suspending indexes and keys", e);
        }
    }

    /// Takes out of the journal what is to stay as it is now: keys left NOT VALID, and what
    /// somebody changed meanwhile. Nothing else is forgotten.
    ///
    /// @return what was forgotten
    public List<Suspended> forget(
            Optional<String> dataset,
            Collection<TableName> tables,
            String holder,
            Duration leaseTimeout) {
        var scope =
                scope(dataset, tables)
                        .and(
                                entry ->
                                        entry.kind() != SuspendKind.FENCE
                                                && !entry.shown().message().isEmpty());
        var forgotten = new ArrayList<Suspended>();
        for (var owner : owners(scope)) {
            try (var lease = Lease.acquire(connections, owner, holder, leaseTimeout, () -> {});
                    var connection = connections.open(application)) {
                connection.setAutoCommit(false);
                lease.check(connection);
                for (var entry :
                        entries(connection, scope.and(e -> e.shown().dataset().equals(owner)))) {
                    Journal.remove(connection, entry.id());
                    forgotten.add(entry.shown());
                }
                connection.commit();
            } catch (SQLException e) {
                throw PostgresErrors.explain(where, "forgetting what is suspended", e);
            }
        }
        return forgotten;
    }

    private RestoreReport restore(
            Predicate<JournalEntry> scope,
            RestoreSettings how,
            TransactionGuard guard,
            RunListener listener)
            throws InterruptedException {
        String doing = "giving back what is suspended";
        try {
            var due =
                    endurance.through(
                            where + ": " + doing,
                            () -> once(connection -> entries(connection, scope)));
            return new Restorer(connections, application, settings, how, guard, listener, endurance)
                    .restore(due);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    private static Predicate<JournalEntry> ofRuns(String dataset) {
        return entry -> entry.shown().dataset().equals(dataset) && !entry.shown().byHand();
    }

    private static Predicate<JournalEntry> scope(
            Optional<String> dataset, Collection<TableName> tables) {
        return entry ->
                dataset.map(entry.shown().dataset()::equals).orElse(true)
                        && (tables.isEmpty() || entry.tables().stream().anyMatch(tables::contains));
    }

    private Set<String> owners(Predicate<JournalEntry> scope) {
        return this.<Set<String>>ask(
                "reading what is suspended",
                connection -> {
                    var owners = new TreeSet<String>();
                    entries(connection, scope)
                            .forEach(entry -> owners.add(entry.shown().dataset()));
                    return owners;
                });
    }

    private static List<JournalEntry> entries(Connection connection, Predicate<JournalEntry> scope)
            throws SQLException {
        return Journal.exists(connection)
                ? Journal.all(connection).stream().filter(scope).toList()
                : List.of();
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private interface LongWork<T> {
        T on(Connection connection) throws SQLException, InterruptedException;
    }

    /// Of work that finds out by itself what of it is done.
    private <T> T ask(String doing, Work<T> work) {
        try {
            return endurance.through(where + ": " + doing, () -> once(work::on));
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LodeException.resource(where + ": interrupted while " + doing, e);
        }
    }

    /// Of work that is one transaction.
    private <T> T work(String doing, LongWork<T> work) throws InterruptedException {
        try {
            return endurance.throughTransaction(where + ": " + doing, () -> once(work));
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    private <T> T once(LongWork<T> work) throws SQLException, InterruptedException {
        try (var brief = connections.brief(application)) {
            T result = work.on(brief.connection());
            brief.done();
            return result;
        }
    }
}
