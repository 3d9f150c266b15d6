package dev.lode.postgres.publish;

import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.load.RunOrigin;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The database as publishing sees it. Thread safe.
public final class PublishDatabase {
    private static final String NAME = "lode publish";

    private final Connections connections;
    private final String where;
    private final Pack pack;

    /// @param where the database, for messages
    public PublishDatabase(Connections connections, String where, Pack pack) {
        this.connections = connections;
        this.where = where;
        this.pack = pack;
    }

    /// What messages call the database.
    public String where() {
        return where;
    }

    /// Begins a run. Loads of the dataset may go on meanwhile; other runs that publish it may not.
    ///
    /// @param onLoss called when another process took the run over
    /// @throws dev.lode.core.LodeException of kind RESOURCE when another process publishes it
    public PublishRun begin(RunOrigin origin, Duration leaseTimeout, Runnable onLoss) {
        String dataset = pack.dataset();
        try {
            var lease =
                    Lease.acquire(
                            connections,
                            dataset + ":publish",
                            origin.holder(),
                            leaseTimeout,
                            onLoss);
            try (var brief = connections.brief(lease.applicationName())) {
                long run =
                        new Ledger()
                                .startRun(
                                        brief.connection(),
                                        dataset,
                                        dataset + ":publish",
                                        "publish",
                                        Optional.empty(),
                                        lease.token(),
                                        origin.host(),
                                        origin.pid(),
                                        origin.version());
                lease.names(brief.connection(), run);
                brief.done();
                return new PublishRun(where, dataset, lease, run);
            } catch (SQLException | RuntimeException e) {
                lease.close();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "beginning to publish", e);
        }
    }

    /// Makes the triggers that the pack asks for and that are not there.
    ///
    /// @return tables that lacked them: what others wrote there before is not known
    public Set<TableName> makeTriggers() {
        try (var brief = connections.brief(NAME)) {
            var triggers = new ChangeTriggers(pack);
            brief.connection().setAutoCommit(false);
            var missing = triggers.missing(brief.connection());
            triggers.make(brief.connection(), missing);
            brief.connection().commit();
            brief.done();
            return missing;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "making triggers that note changes", e);
        }
    }

    /// Tables whose triggers [#makeTriggers] would make.
    public Set<TableName> missingTriggers() {
        try (var brief = connections.brief(NAME)) {
            var missing = new ChangeTriggers(pack).missing(brief.connection());
            brief.done();
            return missing;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "looking for triggers", e);
        }
    }

    /// Takes a snapshot for some publications.
    ///
    /// @param lateTriggers tables whose triggers were not there all the time
    /// @param readers connections that read at the same time
    /// @param limit how old the snapshot may become
    /// @param mostKeys items that are read one by one; where more changed, all are read
    /// @throws dev.lode.core.LodeException of kind USAGE when a publication does not suit the
    ///   tables
    public PublishSnapshot snapshot(
            Collection<PublicationSpec> publications,
            Set<TableName> lateTriggers,
            int readers,
            Duration limit,
            int mostKeys) {
        try {
            String oldest;
            var tables = new LinkedHashSet<TableName>();
            try (var brief = connections.brief(NAME)) {
                // Before the snapshot: who begins later stamps rows with later times.
                oldest = oldest(brief.connection());
                Relations.refuseMissing(brief.connection(), publications, pack.schema());
                brief.done();
                publications.forEach(spec -> tables.addAll(Relations.tables(spec, pack.schema())));
            }
            var snapshot = ReadSnapshot.open(connections, where, NAME, tables, readers, limit);
            try {
                return snapshot(snapshot, publications, lateTriggers, oldest, mostKeys);
            } catch (SQLException | RuntimeException e) {
                snapshot.close();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "taking a snapshot", e);
        }
    }

    private PublishSnapshot snapshot(
            ReadSnapshot snapshot,
            Collection<PublicationSpec> publications,
            Set<TableName> lateTriggers,
            String oldest,
            int mostKeys)
            throws SQLException {
        return snapshot.coordinate(
                "reading the catalog",
                connection -> {
                    var sql = new LinkedHashMap<String, ItemSql>();
                    var facts = Relations.facts(connection, publications, pack.schema());
                    for (var spec : publications) {
                        sql.put(
                                spec.name(),
                                Relations.read(connection, spec, pack.schema(), facts));
                    }
                    return new PublishSnapshot(
                            snapshot,
                            where,
                            pack,
                            sql,
                            lateTriggers,
                            new PublishSnapshot.Moment(
                                    cluster(connection), oldest, openTables(connection)),
                            mostKeys);
                });
    }

    private static String cluster(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT c.system_identifier || '/' || d.oid FROM pg_control_system() c,"
                                + " pg_database d WHERE d.datname = current_database()",
                        row -> row.getString(1))
                .getFirst();
    }

    /// When the oldest transaction began that runs now. Of other roles' sessions that may not be
    /// told: then a day ago.
    private static String oldest(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        """
                        SELECT (least(now(),
                                      (SELECT min(xact_start) FROM pg_stat_activity),
                                      (SELECT min(prepared) FROM pg_prepared_xacts),
                                      (SELECT now() - interval '1 day' FROM pg_stat_activity
                                       WHERE backend_type IS NULL LIMIT 1))
                                - interval '10 minutes')::text
                        """,
                        row -> row.getString(1))
                .getFirst();
    }

    private List<String> openTables(Connection connection) throws SQLException {
        if (!PublishSnapshot.hasLedger(connection)) {
            return List.of();
        }
        return Sql.list(
                connection,
                "SELECT DISTINCT c.table_name FROM lode.changed c JOIN lode.item i ON i.id ="
                        + " c.item_id WHERE c.op = 'whole' AND i.state = 'loading' AND"
                        + " c.table_schema = ?",
                row -> row.getString(1),
                pack.schema());
    }
}
