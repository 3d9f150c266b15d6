package dev.lode.postgres.intake;

import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.LedgerSchema;
import dev.lode.postgres.load.RunOrigin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The ledger of a dataset's intake. Thread safe; every call has a connection of its own.
public final class IntakeLedger {
    private final Connections connections;
    private final String where;
    private final String dataset;

    public IntakeLedger(Connections connections, String where, String dataset) {
        this.connections = connections;
        this.where = where;
        this.dataset = dataset;
    }

    /// Begins to watch.
    ///
    /// @param place name of the place that files arrive at
    public Watcher join(String place, RunOrigin origin) {
        return Watcher.join(connections, where, dataset, place, origin);
    }

    /// Watchers take nothing in until they may go on.
    ///
    /// @param what `all`, or `backload` to let live files through
    public void pause(String what) {
        ask(
                "pausing " + dataset,
                connection ->
                        Sql.update(
                                connection,
                                "INSERT INTO lode.intake_pause (dataset, what) VALUES (?, ?) ON"
                                        + " CONFLICT (dataset) DO UPDATE SET what = excluded.what",
                                dataset,
                                what));
    }

    /// Watchers go on.
    ///
    /// @return whether they were paused
    public boolean resume() {
        return ask(
                "resuming " + dataset,
                connection ->
                        Sql.update(
                                        connection,
                                        "DELETE FROM lode.intake_pause WHERE dataset = ?",
                                        dataset)
                                > 0);
    }

    /// Whether files of the dataset were ever watched for.
    public boolean watched() {
        return ask(
                "reading the intake",
                connection ->
                        LedgerSchema.exists(connection)
                                && Sql.number(
                                                connection,
                                                "SELECT count(*) FROM lode.watcher WHERE dataset ="
                                                        + " ?",
                                                dataset)
                                        > 0);
    }

    /// Files that failed, oldest first; none where there is no ledger.
    ///
    /// @param most how many at most
    public List<FailedFile> failed(int most) {
        return ask(
                "reading failed files",
                connection ->
                        LedgerSchema.exists(connection)
                                ? Sql.list(
                                        connection,
                                        "SELECT id, place, key, target, kind, reason, attempts,"
                                            + " document_id FROM lode.intake_file WHERE dataset = ?"
                                            + " AND state = 'failed' ORDER BY id LIMIT ?",
                                        row -> {
                                            long document = row.getLong(8);
                                            boolean none = row.wasNull();
                                            return new FailedFile(
                                                    row.getLong(1),
                                                    row.getString(2),
                                                    row.getString(3),
                                                    row.getString(4),
                                                    row.getString(5),
                                                    row.getString(6),
                                                    row.getInt(7),
                                                    none
                                                            ? Optional.empty()
                                                            : Optional.of(document));
                                        },
                                        dataset,
                                        most)
                                : List.of());
    }

    /// A failed file is back where it arrived, to be tried afresh.
    ///
    /// @return false where a watcher has taken it already
    public boolean returned(long file) {
        return ask(
                "taking files again",
                connection ->
                        Sql.update(
                                        connection,
                                        "UPDATE lode.intake_file SET state = 'waiting', attempts ="
                                                + " 0, deaths = 0, next_at = NULL, ended_at = NULL"
                                                + " WHERE id = ? AND state = 'failed'",
                                        file)
                                > 0);
    }

    /// Where processed files are whose content is in the tables now, by a pattern of their keys
    /// (`%` for any characters).
    public List<Processed> processed(String like, int most) {
        return ask(
                "reading processed files",
                connection ->
                        Sql.list(
                                connection,
                                "SELECT key, target FROM lode.intake_file WHERE dataset = ? AND"
                                        + " state = 'moved' AND outcome = 'loaded' AND key LIKE ?"
                                        + " ORDER BY key, id LIMIT ?",
                                row -> new Processed(row.getString(1), row.getString(2)),
                                dataset,
                                like,
                                most));
    }

    /// A file that is loaded and moved.
    ///
    /// @param target its key among the processed ones
    public record Processed(String key, String target) {}

