package dev.lode.postgres.schema;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.schema.SchemaStatement.Change;
import dev.lode.postgres.schema.SchemaStatement.Creation;
import dev.lode.postgres.schema.SchemaStatement.Early;
import dev.lode.postgres.schema.SchemaStatement.Late;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings a pack's schema into a database: the tables in one transaction before the rows, each
/// index and foreign key in transactions of its own after them. Every step looks at the catalog
/// first, so a second run after a crash goes on where the first one ended. What is there already is
/// never changed. Two processes take turns by advisory locks.
///
/// Connections come in auto-commit and go back so. Thread safe: different connections may apply
/// different objects at once.
public final class SchemaApplier {
    private final SchemaScript script;
    private final ApplySettings settings;

    public SchemaApplier(SchemaScript script, ApplySettings settings) {
        this.script = script;
        this.settings = settings;
    }

    /// What [#createTables] would make.
    ///
    /// @throws SQLException as the server gave it
    public List<SchemaObject> missing(Connection connection) throws SQLException {
        Set<SchemaObject> existing = existing(connection);
        return wanted().stream().filter(object -> !existing.contains(object)).toList();
    }

    /// Makes the schema of the pack and everything of the script that stands before the rows and is
    /// not there, in one transaction: all or nothing. Text columns of the tables it makes get lz4
    /// where the server has it.
    ///
    /// @throws LodeException of kind RESOURCE when something may not be made or the lock does not
    ///   come, with the command that helps; of kind USAGE when the server refuses a statement, with
    ///   its line
    /// @throws SQLException when the connection is lost
    public CreatedTables createTables(Connection connection)
            throws SQLException, InterruptedException {
        return createTables(connection, (_, _) -> {});
    }

    /// What belongs into the transaction that makes the tables, such as a note that they are Lode's
    /// own.
    public interface Witness {
        /// Called before the commit, also when nothing was made.
        void made(Connection connection, CreatedTables tables) throws SQLException;
    }

    /// The same, with `witness` in the same transaction.
    public CreatedTables createTables(Connection connection, Witness witness)
            throws SQLException, InterruptedException {
        var step = new Step(connection, script.schema(), settings);
        String place = script.file();
        return step.patiently(
                "tables of " + place,
                List.of(),
                Blocker.Wanted.SHARE,
                advisoryKey("tables"),
                () -> create(step, witness));
    }

    private CreatedTables create(Step step, Witness witness) throws SQLException {
        return step.transaction(
                advisoryKey("tables"),
                connection -> {
                    ServerFacts server = ServerFacts.read(connection);
                    Set<SchemaObject> existing = existing(connection);
                    var created = new LinkedHashSet<SchemaObject>();
                    var packSchema =
                            new SchemaObject(SchemaObject.Kind.SCHEMA, "", script.schema());
                    if (!existing.contains(packSchema)) {
                        createSchema(connection, packSchema, server);
                        created.add(packSchema);
                    }
                    if (!existing.containsAll(wanted())) {
                        step.requireSchema();
                    }
                    for (Early statement : script.early()) {
                        boolean run =
                                switch (statement) {
                                    case Creation creation ->
                                            !existing.contains(creation.object())
                                                    && created.add(creation.object());
                                    case Change change ->
                                            created.contains(change.object())
                                                    && change.also()
                                                            .map(created::contains)
                                                            .orElse(true);
                                };
                        if (run) {
                            runEarly(connection, statement, server);
                        }
                    }
                    var answer =
                            new CreatedTables(
                                    List.copyOf(created),
                                    wanted().stream().filter(existing::contains).toList(),
                                    server.lz4());
                    if (answer.lz4()) {
                        compress(connection, answer.tables());
                    }
                    witness.made(connection, answer);
                    return answer;
                });
    }

    /// The pack's schema, then everything the script makes.
    private List<SchemaObject> wanted() {
        var wanted = new LinkedHashSet<SchemaObject>();
        wanted.add(new SchemaObject(SchemaObject.Kind.SCHEMA, "", script.schema()));
        script.early().stream()
                .filter(Creation.class::isInstance)
                .map(Early::object)
                .forEach(wanted::add);
        return List.copyOf(wanted);
    }

