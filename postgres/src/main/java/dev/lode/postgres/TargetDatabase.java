package dev.lode.postgres;

import dev.lode.core.Fingerprint;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.MissingPrivilege;
import dev.lode.postgres.catalog.Privileges;
import dev.lode.postgres.catalog.Privileges.Need;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.doctor.LedgerExam;
import dev.lode.postgres.doctor.ServerTuning;
import dev.lode.postgres.document.DocumentTarget;
import dev.lode.postgres.intake.IntakeLedger;
import dev.lode.postgres.intake.Watcher;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.LedgerSchema;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.ledger.Rejects;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.load.SampleLoad;
import dev.lode.postgres.load.SampleRows;
import dev.lode.postgres.load.SampledSize;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.CreatedTables;
import dev.lode.postgres.schema.KeyBuilding;
import dev.lode.postgres.schema.LateReport;
import dev.lode.postgres.schema.LongColumns;
import dev.lode.postgres.schema.MissingLate;
import dev.lode.postgres.schema.SchemaApplier;
import dev.lode.postgres.schema.SchemaObject;
import dev.lode.postgres.schema.SchemaScript;
import dev.lode.postgres.schema.SchemaStatement;
import dev.lode.postgres.space.DatabaseDisks;
import dev.lode.postgres.suspend.Suspended;
import dev.lode.postgres.suspend.Suspensions;
import dev.lode.postgres.swap.Replacement;
import dev.lode.postgres.verify.DuplicateReport;
import dev.lode.postgres.verify.OrphanReport;
import dev.lode.postgres.verify.SequenceReport;
import dev.lode.postgres.verify.TableDigest;
import dev.lode.postgres.verify.Unfinished;
import dev.lode.postgres.verify.VerifyQueries;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The database that a dataset is loaded into, as the engine sees it: no connection leaves this
/// module, and every error of the server has become a sentence. Thread safe; every call has a
/// connection of its own.
public final class TargetDatabase {
    private static final String NAME = "lode";

    /// Left for others when work is spread over connections.
    private static final int SPARE_CONNECTIONS = 2;

    private final Connections connections;
    private final String where;
    private final ApplySettings settings;
    private final String name;
    private final Endurance endurance;

    /// @param where the database, for messages
    public TargetDatabase(Connections connections, String where) {
        this(connections, where, ApplySettings.defaults(), NAME, Endurance.NONE);
    }

    /// @param settings bounds of making tables and keys
    public TargetDatabase(Connections connections, String where, ApplySettings settings) {
        this(connections, where, settings, NAME, Endurance.NONE);
    }

    private TargetDatabase(
            Connections connections,
            String where,
            ApplySettings settings,
            String name,
            Endurance endurance) {
        this.connections = connections;
        this.where = where;
        this.settings = settings;
        this.name = name;
        this.endurance = endurance;
    }

    /// The same once it has been met: a step that knows what of it is done waits for a server that
    /// goes away.
    ///
    /// @param away how long
    public TargetDatabase waiting(Duration away, RunListener listener) {
        return new TargetDatabase(
                connections,
                where,
                settings,
                name,
                new Endurance(Optional::empty, away, listener, () -> {}).ofOneRun());
    }

    /// The same for the work of a run: its connections carry the name by which a take-over ends
    /// them, so that a frozen run holds no lock against the one that goes on.
    public TargetDatabase during(LoadSession session) {
        return new TargetDatabase(
                connections, where, settings, session.applicationName(), session.endurance());
    }

    /// The same for the work of a watcher.
    public TargetDatabase during(Watcher watcher) {
        return new TargetDatabase(
                connections, where, settings, watcher.applicationName(), watcher.endurance());
    }

    /// What is suspended in it, and what gives it back.
    public Suspensions suspensions() {
        return new Suspensions(connections, where, name, settings, endurance);
    }

    /// What is suspended now, oldest first, by whichever run or person.
    public List<Suspended> suspended() {
        return suspensions().list();
    }

    /// What messages call the database.
    public String where() {
        return where;
    }

