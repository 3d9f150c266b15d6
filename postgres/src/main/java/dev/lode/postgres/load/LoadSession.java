package dev.lode.postgres.load;

import dev.lode.core.ContentId;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.LeasedWork;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Lookalikes;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.postgres.space.SpaceWatch;
import dev.lode.postgres.swap.Replacement;
import dev.lode.postgres.swap.Shadows;
import dev.lode.postgres.vanish.Vanishing;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A run that writes a dataset: holds its lease from begin to end, and is the only way to the
/// ledger for the engine. Thread safe; every call has a connection of its own.
public final class LoadSession implements AutoCloseable {
    private final Connections connections;
    private final String where;
    private final String dataset;
    private final Ledger ledger = new Ledger();
    private final ItemIdentities identities = new ItemIdentities();
    private final Lease lease;
    private final long run;
    private final LeasedWork work;
    private final RejectSession rejects;
    private final ItemDecision decision;
    private volatile Optional<SpaceWatch> space = Optional.empty();
    private volatile Endurance endurance =
            new Endurance(() -> space, Duration.ZERO, RunListener.SILENT, this::checkLease);

    private LoadSession(
            Connections connections, String where, String dataset, Lease lease, long run) {
        this.connections = connections;
        this.where = where;
        this.dataset = dataset;
        this.lease = lease;
        this.run = run;
        this.work = new LeasedWork(connections, where, lease, () -> endurance);
        this.rejects = new RejectSession(work, ledger, run);
        this.decision = new ItemDecision(ledger, identities, rejects, run);
    }

    /// Takes the dataset's lease and begins a run.
    ///
    /// @param where the database, for messages
    /// @param onLoss called when another process took the lease over
    /// @throws LodeException of kind RESOURCE when another run holds it
    public static LoadSession begin(
            Connections connections,
            String where,
            String dataset,
            String operation,
            Optional<LocalDate> snapshot,
            RunOrigin origin,
            Duration leaseTimeout,
            Runnable onLoss) {
        try {
            var lease = Lease.acquire(connections, dataset, origin.holder(), leaseTimeout, onLoss);
            try (var brief = connections.brief(lease.applicationName())) {
                long run =
                        new Ledger()
                                .startRun(
                                        brief.connection(),
                                        dataset,
                                        operation,
                                        snapshot,
                                        lease.token(),
                                        origin.host(),
                                        origin.pid(),
                                        origin.version());
                lease.names(brief.connection(), run);
                brief.done();
                return new LoadSession(connections, where, dataset, lease, run);
            } catch (SQLException | RuntimeException e) {
                lease.close();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "beginning a run", e);
        }
    }

    /// Application name of the run's connections: who takes the dataset over ends them by it.
    public String applicationName() {
        return lease.applicationName();
    }

    /// Number of this run in the ledger.
    public long run() {
        return run;
    }

    /// Whether this run may still write: first in each of its transactions.
    ///
    /// @throws LodeException of kind RESOURCE when another process took the dataset
    public void check(Connection connection) throws SQLException {
        lease.check(connection);
    }

    /// An item before it begins.
    public record Candidate(ItemKey key, Target target) {}

