package dev.lode.postgres.intake;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.Backends;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.postgres.space.SpaceWatch;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A process that takes files in, under a number of its own. Its heart beats on a connection that
/// belongs to the thread that calls [#beat] and [#takeOver]; the other methods may be called by
/// any.
public final class Watcher implements AutoCloseable {
    /// Class of the advisory locks under which watchers of one dataset look for the dead: "lodw" in
    /// ASCII.
    private static final int LOCK_CLASS = 0x6c6f6477;

    private final Connections connections;
    private final String where;
    private final String dataset;
    private final String place;
    private final RunOrigin origin;
    private final long id;
    private final long run;
    private @Nullable Connection beating;
    private volatile Optional<SpaceWatch> space = Optional.empty();
    private volatile Stamina stamina = Stamina.NONE;

    private Watcher(
            Connections connections,
            String where,
            String dataset,
            String place,
            RunOrigin origin,
            long id,
            long run,
            Connection beating) {
        this.connections = connections;
        this.where = where;
        this.dataset = dataset;
        this.place = place;
        this.origin = origin;
        this.id = id;
        this.run = run;
        this.beating = beating;
    }

    static Watcher join(
            Connections connections, String where, String dataset, String place, RunOrigin origin) {
        try {
            var connection = connections.open("lode watch " + dataset);
            try {
                connection.setAutoCommit(false);
                long run =
                        Sql.number(
                                connection,
                                "INSERT INTO lode.run (dataset, operation, state, token, host, pid,"
                                        + " version) VALUES (?, 'watch', 'running', 0, ?, ?, ?)"
                                        + " RETURNING id",
                                dataset,
                                origin.host(),
                                origin.pid(),
                                origin.version());
                long id =
                        Sql.number(
                                connection,
                                "INSERT INTO lode.watcher (dataset, run_id, holder) VALUES (?, ?,"
                                        + " ?) RETURNING id",
                                dataset,
                                run,
                                origin.holder());
                register(connection, id);
                connection.commit();
                connection.setAutoCommit(true);
                return new Watcher(connections, where, dataset, place, origin, id, run, connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "beginning to watch", e);
        }
    }

    private static void register(Connection connection, long id) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO lode.watcher_beat (watcher_id, backend, backend_start, at) SELECT ?,"
                        + " pid, backend_start, clock_timestamp() FROM pg_stat_activity WHERE pid ="
                        + " pg_backend_pid() ON CONFLICT (watcher_id) DO UPDATE SET backend ="
                        + " excluded.backend, backend_start = excluded.backend_start, at ="
                        + " excluded.at",
                id);
    }

    /// Number in `lode.watcher`.
    public long id() {
        return id;
    }

    /// Number of its run in the ledger.
    public long run() {
        return run;
    }

    /// Sessions begun from now on wait where the server's disk is full or the server is away.
    ///
    /// @param away how long a lost server is waited for
    /// @param tables that are written
    public void endure(
            SpaceLimits limits, Duration away, Collection<TableName> tables, RunListener listener) {
        try {
            var watch =
                    SpaceWatch.begin(
                            connections, applicationName(id), run, limits, tables, listener);
            space = Optional.of(watch);
            // Whether it may still write is asked by each of its transactions.
            stamina = new Stamina(new Endurance(() -> space, away, listener, () -> {}), away);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "looking at the database's disk", e);
        }
    }

    /// How its loads meet a server that is full or away.
    public Endurance endurance() {
        return stamina.endurance();
    }

    /// Why nothing is written now: what the server's disk lacks.
    public Optional<String> noRoom() {
        return space.flatMap(SpaceWatch::paused);
    }

    /// Returns when the server's disk has room, as far as that can be seen.
    ///
    /// @param bytes that are to be loaded
    /// @throws LodeException of kind RESOURCE when there was none for too long, or the server does
    ///   not answer
    public void awaitRoom(long bytes) throws InterruptedException {
        var watch = space;
        if (watch.isPresent()) {
            try {
                watch.get().awaitRoom(bytes);
            } catch (SQLException e) {
                throw PostgresErrors.explain(where, "looking at the database's disk", e);
            }
        }
    }

    /// A session for one worker.
    public IntakeSession session() {
        return new IntakeSession(
                connections,
                where,
                dataset,
                place,
                origin.version(),
                id,
                applicationName(id),
                stamina);
    }

    /// Application name of the worker's connections: who takes over ends them by it.
    public String applicationName() {
        return applicationName(id);
    }

    private String applicationName(long watcher) {
        String name = "lode:w" + watcher + ":" + dataset;
        return new String(
                name.getBytes(StandardCharsets.US_ASCII),
                0,
                Math.min(63, name.length()),
                StandardCharsets.US_ASCII);
    }

    /// Says that this watcher lives, and what it sees.
    ///
    /// @throws TakenOver when another gave it up for dead
    /// @throws LodeException of kind RESOURCE when the server does not answer
    public Beat beat(WatcherState state) {
        try {
            var connection = connected();
            long started = System.nanoTime();
            Sql.update(
                    connection,
                    "UPDATE lode.watcher_beat SET at = clock_timestamp(), waiting_live = ?,"
                            + " waiting_backload = ?, oldest_waiting = ?, files_per_second = ?,"
                            + " workers = ?, note = ? WHERE watcher_id = ?",
                    state.waitingLive(),
                    state.waitingBackload(),
                    state.oldest().map(Timestamp::from).orElse(null),
                    state.filesPerSecond(),
                    state.workers(),
                    state.note().orElse(null),
                    id);
            var latency = Duration.ofNanos(System.nanoTime() - started);
            requireAlive(connection, id);
            return new Beat(
                    latency,
                    Sql.first(
                            connection,
                            "SELECT what FROM lode.intake_pause WHERE dataset = ?",
                            row -> row.getString(1),
                            dataset),
                    Sql.number(
                                    connection,
                                    "SELECT count(*) FROM lode.watcher WHERE dataset = ? AND"
                                            + " ended_at IS NULL AND id <> ?",
                                    dataset,
                                    id)
                            > 0);
        } catch (SQLException e) {
            abandon();
            throw PostgresErrors.explain(where, "watching " + dataset, e);
        }
    }

    private static void requireAlive(Connection connection, long id) throws SQLException {
        if (Sql.number(
                        connection,
                        "SELECT count(*) FROM lode.watcher WHERE id = ? AND ended_at IS NULL",
                        id)
                == 0) {
            throw new TakenOver(id);
        }
    }

    /// Ends watchers of the dataset that are dead or were silent for so long, and takes over files
    /// of this place that they, or others that ended, had loaded and not moved.
    ///
    /// @param timeout how long a watcher may be silent
    /// @param most files that are taken over at most
    public List<Leftover> takeOver(Duration timeout, int most) {
        try {
            var connection = connected();
            connection.setAutoCommit(false);
            try {
                for (long dead : dead(connection, timeout)) {
                    bury(connection, dead);
                }
                free(connection);
                var left = adopt(connection, most);
                connection.commit();
                return left;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            abandon();
            throw PostgresErrors.explain(where, "looking for dead watchers", e);
        }
    }

    private List<Long> dead(Connection connection, Duration timeout) throws SQLException {
        var silent =
                Sql.list(
                        connection,
                        """
                        SELECT w.id FROM lode.watcher w JOIN lode.watcher_beat b ON b.watcher_id = w.id
                        WHERE w.dataset = ? AND w.ended_at IS NULL AND w.id <> ?
                          AND (b.at < clock_timestamp() - make_interval(secs => ?)
                               OR NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = b.backend
                                   AND (a.backend_start IS NULL OR a.backend_start = b.backend_start)))
                        ORDER BY w.id
                        """,
                        row -> row.getLong(1),
                        dataset,
                        id,
                        timeout.toMillis() / 1000.0);
        // Whoever has the lock buries them; the others need not wait for it.
        return silent.isEmpty()
                        || Sql.list(
                                        connection,
                                        "SELECT pg_try_advisory_xact_lock(?, hashtext(?))",
                                        row -> row.getBoolean(1),
                                        LOCK_CLASS,
                                        dataset)
                                .getFirst()
                ? silent
                : List.of();
    }

    /// Ends a watcher's connections, waits until they are gone, ends its number, frees its claims.
    private void bury(Connection connection, long dead) throws SQLException {
        if (!Backends.end(connection, applicationName(dead))) {
            throw LodeException.resource(
                    "dataset '"
                            + dataset
                            + "': the connections of watcher "
                            + dead
                            + " (application name '"
                            + applicationName(dead)
                            + "') do not end; its files wait; have the server's administrator"
                            + " end them");
        }
        Sql.update(
                connection,
                "UPDATE lode.watcher SET ended_at = clock_timestamp() WHERE id = ? AND ended_at IS"
                        + " NULL",
                dead);
        Sql.update(
                connection,
                "UPDATE lode.run SET state = 'interrupted', ended_at = clock_timestamp(), message ="
                    + " 'its process ended without a word' WHERE state = 'running' AND id = (SELECT"
                    + " run_id FROM lode.watcher WHERE id = ?)",
                dead);
        Sql.update(
                connection,
                "UPDATE lode.intake_file SET state = 'waiting', watcher_id = NULL, next_at = NULL,"
                        + " deaths = deaths + 1 WHERE dataset = ? AND watcher_id = ? AND state ="
                        + " 'claimed'",
                dataset,
                dead);
    }

    private List<Leftover> adopt(Connection connection, int most) throws SQLException {
        return Sql.list(
                connection,
                """
                UPDATE lode.intake_file f SET watcher_id = ?
                FROM (SELECT i.id FROM lode.intake_file i JOIN lode.watcher w ON w.id = i.watcher_id
                      WHERE i.dataset = ? AND i.place = ? AND i.watcher_id IS NOT NULL AND w.ended_at IS NOT NULL
                        AND i.state IN ('loaded', 'duplicate', 'failing')
                      ORDER BY i.id LIMIT ? FOR UPDATE OF i SKIP LOCKED) old
                WHERE f.id = old.id
                RETURNING\s
                """
                        + Leftovers.COLUMNS,
                Leftovers::read,
                id,
                dataset,
                place,
                most);
    }

    /// Ends the watcher: what it claimed and did not load is free, what it loaded and did not move
    /// is left for others.
    ///
    /// @param state of its run: completed, partial, failed or interrupted
    /// @param summary a JSON document
    public void end(String state, Optional<String> message, String summary) {
        try (var connection = connections.open("lode watch " + dataset)) {
            connection.setAutoCommit(false);
            // A server without room may have none for the second transaction: the claims of a
            // watcher that ended are freed by the next.
            Sql.update(
                    connection,
                    "UPDATE lode.watcher SET ended_at = clock_timestamp() WHERE id = ? AND ended_at"
                            + " IS NULL",
                    id);
            Sql.update(
                    connection,
                    "UPDATE lode.run SET state = ?, ended_at = clock_timestamp(), message = ?,"
                            + " summary = ?::jsonb WHERE id = ? AND state = 'running'",
                    state,
                    message.orElse(null),
                    summary,
                    run);
            connection.commit();
            free(connection);
            connection.commit();
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "ending the watch of " + dataset, e);
        }
    }

    /// What watchers that ended had claimed and not loaded. Their attempts do not count, and they
    /// did not die.
    private void free(Connection connection) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.intake_file f SET state = 'waiting', watcher_id = NULL, next_at ="
                        + " NULL, attempts = greatest(0, attempts - 1) FROM lode.watcher w WHERE"
                        + " f.dataset = ? AND f.state = 'claimed' AND f.watcher_id IS NOT NULL AND"
                        + " w.id = f.watcher_id AND w.ended_at IS NOT NULL",
                dataset);
    }

    private Connection connected() throws SQLException {
        var connection = beating;
        if (connection == null || connection.isClosed()) {
            connection = connections.open("lode watch " + dataset);
            beating = connection;
            requireAlive(connection, id);
            register(connection, id);
        }
        return connection;
    }

    private void abandon() {
        var connection = beating;
        beating = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is given up either way; the server rolls back what was not committed.
            }
        }
    }

    /// Gives the connection back. A watcher that was not ended counts as dead from here on.
    @Override
    public void close() {
        abandon();
    }
}