    /// What the server is and allows.
    ///
    /// @throws LodeException of kind RESOURCE when Lode cannot work with it
    public ServerFacts server() {
        return ask(
                "looking at the server",
                connection -> {
                    var facts = ServerFacts.read(connection);
                    if (!facts.problems().isEmpty()) {
                        throw LodeException.resource(
                                where + ": " + String.join("; ", facts.problems()));
                    }
                    return facts;
                });
    }

    /// Makes or upgrades the ledger.
    public void migrateLedger() {
        ask(
                "making the ledger",
                connection -> {
                    LedgerSchema.migrate(connection);
                    return 0;
                });
    }

    /// Makes what a pack's schema lacks before the rows: schema, types, tables. What is there stays
    /// as it is.
    ///
    /// @throws LodeException of kind RESOURCE when something may not be made, with the command that
    ///   helps
    public CreatedTables createTables(String dataset, SchemaScript script)
            throws InterruptedException {
        return work(
                "making the tables",
                connection -> {
                    // In one transaction: a table that is not noted would never get its indexes and
                    // keys.
                    return new SchemaApplier(script, settings)
                            .createTables(
                                    connection,
                                    (transaction, made) -> {
                                        for (var table : made.tables()) {
                                            Sql.update(
                                                    transaction,
                                                    "INSERT INTO lode.created_table (dataset,"
                                                        + " table_schema, table_name) VALUES (?, ?,"
                                                        + " ?) ON CONFLICT DO NOTHING",
                                                    dataset,
                                                    table.schema(),
                                                    table.name());
                                        }
                                    });
                });
    }

    /// The tables that Lode made, by whichever pack; none before there is a ledger.
    public Set<TableName> createdTables() {
        return ask(
                "reading the ledger",
                connection ->
                        LedgerSchema.exists(connection)
                                ? tableNames(
                                        connection,
                                        "SELECT table_schema, table_name FROM lode.created_table")
                                : Set.of());
    }

    /// Columns of long values that the server has lz4 for and compresses with something slower.
    public Map<TableName, List<String>> slowColumns(Collection<TableName> tables) {
        return ask("looking at compression", connection -> LongColumns.slow(connection, tables));
    }

    /// Gives them lz4, for good: what is stored from now on is compressed with it.
    ///
    /// @throws LodeException of kind RESOURCE when the table's lock does not come
    public void compress(TableName table, List<String> columns) throws InterruptedException {
        work(
                "changing the compression of " + table,
                connection -> {
                    LongColumns.change(connection, settings, table, columns);
                    return 0;
                });
    }

    /// What [#createTables] would make.
    public List<SchemaObject> missing(SchemaScript script) throws InterruptedException {
        return work(
                "reading the catalog",
                connection -> new SchemaApplier(script, settings).missing(connection));
    }

    /// The indexes and foreign keys that a pack declares and its tables lack, for those tables that
    /// Lode made and filled: a table that was not loaded yet, or refers to one that was not, gets
    /// its keys with its rows.
    public List<MissingLate> missingKeys(SchemaScript script) throws InterruptedException {
        return work(
                "reading the catalog",
                connection -> {
                    var own =
                            tableNames(
                                    connection,
                                    "SELECT table_schema, table_name FROM lode.created_table");
                    var loaded =
                            tableNames(
                                    connection,
                                    "SELECT DISTINCT table_schema, table_name FROM lode.item WHERE"
                                            + " state = 'done'");
                    return new SchemaApplier(script, settings)
                            .missingLate(connection).stream()
                                    .filter(
                                            missing ->
                                                    own.contains(missing.object().table())
                                                            && loaded.contains(
                                                                    missing.object().table())
                                                            && refersTo(missing.object())
                                                                    .map(loaded::contains)
                                                                    .orElse(true))
                                    .toList();
                });
    }

    private static Optional<TableName> refersTo(SchemaStatement.Late key) {
        return switch (key) {
            case SchemaStatement.ForeignKeyDeclaration reference ->
                    Optional.of(reference.referencedTable());
            case SchemaStatement.IndexDeclaration _ -> Optional.empty();
        };
    }

