package dev.lode.postgres.intake;

import dev.lode.core.LodeException;
import dev.lode.core.place.PlacedFile;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.LastingConnection;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.document.DocumentGuard;
import dev.lode.postgres.document.FileResult;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What one worker of a watcher does in the ledger, on one connection. Belongs to one thread.
///
/// Errors of the server are of kind RESOURCE; the next call opens a new connection.
public final class IntakeSession implements AutoCloseable {
    private static final Duration OTHERS = Duration.ofSeconds(20);
    private static final int CONFLICTS = 20;

    private final String where;
    private final String dataset;
    private final String place;
    private final String version;
    private final long watcher;
    private final String name;
    private final Stamina stamina;
    private final Map<String, Claim> held = new HashMap<>();
    private final LastingConnection lasting;

    IntakeSession(
            Connections connections,
            String where,
            String dataset,
            String place,
            String version,
            long watcher,
            String name,
            Stamina stamina) {
        this.where = where;
        this.dataset = dataset;
        this.place = place;
        this.version = version;
        this.watcher = watcher;
        this.name = name;
        this.lasting = new LastingConnection(connections, name);
        this.stamina = stamina;
    }

    /// Application name of this session's connection, for the one that loads.
    public String applicationName() {
        return name;
    }

    /// Takes files into this watcher's hands; committed before it returns.
    ///
    /// @param wanted versions of files, each key once
    /// @param now by the caller's clock, for when to ask again
    public Claims claim(List<Wanted> wanted, Instant now) throws InterruptedException {
        var sorted = wanted.stream().sorted(Comparator.comparing(one -> one.file().key())).toList();
        var claims =
                transaction(
                        "claiming files",
                        connection -> {
                            alive(connection);
                            var got = insert(connection, sorted);
                            return new Claims(
                                    got,
                                    suspects(connection, sorted, got),
                                    later(connection, sorted, got, now));
                        });
        held.clear();
        claims.held().forEach(claim -> held.put(claim.file().key(), claim));
        return claims;
    }

    /// First in each transaction of the watcher: its row, so that nobody ends it meanwhile.
    private void alive(Connection connection) throws SQLException {
        // What follows a commit cannot be taken back: the commit has to be on the server's disk.
        if (Sql.list(
                        connection,
                        "SELECT set_config('synchronous_commit', CASE"
                            + " current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE"
                            + " current_setting('synchronous_commit') END, true) FROM lode.watcher"
                            + " WHERE id = ? AND ended_at IS NULL FOR SHARE",
                        row -> 1,
                        watcher)
                .isEmpty()) {
            throw new TakenOver(watcher);
        }
    }

    private List<Claim> insert(Connection connection, List<Wanted> wanted) throws SQLException {
        return Sql.list(
                connection,
                """
                INSERT INTO lode.intake_file AS f (dataset, place, key, version, size, modified_at, lane, state,
                    watcher_id, alone, ordinal, version_of_lode)
                SELECT ?, ?, c.key, c.version, c.size, c.modified, c.lane, 'claimed', ?, ?,
                       1 + (SELECT coalesce(max(o.ordinal), 0) FROM lode.intake_file o
                            WHERE o.dataset = ? AND o.key = c.key), ?
                FROM unnest(?, ?, ?, ?::timestamptz[], ?) AS c(key, version, size, modified, lane)
                ON CONFLICT (dataset, place, key, version) DO UPDATE
                SET state = 'claimed', watcher_id = excluded.watcher_id, alone = excluded.alone, lane = excluded.lane,
                    attempts = CASE f.state WHEN 'waiting' THEN f.attempts + 1 WHEN 'claimed' THEN f.attempts ELSE 1 END,
                    deaths = CASE WHEN f.state IN ('waiting', 'claimed') THEN f.deaths ELSE 0 END,
                    arrivals = CASE WHEN f.state IN ('waiting', 'claimed') THEN f.arrivals ELSE f.arrivals + 1 END,
                    claimed_at = clock_timestamp(), version_of_lode = excluded.version_of_lode
                WHERE (f.state IN ('waiting', 'moved', 'failed', 'gone')
                       OR f.state = 'claimed' AND f.watcher_id = excluded.watcher_id)
                  AND (f.next_at IS NULL OR f.next_at <= clock_timestamp())
                  AND (f.deaths = 0 OR excluded.alone OR f.state NOT IN ('waiting', 'claimed'))
                RETURNING f.id, f.key, f.size, f.version, f.modified_at, f.lane, f.attempts, f.deaths,
                    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), f.ordinal, f.arrivals
                """,
                row ->
                        new Claim(
                                row.getLong(1),
                                new PlacedFile(
                                        row.getString(2),
                                        row.getLong(3),
                                        row.getString(4),
                                        row.getTimestamp(5).toInstant()),
                                Lane.of(row.getString(6)),
                                row.getInt(7),
                                row.getInt(8),
                                row.getString(9),
                                row.getInt(10),
                                row.getInt(11)),
                dataset,
                place,
                watcher,
                wanted.size() == 1,
                dataset,
                version,
                array(connection, "text", wanted.stream().map(one -> one.file().key())),
                array(connection, "text", wanted.stream().map(one -> one.file().version())),
                array(connection, "bigint", wanted.stream().map(one -> one.file().size())),
                array(
                        connection,
                        "text",
                        wanted.stream().map(one -> one.file().modified().toString())),
                array(connection, "text", wanted.stream().map(one -> one.lane().word())));
    }

