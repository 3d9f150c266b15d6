package dev.lode.postgres.publish;

import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;

/// A run that publishes a dataset, in the ledger. Thread safe.
public final class PublishRun implements AutoCloseable {
    private final String where;
    private final String dataset;
    private final Lease lease;
    private final long run;

    PublishRun(String where, String dataset, Lease lease, long run) {
        this.where = where;
        this.dataset = dataset;
        this.lease = lease;
        this.run = run;
    }

    /// Number of this run in the ledger.
    public long run() {
        return run;
    }

    /// Notes which state of the database the latest generation of a publication holds.
    ///
    /// @param place where it lies
    /// @param content of its manifest
    public void published(
            PublicationSpec spec,
            String place,
            long generation,
            String content,
            PublishSnapshot snapshot) {
        var state = snapshot.state(spec, generation, content);
        inTransaction(
                "recording a generation",
                connection ->
                        Sql.update(
                                connection,
                                "INSERT INTO lode.publication (dataset, name, place, generation,"
                                    + " content, definition, cluster, snapshot, oldest,"
                                    + " open_tables, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
                                    + " ?::timestamptz, ?, ?) ON CONFLICT (dataset, name, place) DO"
                                    + " UPDATE SET generation = excluded.generation, content ="
                                    + " excluded.content, definition = excluded.definition, cluster"
                                    + " = excluded.cluster, snapshot = excluded.snapshot, oldest ="
                                    + " excluded.oldest, open_tables = excluded.open_tables, run_id"
                                    + " = excluded.run_id, published_at = now()",
                                dataset,
                                spec.name(),
                                place,
                                state.generation(),
                                state.content(),
                                state.definition(),
                                state.cluster(),
                                state.snapshot(),
                                state.oldest(),
                                connection.createArrayOf("text", state.openTables().toArray()),
                                run));
    }

    /// Takes changes out of the log that all of the dataset's publications have seen. What loads
    /// that are not over noted as a whole table stays.
    public void prune() {
        inTransaction(
                "shortening the log of changes",
                connection ->
                        Sql.update(
                                connection,
                                """
                                DELETE FROM lode.changed c USING (
                                    SELECT min(pg_snapshot_xmin(snapshot::pg_snapshot)::text::bigint) AS seen,
                                           pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
                                    FROM lode.publication WHERE dataset = ?) p
                                WHERE c.dataset = ? AND (c.xid < p.seen OR c.xid >= p.next)
                                  AND NOT EXISTS (SELECT FROM lode.item i WHERE i.id = c.item_id AND i.state = 'loading')
                                """,
                                dataset,
                                dataset));
    }

    /// Ends the run in the ledger.
    ///
    /// @param state completed, failed or interrupted
    /// @param summary a JSON document
    public void finish(String state, @Nullable String message, String summary) {
        inTransaction(
                "ending the run",
                connection -> {
                    new Ledger().finishRun(connection, run, state, message, summary);
                    return 0;
                });
    }

    private <T> T inTransaction(String doing, Lease.Work<T> work) {
        try {
            return lease.transaction(work);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

    /// Gives the lease back. Idempotent.
    @Override
    public void close() {
        lease.close();
    }
}