    private static Set<TableName> tableNames(Connection connection, String sql)
            throws SQLException {
        return Set.copyOf(
                Sql.list(
                        connection, sql, row -> new TableName(row.getString(1), row.getString(2))));
    }

    /// Makes indexes and foreign keys, several at a time.
    ///
    /// @param workers connections at the same time; fewer where the server has few to give
    /// @param told of each that is done or cannot be, from several threads
    /// @return one report for each
    public List<LateReport> makeKeys(
            SchemaScript script,
            Collection<MissingLate> missing,
            int workers,
            Consumer<LateReport> told)
            throws InterruptedException {
        int most = Math.clamp(server().freeConnections() - SPARE_CONNECTIONS, 1, workers);
        try {
            return new KeyBuilding(connections, name, script, settings, most, endurance)
                    .make(missing, told);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "making indexes and keys", e);
        }
    }

    /// Those of the tables that exist.
    public Map<TableName, TableFacts> tables(Collection<TableName> names) {
        return ask("reading the catalog", connection -> CatalogReader.tables(connection, names));
    }

    /// What the role may not do to them, of what a load does.
    ///
    /// @param update whether rows are updated
    public List<MissingPrivilege> missingPrivileges(Collection<TableName> names, boolean update) {
        var needs =
                update
                        ? EnumSet.of(Need.SELECT, Need.INSERT, Need.UPDATE)
                        : EnumSet.of(Need.SELECT, Need.INSERT);
        return ask(
                "looking at privileges",
                connection -> Privileges.missing(connection, names, needs));
    }

    /// What the ledger has as done of these versions of items, by fingerprint; empty where there is
    /// no ledger yet.
    public Map<Fingerprint, List<ItemIdentities.Known>> known(
            String dataset, Collection<Fingerprint> fingerprints) {
        return ask(
                "looking items up in the ledger",
                connection -> new ItemIdentities().done(connection, dataset, fingerprints));
    }

    /// The snapshot that was applied last to each table of the dataset, by the table's oid; empty
    /// where there is no ledger yet.
    public Map<Long, LocalDate> lastSnapshots(String dataset) {
        return ask(
                "looking snapshots up in the ledger",
                connection -> new ItemIdentities().lastSnapshots(connection, dataset));
    }

    /// What samples take in tables of their shape; everything is rolled back.
    ///
    /// @return a size for each sample, in their order
    public List<SampledSize> sample(SchemaScript script, List<SampleRows> samples)
            throws InterruptedException {
        return work(
                "loading a sample that is rolled back",
                connection -> new SampleLoad(script, settings).run(connection, samples));
    }

    /// Where the database keeps its files, as far as that can be seen from here.
    public DatabaseDisks disks(Collection<TableName> tables) {
        return ask(
                "looking at the database's disk",
                connection -> DatabaseDisks.find(connection, tables));
    }

    /// Those whose rows the role may not delete.
    public List<MissingPrivilege> missingDelete(Collection<TableName> names) {
        return ask(
                "looking at privileges",
                connection -> Privileges.missing(connection, names, EnumSet.of(Need.DELETE)));
    }

    /// Gives rejects up: they stay in the ledger as dropped, and count as rejected.
    ///
    /// @return how many there were
    public long dropRejects(RejectFilter filter) {
        return ask("dropping rejects", connection -> new Rejects().drop(connection, filter));
    }

    /// How many rows a table has.
    public long count(TableName table) {
        return ask("counting rows", connection -> VerifyQueries.count(connection, table));
    }

    /// Rows whose reference is missing.
    ///
    /// @param examples how many keys to show at most
    public OrphanReport orphans(ForeignKeyFacts key, int examples) {
        return ask(
                "looking for orphans of " + key.name(),
                connection -> VerifyQueries.orphans(connection, key, examples));
    }

    /// Rows that share a key.
    public DuplicateReport duplicates(TableName table, List<String> key, int examples) {
        return ask(
                "looking for duplicates in " + table,
                connection -> VerifyQueries.duplicates(connection, table, key, examples));
    }

    /// The content of a table as a digest.
    public TableDigest digest(TableFacts table) {
        return ask(
                "digesting " + table.name(), connection -> VerifyQueries.digest(connection, table));
    }

    /// Invalid indexes and constraints that are NOT VALID.
    public List<Unfinished> unfinished(Collection<TableFacts> tables) {
        return ask(
                "looking for invalid indexes and keys",
                connection -> VerifyQueries.unfinished(connection, tables));
    }

    /// Settings of the server that matter to a load.
    public ServerTuning tuning() {
        return ask("reading the server's settings", ServerTuning::read);
    }

    /// What the ledger says is not finished.
    public LedgerExam exam() {
        return ask("reading the ledger", LedgerExam::read);
    }

    /// Sets sequences behind the highest number and collects statistics.
    ///
    /// @param changed whether so much was written that statistics from before mislead; if not, they
    ///   are collected only where there are none
    /// @return what a person should know: sequences that could not be set, statistics that were
    ///   refused
    public List<String> settle(TableFacts table, boolean changed) {
        return ask(
                "settling " + table.name(),
                connection -> {
                    var remarks = new ArrayList<String>();
                    for (var sequence : VerifyQueries.setSequences(connection, table)) {
                        if (sequence.outcome() == SequenceReport.Outcome.BEHIND) {
                            remarks.add(sequence.sentence());
                        }
                    }
                    if (changed || !VerifyQueries.hasStatistics(connection, table.name())) {
                        VerifyQueries.analyze(connection, table.name()).ifPresent(remarks::add);
                    }
                    return remarks;
                });
    }

    /// The tables that the documents of a pack fill, with its mapping compiled against them.
    ///
    /// @throws LodeException of kind USAGE when the mapping does not suit them, of kind RESOURCE
    ///   when one is missing
    public DocumentTarget documents(Pack pack) {
        return DocumentTarget.open(connections, where, pack);
    }

    /// The ledger of files of a dataset that are taken in.
    public IntakeLedger intake(String dataset) {
        return new IntakeLedger(connections, where, dataset);
    }

    /// The indexes and foreign keys that a pack declares and the tables that Lode made lack,
    /// whether these hold rows or not.
    public List<MissingLate> missingOwnKeys(SchemaScript script) throws InterruptedException {
        var own = createdTables();
        return work(
                "reading the catalog",
                connection ->
                        new SchemaApplier(script, settings)
                                .missingLate(connection).stream()
                                        .filter(missing -> own.contains(missing.object().table()))
                                        .toList());
    }

    /// Takes the dataset's lease and begins a run.
    ///
    /// @param onLoss called when another process took the lease over
    public LoadSession begin(
            String dataset,
            String operation,
            Optional<LocalDate> snapshot,
            RunOrigin origin,
            Duration leaseTimeout,
            Runnable onLoss) {
        return LoadSession.begin(
                connections, where, dataset, operation, snapshot, origin, leaseTimeout, onLoss);
    }

    /// Builds and swaps the tables that a run replaces.
    public Replacement replacement(LoadSession session) {
        return session.replacement(settings);
    }

    /// Why a table cannot be replaced by a new one; empty when it can.
    public List<String> swapRefusals(TableFacts table) {
        return ask(
                "looking at what depends on " + table.name(),
                connection -> Replacement.refusals(connection, table.oid()));
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private interface LongWork<T> {
        T on(Connection connection) throws SQLException, InterruptedException;
    }

    private <T> T work(String doing, LongWork<T> work) throws InterruptedException {
        try {
            return endurance.through(where + ": " + doing, () -> once(work));
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }

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

    private <T> T once(LongWork<T> work) throws SQLException, InterruptedException {
        try (var brief = connections.brief(name)) {
            T answer = work.on(brief.connection());
            brief.done();
            return answer;
        }
    }
}