    private static java.sql.Array array(
            Connection connection, String type, java.util.stream.Stream<?> values)
            throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    private static List<Wanted> others(List<Wanted> wanted, List<Claim> got) {
        var keys = new HashSet<String>();
        got.forEach(claim -> keys.add(claim.file().key()));
        return wanted.stream().filter(one -> !keys.contains(one.file().key())).toList();
    }

    private List<String> suspects(Connection connection, List<Wanted> wanted, List<Claim> got)
            throws SQLException {
        var others = others(wanted, got);
        return others.isEmpty()
                ? List.of()
                : Sql.list(
                        connection,
                        "SELECT f.key FROM lode.intake_file f JOIN unnest(?, ?) AS c(key, version)"
                                + " USING (key, version) WHERE f.dataset = ? AND f.place = ? AND"
                                + " f.state = 'waiting' AND f.deaths > 0 AND (f.next_at IS NULL OR"
                                + " f.next_at <= clock_timestamp())",
                        row -> row.getString(1),
                        array(connection, "text", others.stream().map(one -> one.file().key())),
                        array(connection, "text", others.stream().map(one -> one.file().version())),
                        dataset,
                        place);
    }

    private Map<String, Instant> later(
            Connection connection, List<Wanted> wanted, List<Claim> got, Instant now)
            throws SQLException {
        var later = new HashMap<String, Instant>();
        var others = others(wanted, got);
        if (others.isEmpty()) {
            return later;
        }
        others.forEach(one -> later.put(one.file().key(), now.plus(OTHERS)));
        for (var row :
                Sql.list(
                        connection,
                        "SELECT f.key, greatest(0, extract(epoch FROM f.next_at -"
                            + " clock_timestamp())) FROM lode.intake_file f JOIN unnest(?, ?) AS"
                            + " c(key, version) USING (key, version) WHERE f.dataset = ? AND"
                            + " f.place = ? AND f.state = 'waiting' AND f.next_at IS NOT NULL",
                        row -> Map.entry(row.getString(1), row.getDouble(2)),
                        array(connection, "text", others.stream().map(one -> one.file().key())),
                        array(connection, "text", others.stream().map(one -> one.file().version())),
                        dataset,
                        place)) {
            later.put(row.getKey(), now.plusMillis(Math.round(row.getValue() * 1000) + 1));
        }
        suspects(connection, wanted, got).forEach(later::remove);
        return later;
    }

    /// What the transaction of a group adds: the watcher's number is held while it loads, and the
    /// files are marked as loaded.
    public DocumentGuard guard() {
        return new DocumentGuard() {
            @Override
            public void before(Connection connection, List<String> names) throws SQLException {
                alive(connection);
            }

            @Override
            public void after(Connection connection, List<FileResult> results) throws SQLException {
                mark(connection, results);
            }
        };
    }

    private void mark(Connection connection, List<FileResult> results) throws SQLException {
        var ids = new ArrayList<Long>();
        var states = new ArrayList<String>();
        var documents = new ArrayList<Long>();
        var targets = new ArrayList<String>();
        for (var result : results) {
            var claim = held.get(result.name());
            if (claim == null) {
                throw LodeException.bug(result.name() + ": was loaded and never claimed", null);
            }
            switch (result) {
                case FileResult.Loaded loaded -> {
                    states.add("loaded");
                    documents.add(loaded.document());
                }
                case FileResult.Duplicate duplicate -> {
                    states.add("duplicate");
                    documents.add(duplicate.document());
                }
                case FileResult.Failed failed -> {
                    continue;
                }
            }
            ids.add(claim.id());
            targets.add(claim.processedKey());
        }
        long marked =
                Sql.update(
                        connection,
                        "UPDATE lode.intake_file f SET state = r.state, outcome = r.state,"
                                + " document_id = r.document, target = r.target, kind = NULL,"
                                + " reason = NULL, next_at = NULL, loaded_at = clock_timestamp()"
                                + " FROM unnest(?, ?, ?, ?) AS r(id, state, document, target) WHERE"
                                + " f.id = r.id AND f.watcher_id = ?",
                        array(connection, "bigint", ids.stream()),
                        array(connection, "text", states.stream()),
                        array(connection, "bigint", documents.stream()),
                        array(connection, "text", targets.stream()),
                        watcher);
        if (marked != ids.size()) {
            throw new TakenOver(watcher);
        }
    }

