package dev.lode.postgres.ledger;

import dev.lode.core.LodeException;
import dev.lode.postgres.Backends;
import dev.lode.postgres.CommitUnknown;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Sql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The right to write one dataset, held by one run at a time.
///
/// How a dead or frozen holder is kept from writing:
/// 1. a lease has a token, one higher for each holder;
/// 2. every split's transaction locks the lease row FOR SHARE and checks the token ([#check]);
/// 3. the holder's heart beats on a connection of its own; by the server's clock, or when that
///    connection's backend is gone, it counts as dead;
/// 4. who takes over first ends every backend of the old token, waits until they are gone, then
///    raises the token. A process that wakes up afterwards finds its connections closed and its
///    token stale.
///
/// Thread safe.
public final class Lease implements AutoCloseable {
    /// Class of the advisory locks under which acquirers of one dataset take turns: "lode" in
    /// ASCII.
    private static final int LOCK_CLASS = 0x6c6f6465;

    private static final Duration BEAT = Duration.ofSeconds(2);

    private final Connections connections;
    private final String dataset;
    private final long token;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread heart;

    private Lease(
            Connections connections,
            String dataset,
            long token,
            Connection beating,
            Runnable onLoss) {
        this.connections = connections;
        this.dataset = dataset;
        this.token = token;
        this.heart =
                Thread.ofPlatform()
                        .daemon()
                        .name("lease-" + dataset)
                        .unstarted(() -> beat(beating, onLoss));
    }

    /// Takes the lease of a dataset, from a dead holder too.
    ///
    /// @param holder who we are, for the message that others get
    /// @param timeout how long a holder may be silent before it counts as dead
    /// @param onLoss called once, from another thread, when another process took the lease
    /// @throws LodeException of kind RESOURCE when a live holder has it
    public static Lease acquire(
            Connections connections,
            String dataset,
            String holder,
            Duration timeout,
            Runnable onLoss)
            throws SQLException {
        var connection = connections.open("lode lease " + dataset);
        try {
            connection.setAutoCommit(false);
            Sql.list(
                    connection,
                    "SELECT pg_advisory_xact_lock(?, hashtext(?))",
                    row -> 0,
                    LOCK_CLASS,
                    dataset);
            refuseIfHeld(connection, dataset, timeout);
            long old =
                    Sql.first(
                                    connection,
                                    "SELECT token FROM lode.lease WHERE dataset = ?",
                                    row -> row.getLong(1),
                                    dataset)
                            .orElse(0L);
            endBackends(connection, dataset, old);
            Sql.update(
                    connection,
                    "INSERT INTO lode.lease (dataset, token, holder) VALUES (?, ?, ?) ON CONFLICT"
                            + " (dataset) DO UPDATE SET token = excluded.token, holder ="
                            + " excluded.holder, run_id = NULL",
                    dataset,
                    old + 1,
                    holder);
            register(connection, dataset, old + 1);
            connection.commit();
            connection.setAutoCommit(true);
            var lease = new Lease(connections, dataset, old + 1, connection, onLoss);
            lease.heart.start();
            return lease;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Who holds the lease of a dataset now, as a sentence for people; empty when nobody alive
    /// does.
    public static Optional<String> holder(Connection connection, String dataset, Duration timeout)
            throws SQLException {
        return Sql.first(
                connection,
                """
                SELECT format('%s is held by %s, last heartbeat %s s ago',
                              CASE WHEN l.run_id IS NULL THEN 'dataset ' || l.dataset
                                   ELSE format('run %s (%s)', l.run_id, l.dataset) END,
                              l.holder,
                              round(extract(epoch FROM clock_timestamp() - h.at)))
                FROM lode.lease l JOIN lode.heartbeat h USING (dataset, token)
                WHERE l.dataset = ?
                  AND h.at > clock_timestamp() - make_interval(secs => ?)
                  AND EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = h.backend
                              AND (a.backend_start IS NULL OR a.backend_start = h.backend_start))
                """,
                row -> row.getString(1),
                dataset,
                timeout.toMillis() / 1000.0);
    }

    /// One higher for each holder of the dataset.
    public long token() {
        return token;
    }

    /// Application name for the holder's connections: a take-over ends the backends that carry it.
    public String applicationName() {
        return applicationName(dataset, token);
    }

    /// Names the run that holds the lease, for the message that others get.
    public void names(Connection connection, long run) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.lease SET run_id = ? WHERE dataset = ? AND token = ?",
                run,
                dataset,
                token);
    }