    /// Whether [#start] would have something to load of any of them, or records that wait for rows
    /// of other items; writes nothing.
    public boolean wouldLoad(Collection<Candidate> candidates, boolean again) {
        return work.reading(
                "looking at the items",
                connection -> {
                    for (var candidate : candidates) {
                        if (again || decision.wouldLoad(connection, candidate)) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    /// Decides by the ledger what happens to an item, and records that it begins.
    ///
    /// `append` never takes the same content twice, whatever its name. `upsert` compares with what
    /// was applied last: A, then B, then A again applies A again.
    ///
    /// @param again whether content that was applied is applied once more
    /// @throws LodeException of kind DATA when the table is empty although the ledger says that it
    ///   was filled
    public ItemStart start(ItemKey key, Target target, boolean again) {
        return work.repeatable(
                "beginning " + key.name(),
                connection -> decision.start(connection, key, target, again));
    }

    /// Begins an item that replaces its table once more from its first record, whatever was loaded
    /// of it: nobody has seen its new table.
    public ItemStart startOver(ItemKey key, Target target) {
        return work.repeatable(
                "beginning " + key.name() + " again",
                connection -> new Shadows(ledger, run).startOver(connection, key, target));
    }

    /// Whether a run of the dataset was stopped, or did not do all of its work, since one was
    /// completed: what it brought may not have been looked at by all that wait for it.
    public boolean followsUnfinishedWork() {
        return work.reading(
                "looking at earlier runs",
                connection ->
                        Sql.number(
                                        connection,
                                        """
                                        SELECT count(*) FROM lode.run WHERE dataset = ? AND id < ? AND state <> 'completed'
                                        AND id > coalesce((SELECT max(id) FROM lode.run WHERE dataset = ? AND id < ?
                                                           AND state = 'completed' AND operation IN ('load', 'sync', 'demo')), 0)
                                        """,
                                        dataset,
                                        run,
                                        dataset,
                                        run)
                                > 0);
    }

    /// What must be known of an item before [#start] when its content is not: whether its bytes may
    /// be those of an item that this table has, under another fingerprint.
    public Lookalikes lookalikes(ItemKey key) {
        return work.reading(
                "comparing " + key.name(), connection -> identities.lookalikes(connection, key));
    }

    /// The item was read whole and its content is known: half-loaded ones of the table that began
    /// with the same bytes, and whose own content is not known, are of it.
    ///
    /// @param chunks all digests of the content, in order
    public void recognise(ItemKey key, List<byte[]> chunks) {
        work.repeatable(
                "comparing " + key.name(),
                connection -> {
                    identities.recognise(connection, key, chunks);
                    return 0;
                });
    }

    /// The digests of the item's stored bytes that earlier splits recorded, from its start without
    /// a gap.
    public List<byte[]> chunks(ItemRow item) {
        return work.reading(
                "reading chunks of " + item.name(),
                connection -> identities.chunks(connection, item.id()));
    }

    /// Records digests before the first split.
    public void addChunks(ItemRow item, ChunkDigests chunks) {
        work.repeatable(
                "beginning " + item.name(),
                connection -> {
                    identities.addChunks(connection, item.id(), chunks);
                    return 0;
                });
    }

    /// The item's rows, and everything committed before this, survive the death of the server:
    /// whatever `synchronous_commit` says, this commit is flushed. Only then may the file that they
    /// came from go.
    public void durable(ItemRow item) {
        work.repeatable(
                "making " + item.name() + " durable",
                connection -> {
                    identities.freed(connection, item.id());
                    return 0;
                });
    }

    /// Those whose content [#start] would find applied already, and skip.
    public Set<ItemKey> applied(Collection<ItemKey> keys) {
        return work.reading(
                "looking at the items", connection -> decision.applied(connection, keys));
    }

    /// What [#start] would answer, for those that need nothing: content that is applied, under the
    /// fingerprint that it was applied with, to a table that is not empty. One look for all of them
    /// instead of a transaction for each; who is missing here goes through [#start].
    public Map<ItemKey, ItemStart.Skip> settled(Collection<Candidate> candidates) {
        return work.reading(
                "looking at the items", connection -> decision.settled(connection, candidates));
    }

    /// Builds and swaps the tables that the run replaces.
    ///
    /// @param settings bounds of making indexes and keys
    public Replacement replacement(ApplySettings settings) {
        return new Replacement(
                connections, where, dataset, ledger, lease, run, settings, endurance);
    }

    /// Deals with rows that a snapshot does not have any more.
    public Vanishing vanishing() {
        return new Vanishing(work, run);
    }

    /// Rejects of the run's items.
    public RejectSession rejects() {
        return rejects;
    }

    /// A loader of the item's batches, with a connection of its own. The caller closes it.
    ///
    /// @param way how records travel
    public SplitLoader splits(ItemRow item, Target target, CopyWay way, LoadLimits limits) {
        return new SplitLoader(
                connections, ledger, lease, run, item, target, way, limits, endurance);
    }

    /// Opens connections for so many loaders while other things are done.
    public void connectAhead(int loaders) {
        connections.ahead(lease.applicationName(), loaders);
    }

    /// How many connections the run could open now beside those it has.
    public int spareConnections() {
        return work.repeatable(
                "looking at free connections",
                connection -> ServerFacts.read(connection).freeConnections());
    }

    /// Steps that know what of them is done wait from now on for a server that went away.
    ///
    /// @param away how long
    public void awaitServer(Duration away, RunListener listener) {
        endurance = new Endurance(() -> space, away, listener, this::checkLease).ofOneRun();
    }

    /// How steps of this run meet a server that is full or away.
    public Endurance endurance() {
        return endurance;
    }

    private void checkLease() throws SQLException {
        try (var brief = connections.brief(lease.applicationName())) {
            brief.connection().setAutoCommit(false);
            lease.check(brief.connection());
            brief.connection().rollback();
            brief.done();
        }
    }

    /// Pauses the run from now on before the database's disk is full.
    ///
    /// @param tables that are written
    public void watch(SpaceLimits limits, Collection<TableName> tables, RunListener listener) {
        String doing = "looking at the database's disk";
        try {
            space =
                    Optional.of(
                            endurance.through(
                                    where + ": " + doing,
                                    () ->
                                            SpaceWatch.begin(
                                                    connections,
                                                    lease.applicationName(),
                                                    run,
                                                    limits,
                                                    tables,
                                                    listener)));
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LodeException.resource(where + ": interrupted while " + doing, e);
        }
    }

    /// The item is whole in its table.
    ///
    /// @return the sums of its splits
    public RowCounts done(ItemRow item, ContentId content) {
        return work.repeatable(
                "ending " + item.name(),
                connection -> {
                    identities.content(connection, item.id(), content);
                    return ledger.finishItem(connection, item.id(), "done", null);
                });
    }

    /// The same for an item whose content was known when it began.
    public RowCounts done(ItemRow item) {
        return work.repeatable(
                "ending " + item.name(),
                connection -> {
                    ChangeLog.bound(connection, item, run);
                    return ledger.finishItem(connection, item.id(), "done", null);
                });
    }

    /// Where the item goes on by now.
    public Position position(ItemRow item) {
        return work.repeatable(
                "reading the splits of " + item.name(),
                connection -> ledger.position(connection, item.id()));
    }

    /// What became of the item's records in its committed splits.
    public RowCounts committed(ItemRow item) {
        return work.repeatable(
                "counting " + item.name(), connection -> ledger.counts(connection, item.id()));
    }

    /// The item failed as a whole; its committed splits stay.
    public void failed(ItemRow item, String message) {
        work.repeatable(
                "ending " + item.name(),
                connection -> ledger.finishItem(connection, item.id(), "failed", message));
    }

    /// @param state completed, partial, failed or interrupted
    /// @param summary a JSON document
    public void finish(String state, @Nullable String message, String summary) {
        work.repeatable(
                "ending run " + run,
                connection -> {
                    ledger.finishRun(connection, run, state, message, summary);
                    return 0;
                });
    }

    /// Gives the lease back. Idempotent.
    @Override
    public void close() {
        lease.close();
    }
}