    /// Files that cannot be loaded: committed before they are moved.
    public void failing(Map<Claim, Leftover.Failure> failures) throws InterruptedException {
        transaction(
                "noting failed files",
                connection -> {
                    alive(connection);
                    for (var one : failures.entrySet()) {
                        Sql.update(
                                connection,
                                "UPDATE lode.intake_file SET state = 'failing', outcome = 'failed',"
                                    + " target = ?, kind = ?, reason = ?, attempts = ? WHERE id = ?"
                                    + " AND watcher_id = ?",
                                one.getKey().failedKey(),
                                one.getValue().kind().name(),
                                storable(one.getValue().reason()),
                                one.getValue().attempts(),
                                one.getKey().id(),
                                watcher);
                    }
                    return 0;
                });
    }

    /// A text quotes what a file holds, and PostgreSQL takes no NUL.
    private static String storable(String text) {
        return text.replace('\0', '?');
    }

    /// Where the file is now: the last that is known of it.
    public enum End {
        /// At its new place.
        MOVED,
        /// Among the failed ones.
        FAILED,
        /// Not where it was: another process moved or removed it, or it was replaced.
        GONE;

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// Notes that files are out of hand. A file that was gone before it was read this time keeps
    /// what is known of it.
    public void end(Collection<Long> files, End end) throws InterruptedException {
        if (files.isEmpty()) {
            return;
        }
        transaction(
                "noting moved files",
                connection ->
                        Sql.update(
                                connection,
                                "UPDATE lode.intake_file SET state = CASE WHEN ? <> 'gone' THEN ?"
                                    + " WHEN outcome = 'failed' THEN 'failed' WHEN outcome IS NOT"
                                    + " NULL THEN 'moved' ELSE 'gone' END, watcher_id = NULL,"
                                    + " next_at = NULL, ended_at = clock_timestamp() WHERE id = ANY"
                                    + " (?) AND watcher_id = ?",
                                end.word(),
                                end.word(),
                                array(connection, "bigint", files.stream()),
                                watcher));
    }

    /// Gives files back, to be tried again.
    ///
    /// @param counts whether this was an attempt
    /// @param died whether the file counts as what ended it: it is tried alone from now on
    public void release(
            Collection<Claim> claims, Duration pause, boolean counts, boolean died, String reason)
            throws InterruptedException {
        if (claims.isEmpty()) {
            return;
        }
        transaction(
                "giving files back",
                connection ->
                        Sql.update(
                                connection,
                                "UPDATE lode.intake_file SET state = 'waiting', watcher_id = NULL,"
                                    + " next_at = clock_timestamp() + make_interval(secs => ?),"
                                    + " attempts = attempts - ?, deaths = deaths + ?, reason = ?"
                                    + " WHERE id = ANY (?) AND watcher_id = ? AND state ="
                                    + " 'claimed'",
                                pause.toMillis() / 1000.0,
                                counts ? 0 : 1,
                                died ? 1 : 0,
                                storable(reason),
                                array(connection, "bigint", claims.stream().map(Claim::id)),
                                watcher));
    }

    /// Which of the files are in the tables by now, or have failed, and where they go: asked when
    /// it is not known how a load ended.
    public List<Leftover> decided(Collection<Claim> claims) throws InterruptedException {
        return transaction(
                "looking at files",
                connection ->
                        Sql.list(
                                connection,
                                "SELECT "
                                        + Leftovers.COLUMNS
                                        + " FROM lode.intake_file f WHERE id = ANY (?) AND"
                                        + " watcher_id = ? AND state IN ('loaded', 'duplicate',"
                                        + " 'failing')",
                                Leftovers::read,
                                array(connection, "bigint", claims.stream().map(Claim::id)),
                                watcher));
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// Each of them may be done twice: a server that went away does not say whether it committed.
    private <T> T transaction(String doing, Work<T> work) throws InterruptedException {
        var trial = stamina.trial(where + ": " + doing);
        try {
            return transaction(doing, work, trial);
        } finally {
            trial.leave();
        }
    }

    private <T> T transaction(String doing, Work<T> work, Endurance.Trial trial)
            throws InterruptedException {
        for (int conflicts = 0; ; ) {
            try {
                var connection = lasting.get();
                T result = work.on(connection);
                connection.commit();
                trial.done();
                return result;
            } catch (RuntimeException e) {
                lasting.close();
                throw e;
            } catch (SQLException e) {
                lasting.close();
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("interrupted while " + doing);
                }
                // 23505: another watcher claimed another version of the key at this moment.
                boolean conflict =
                        PostgresErrors.isConflict(e) || PostgresErrors.state(e).equals("23505");
                if (conflict ? ++conflicts > CONFLICTS : !trial.again(e)) {
                    throw PostgresErrors.explain(where, doing, e);
                }
            }
        }
    }

    @Override
    public void close() {
        lasting.close();
    }
}