    /// How many files are in which state, and the like: one line for people.
    public Standing standing() {
        return ask(
                "reading the intake",
                connection ->
                        LedgerSchema.exists(connection)
                                ? Sql.list(
                                                connection,
                                                """
                                                SELECT (SELECT count(*) FROM lode.intake_file WHERE dataset = d.name AND state = 'failed'),
                                                       (SELECT count(*) FROM lode.intake_file WHERE dataset = d.name AND state = 'waiting'),
                                                       (SELECT count(*) FROM lode.intake_file WHERE dataset = d.name AND watcher_id IS NOT NULL),
                                                       coalesce((SELECT max(b.waiting_live + b.waiting_backload) FROM lode.watcher_beat b
                                                           JOIN lode.watcher w ON w.id = b.watcher_id
                                                           WHERE w.dataset = d.name AND w.ended_at IS NULL), 0),
                                                       extract(epoch FROM clock_timestamp() - least(
                                                           (SELECT min(b.oldest_waiting) FROM lode.watcher_beat b
                                                            JOIN lode.watcher w ON w.id = b.watcher_id
                                                            WHERE w.dataset = d.name AND w.ended_at IS NULL),
                                                           (SELECT min(f.first_at) FROM lode.intake_file f WHERE f.dataset = d.name
                                                            AND (f.state = 'waiting' OR f.watcher_id IS NOT NULL)))),
                                                       (SELECT count(*) FROM lode.watcher w JOIN lode.watcher_beat b ON b.watcher_id = w.id
                                                        JOIN pg_stat_activity a ON a.pid = b.backend
                                                            AND (a.backend_start IS NULL OR a.backend_start = b.backend_start)
                                                        WHERE w.dataset = d.name AND w.ended_at IS NULL),
                                                       coalesce((SELECT sum(b.files_per_second) FROM lode.watcher_beat b
                                                           JOIN lode.watcher w ON w.id = b.watcher_id
                                                           WHERE w.dataset = d.name AND w.ended_at IS NULL), 0),
                                                       (SELECT what FROM lode.intake_pause p WHERE p.dataset = d.name),
                                                       (SELECT string_agg(b.note, '; ') FROM lode.watcher_beat b
                                                           JOIN lode.watcher w ON w.id = b.watcher_id
                                                           WHERE w.dataset = d.name AND w.ended_at IS NULL)
                                                FROM (SELECT ?::text AS name) d
                                                """,
                                                row -> {
                                                    double age = row.getDouble(5);
                                                    boolean none = row.wasNull();
                                                    return new Standing(
                                                            row.getLong(1),
                                                            row.getLong(2),
                                                            row.getLong(3),
                                                            row.getLong(4),
                                                            none
                                                                    ? Optional.empty()
                                                                    : Optional.of(Math.max(0, age)),
                                                            row.getLong(6),
                                                            row.getDouble(7),
                                                            Optional.ofNullable(row.getString(8)),
                                                            Optional.ofNullable(row.getString(9)));
                                                },
                                                dataset)
                                        .getFirst()
                                : Standing.NOTHING);
    }

    /// @param failed files that failed and were not taken again
    /// @param retrying files that are tried again later
    /// @param inHand files that watchers have claimed
    /// @param listed files that the watchers saw waiting
    /// @param oldest seconds that the oldest waiting file waits
    /// @param watchers that live
    /// @param paused `all` or `backload`
    /// @param notes what is in the watchers' way
    public record Standing(
            long failed,
            long retrying,
            long inHand,
            long listed,
            Optional<Double> oldest,
            long watchers,
            double filesPerSecond,
            Optional<String> paused,
            Optional<String> notes) {
        static final Standing NOTHING =
                new Standing(
                        0, 0, 0, 0, Optional.empty(), 0, 0, Optional.empty(), Optional.empty());

        /// Whether anything waits or is under way.
        public boolean busy() {
            return retrying + inHand + listed > 0;
        }
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T ask(String doing, Work<T> work) {
        try (var connection = connections.open("lode")) {
            return work.on(connection);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }
}