    private static void createSchema(Connection connection, SchemaObject schema, ServerFacts server)
            throws SQLException {
        String quoted = TableName.quote(schema.name());
        try {
            Sql.run(connection, "CREATE SCHEMA " + quoted);
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("42501")) {
                throw e;
            }
            throw LodeException.resource(
                    schema
                            + ": does not exist in database '"
                            + server.database()
                            + "', and role '"
                            + server.role()
                            + "' may not make it; nothing was created; run as the database's owner:"
                            + " CREATE SCHEMA "
                            + quoted
                            + " AUTHORIZATION "
                            + TableName.quote(server.role()),
                    e);
        }
    }

    private void runEarly(Connection connection, Early statement, ServerFacts server)
            throws SQLException {
        try {
            Sql.run(connection, statement.sql());
        } catch (SQLException e) {
            if (Step.endsEverything(e) || Step.isLock(e)) {
                throw e;
            }
            String place =
                    script.file() + " line " + statement.line() + ": " + statement.object() + ": ";
            if (PostgresErrors.state(e).equals("42501")) {
                String role = server.role();
                String command =
                        statement.object().kind() == SchemaObject.Kind.EXTENSION
                                ? statement.sql()
                                : "GRANT USAGE, CREATE ON SCHEMA "
                                        + TableName.quote(
                                                statement.object().schema().isEmpty()
                                                        ? script.schema()
                                                        : statement.object().schema())
                                        + " TO "
                                        + TableName.quote(role);
                throw LodeException.resource(
                        place
                                + PostgresErrors.text(e)
                                + " (role '"
                                + role
                                + "'); nothing was created; run as the owner: "
                                + command,
                        e);
            }
            throw LodeException.usage(
                    place
                            + PostgresErrors.text(e)
                            + " (SQLSTATE "
                            + PostgresErrors.state(e)
                            + "); nothing was created; correct the pack");
        }
    }

    private static void compress(Connection connection, List<TableName> tables)
            throws SQLException {
        for (TableFacts table : CatalogReader.tables(connection, tables).values()) {
            var columns = LongColumns.undecided(table);
            if (!columns.isEmpty()) {
                Sql.run(connection, LongColumns.statement(table.name(), columns, false));
            }
        }
    }

    private Set<SchemaObject> existing(Connection connection) throws SQLException {
        List<SchemaObject> wanted = wanted();
        String sql =
                """
                SELECT w.place
                FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS w(kind, nsp, obj, place)
                WHERE CASE w.kind
                    WHEN 'SCHEMA' THEN EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = w.obj)
                    WHEN 'EXTENSION' THEN EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = w.obj)
                    WHEN 'TYPE' THEN EXISTS (
                        SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                        WHERE n.nspname = w.nsp AND t.typname = w.obj)
                    ELSE EXISTS (
                        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = w.nsp AND c.relname = w.obj) END
                """;
        return Set.copyOf(
                Sql.list(
                        connection,
                        sql,
                        row -> wanted.get(row.getInt(1) - 1),
                        connection.createArrayOf(
                                "text",
                                wanted.stream().map(object -> object.kind().name()).toArray()),
                        connection.createArrayOf(
                                "text", wanted.stream().map(SchemaObject::schema).toArray()),
                        connection.createArrayOf(
                                "text", wanted.stream().map(SchemaObject::name).toArray())));
    }

    /// The indexes and foreign keys of the script that the catalog lacks, or has invalid or NOT
    /// VALID. One of the same meaning under another name counts as there.
    ///
    /// @throws SQLException as the server gave it
    public List<MissingLate> missingLate(Connection connection) throws SQLException {
        Map<TableName, TableFacts> tables = CatalogReader.tables(connection, script.tables());
        var missing = new ArrayList<MissingLate>();
        for (Late object : script.late()) {
            var state = LateState.of(object, tables);
            state.gap().ifPresent(gap -> missing.add(new MissingLate(object, gap)));
        }
        return missing;
    }

    /// Makes those of `objects` that are missing, one after another: indexes before foreign keys,
    /// since a key is checked faster with them. A failure of one does not stop the others.
    ///
    /// @return one report per object, in the order of the work
    /// @throws SQLException when the connection is lost, the disk is full or the work was
    ///   cancelled: what is done stays, and the same call goes on
    public List<LateReport> applyLate(Connection connection, Collection<? extends Late> objects)
            throws SQLException, InterruptedException {
        var reports = new LinkedHashMap<Late, LateReport>();
        for (boolean indexes : new boolean[] {true, false}) {
            for (Late object : objects) {
                if (indexes == object instanceof SchemaStatement.IndexDeclaration) {
                    reports.put(object, apply(connection, object));
                }
            }
        }
        return List.copyOf(reports.values());
    }

    /// Makes one index or foreign key, if it is missing.
    ///
    /// @throws SQLException as [#applyLate]
    public LateReport apply(Connection connection, Late object)
            throws SQLException, InterruptedException {
        return builder(connection, object).build(object);
    }

    /// Adds a foreign key, if it is missing, without checking the rows that are there:
    /// [LateReport.Outcome#LEFT_NOT_VALID] says that [#check] is to follow.
    ///
    /// @throws SQLException as [#applyLate]
    LateReport add(Connection connection, SchemaStatement.ForeignKeyDeclaration key)
            throws SQLException, InterruptedException {
        return builder(connection, key).add(key);
    }

    /// Checks the rows of a foreign key that is there.
    ///
    /// @throws SQLException as [#applyLate]
    LateReport check(Connection connection, SchemaStatement.ForeignKeyDeclaration key)
            throws SQLException, InterruptedException {
        return builder(connection, key).check(key);
    }

    private LateBuilder builder(Connection connection, Late object) throws SQLException {
        var step = new Step(connection, script.schema(), settings);
        return new LateBuilder(script, step, advisoryKey(object.label()));
    }

    /// FNV-1a, 64 bits: the same for every Lode that applies the same thing.
    private long advisoryKey(String what) {
        long hash = 0xcbf29ce484222325L;
        for (char c : ("lode.schema\n" + script.schema() + "\n" + what).toCharArray()) {
            hash = (hash ^ c) * 0x100000001b3L;
        }
        return hash;
    }
}