    /// First statement of every transaction that writes: holds the lease row until the transaction
    /// ends.
    ///
    /// @throws LodeException of kind RESOURCE when another process took the lease
    public void check(Connection connection) throws SQLException {
        if (Sql.list(
                        connection,
                        "SELECT 1 FROM lode.lease WHERE dataset = ? AND token = ? FOR SHARE",
                        row -> 1,
                        dataset,
                        token)
                .isEmpty()) {
            throw taken();
        }
    }

    /// What the holder does in one transaction.
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// Does it, the lease held until it is committed.
    ///
    /// @throws CommitUnknown when the server went away while it committed; any other exception
    ///   means that nothing was
    /// @throws LodeException of kind RESOURCE when another process took the lease
    public <T> T transaction(Work<T> work) throws SQLException {
        try (var brief = connections.brief(applicationName())) {
            var connection = brief.connection();
            connection.setAutoCommit(false);
            check(connection);
            T result = work.on(connection);
            CommitUnknown.commit(connection);
            brief.done();
            return result;
        }
    }

    /// Waits until the backend of a transaction of the holder is gone, whose commit was not
    /// answered.
    ///
    /// @throws LodeException of kind RESOURCE when it does not end
    public void decided(CommitUnknown unknown) throws SQLException {
        try (var brief = connections.brief(applicationName())) {
            if (!Backends.end(brief.connection(), applicationName(), unknown.backend())) {
                throw LodeException.resource(
                        "backend "
                                + unknown.backend()
                                + " of this run does not end although its connection is lost;"
                                + " stopped, what was committed is safe; run the same command"
                                + " again");
            }
            brief.done();
        }
    }

    /// Gives the lease back. Idempotent.
    @Override
    public void close() {
        released.countDown();
        try {
            heart.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LodeException taken() {
        return LodeException.resource(
                "lease of dataset '"
                        + dataset
                        + "': another process took it over while this one was silent; this run"
                        + " stopped, what it committed is safe; lode runs shows who goes on");
    }

    private void beat(Connection first, Runnable onLoss) {
        Connection connection = first;
        try {
            while (!released.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    if (connection.isClosed()) {
                        connection = connections.open("lode lease " + dataset);
                        check(connection);
                        register(connection, dataset, token);
                    }
                    if (Sql.update(
                                    connection,
                                    "UPDATE lode.heartbeat SET at = clock_timestamp() WHERE dataset"
                                            + " = ? AND token = ?",
                                    dataset,
                                    token)
                            == 0) {
                        throw taken();
                    }
                } catch (SQLException e) {
                    // The server may be restarting: splits retry within their own bound, so does
                    // the heart.
                    closeQuietly(connection);
                } catch (LodeException e) {
                    // The next split's check gives the sentence; here only the news is passed on.
                    onLoss.run();
                    return;
                }
            }
            Sql.update(
                    connection,
                    "DELETE FROM lode.heartbeat WHERE dataset = ? AND token = ?",
                    dataset,
                    token);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            // Not given back: the next acquirer sees that this connection's backend is gone and
            // takes over at once.
        } finally {
            closeQuietly(connection);
        }
    }

    private static void refuseIfHeld(Connection connection, String dataset, Duration timeout)
            throws SQLException {
        var holder = holder(connection, dataset, timeout);
        if (holder.isPresent()) {
            throw LodeException.resource(
                    holder.get()
                            + "; not started; wait until it ends, or stop that process and try"
                            + " again");
        }
    }

    /// Ends the backends of an old holder and waits until they are gone: only then is it known what
    /// they committed.
    private static void endBackends(Connection connection, String dataset, long token)
            throws SQLException {
        String name = applicationName(dataset, token);
        if (!Backends.end(connection, name)) {
            throw LodeException.resource(
                    "dataset '"
                            + dataset
                            + "': the connections of the run before (application name '"
                            + name
                            + "') do not end; not started; have the server's administrator end them"
                            + " and try again");
        }
    }

    private static void register(Connection connection, String dataset, long token)
            throws SQLException {
        Sql.update(
                connection,
                """
                INSERT INTO lode.heartbeat (dataset, token, backend, backend_start, at)
                SELECT ?, ?, pid, backend_start, clock_timestamp() FROM pg_stat_activity WHERE pid = pg_backend_pid()
                ON CONFLICT (dataset) DO UPDATE SET token = excluded.token, backend = excluded.backend,
                    backend_start = excluded.backend_start, at = excluded.at
                """,
                dataset,
                token);
    }

    /// PostgreSQL cuts application names at 63 bytes and replaces what is not printable ASCII.
    private static String applicationName(String dataset, long token) {
        String name = "lode:" + token + ":" + dataset;
        return new String(
                name.getBytes(StandardCharsets.US_ASCII),
                0,
                Math.min(63, name.length()),
                StandardCharsets.US_ASCII);
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // A connection that cannot even be closed is gone: that is all we wanted.
        }
    }
}
