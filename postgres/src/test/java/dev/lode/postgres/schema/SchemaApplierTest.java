package dev.lode.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.FreshSchema;
import dev.lode.postgres.catalog.IndexFacts;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.schema.LateReport.Outcome;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

@OnPostgres
class SchemaApplierTest {
    private static final ApplySettings IMPATIENT =
            new ApplySettings(
                    ByteSize.mebibytes(16), 0, Duration.ofMillis(100), 2, Duration.ofMillis(1));

    private static final String COURTS =
            """
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE SEQUENCE numbers;
            CREATE TABLE court (
                id varchar(15) PRIMARY KEY,
                "Full ""name" text NOT NULL,
                mood mood DEFAULT 'ok',
                notes json,
                number integer DEFAULT nextval('numbers'),
                parent varchar(15)
            );
            ALTER SEQUENCE numbers OWNED BY court.number;
            COMMENT ON TABLE court IS 'a court';
            CREATE TABLE docket (id integer PRIMARY KEY, court varchar(15), blob bytea COMPRESSION pglz);
            CREATE VIEW open_courts AS SELECT id FROM court;
            CREATE INDEX "Docket court" ON docket (court);
            CREATE UNIQUE INDEX court_name ON court (lower("Full ""name"));
            ALTER TABLE court ADD CONSTRAINT court_parent FOREIGN KEY (parent) REFERENCES court;
            ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (court) REFERENCES court (id)
                DEFERRABLE INITIALLY DEFERRED;
            COMMENT ON INDEX "Docket court" IS 'why';
            """;

    private FreshSchema schema;
    private Connection connection;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
        connection = schema.connection();
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    private SchemaApplier applier(String sql) {
        return new SchemaApplier(script(sql), IMPATIENT);
    }

    private SchemaScript script(String sql) {
        String known = schema.supports(14) ? sql : sql.replace(" COMPRESSION pglz", "");
        return SchemaScript.parse("schema.sql", known, schema.name());
    }

    private List<Outcome> outcomes(List<LateReport> reports) {
        return reports.stream().map(LateReport::outcome).toList();
    }

    @EachPostgres
    void everythingIsMadeOnceAndASecondRunChangesNothing() throws Exception {
        List<String> memory = schema.rows("SHOW maintenance_work_mem");
        SchemaApplier applier = applier(COURTS);
        assertThat(applier.missing(connection))
                .extracting(SchemaObject::name)
                .containsExactly("mood", "numbers", "court", "docket", "open_courts");

        CreatedTables first = applier.createTables(connection);
        assertThat(first.tables()).containsExactly(schema.table("court"), schema.table("docket"));
        assertThat(first.created()).hasSize(5);
        assertThat(first.existing())
                .extracting(SchemaObject::kind)
                .containsExactly(SchemaObject.Kind.SCHEMA);
        assertThat(schema.facts("court").indexes())
                .extracting(IndexFacts::name)
                .containsExactly("court_pkey");
        assertThat(schema.rows("SELECT obj_description('court'::regclass)"))
                .containsExactly("a court");

        assertThat(applier.missingLate(connection))
                .extracting(missing -> missing.object().name(), MissingLate::state)
                .containsExactly(
                        tuple("Docket court", MissingLate.State.ABSENT),
                        tuple("court_name", MissingLate.State.ABSENT),
                        tuple("court_parent", MissingLate.State.ABSENT),
                        tuple("docket_court", MissingLate.State.ABSENT));
        List<LateReport> late = applier.applyLate(connection, script(COURTS).late());
        assertThat(outcomes(late)).containsOnly(Outcome.CREATED).hasSize(4);
        assertThat(schema.facts("docket").foreignKeys())
                .extracting(
                        ForeignKeyFacts::name,
                        ForeignKeyFacts::validated,
                        ForeignKeyFacts::deferred)
                .containsExactly(tuple("docket_court", true, true));
        assertThat(schema.rows("SELECT obj_description('\"Docket court\"'::regclass)"))
                .containsExactly("why");
        List<String> before = schema.rows("SELECT oid, relname FROM pg_class ORDER BY 1");

        assertThat(applier.missing(connection)).isEmpty();
        assertThat(applier.createTables(connection).created()).isEmpty();
        assertThat(applier.missingLate(connection)).isEmpty();
        assertThat(outcomes(applier.applyLate(connection, script(COURTS).late())))
                .containsOnly(Outcome.EXISTS);
        assertThat(schema.rows("SELECT oid, relname FROM pg_class ORDER BY 1")).isEqualTo(before);
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(schema.rows("SHOW maintenance_work_mem")).isEqualTo(memory);
    }

    @EachPostgres
    void largeColumnsOfCreatedTablesGetLz4AndOnlyThose() throws Exception {
        assumeTrue(ServerFacts.read(connection).lz4());
        schema.run("CREATE TABLE docket (id integer PRIMARY KEY, court text)");

        assertThat(applier(COURTS).createTables(connection).lz4()).isTrue();

        assertThat(schema.facts("court").columns())
                .extracting(ColumnFacts::name, ColumnFacts::compression)
                .containsExactly(
                        tuple("id", "lz4"),
                        tuple("Full \"name", "lz4"),
                        tuple("mood", ""),
                        tuple("notes", "lz4"),
                        tuple("number", ""),
                        tuple("parent", "lz4"));
        assertThat(schema.facts("docket").columns())
                .extracting(ColumnFacts::compression)
                .containsOnly("");
    }

    @EachPostgres
    void aCompressionThatThePackNamesStays() throws Exception {
        assumeTrue(ServerFacts.read(connection).lz4());
        applier(COURTS).createTables(connection);
        assertThat(schema.facts("docket").column("blob").orElseThrow().compression())
                .isEqualTo("pglz");
    }

    @EachPostgres
    void theUsersTablesStayAsTheyAre() throws Exception {
        schema.run(
                """
                CREATE TABLE court (id varchar(15) PRIMARY KEY, "Full ""name" text, parent varchar(15), own integer);
                COMMENT ON TABLE court IS 'mine';
                """);

        CreatedTables tables = applier(COURTS).createTables(connection);

        assertThat(tables.tables()).containsExactly(schema.table("docket"));
        assertThat(tables.existing()).contains(SchemaObject.table(schema.table("court")));
        assertThat(schema.rows("SELECT obj_description('court'::regclass)"))
                .containsExactly("mine");
        assertThat(schema.facts("court").columnNames())
                .containsExactly("id", "Full \"name", "parent", "own");
    }

    @EachPostgres
    void theUsersIndexesAndKeysOfTheSameMeaningAreNotDoubled() throws Exception {
        SchemaApplier applier =
                applier(
                        COURTS
                                + """
                                ALTER TABLE docket ADD COLUMN place integer;
                                CREATE INDEX by_place ON docket ("place" DESC, court varchar_pattern_ops) WHERE place IS NULL;
                                """);
        applier.createTables(connection);
        schema.run(
                """
                CREATE INDEX old_1 ON docket USING btree (court);
                CREATE UNIQUE INDEX old_2 ON court USING btree (lower("Full ""name"));
                CREATE INDEX old_3 ON docket (court, id);
                ALTER TABLE docket ADD CONSTRAINT old_4 FOREIGN KEY (court) REFERENCES court NOT VALID;
                """);

        assertThat(applier.missingLate(connection))
                .extracting(missing -> missing.object().name())
                .containsExactly("court_parent", "by_place");
        List<LateReport> reports = applier.applyLate(connection, script(COURTS).late());

        assertThat(reports)
                .extracting(report -> report.object().name(), LateReport::outcome)
                .containsExactly(
                        tuple("Docket court", Outcome.EXISTS),
                        tuple("court_name", Outcome.EXISTS),
                        tuple("court_parent", Outcome.CREATED),
                        tuple("docket_court", Outcome.EXISTS));
        assertThat(reports.getFirst().sentence())
                .isEqualTo(
                        "index 'Docket court' on '"
                                + schema.table("docket")
                                + "' is there as 'old_1'");
        assertThat(schema.facts("docket").foreignKeys())
                .extracting(ForeignKeyFacts::name, ForeignKeyFacts::validated)
                .containsExactly(tuple("old_4", false));
    }

    @EachPostgres
    void aStatementTheServerRefusesLeavesNothingBehind() throws Exception {
        assertThatThrownBy(
                        () ->
                                applier(
                                                "CREATE TABLE a (id integer);\n"
                                                        + "CREATE TABLE b (id nonsense);")
                                        .createTables(connection))
                .isInstanceOf(LodeException.class)
                .hasMessage(
                        "schema.sql line 2: table '"
                                + schema.table("b")
                                + "': type \"nonsense\" does not exist (SQLSTATE 42704); nothing"
                                + " was created; correct the pack");
        assertThat(schema.rows("SELECT relname FROM pg_class WHERE relname IN ('a', 'b')"))
                .isEmpty();
        assertThat(connection.getAutoCommit()).isTrue();
    }

    @EachPostgres
    void aSchemaThatMayNotBeMadeIsToldWithTheCommandAndOneThatMayIsMade() throws Exception {
        String role = schema.role();
        String quotedRole = TableName.quote(role);
        String other = schema.name() + " new";
        var script = SchemaScript.parse("schema.sql", "CREATE TABLE a (id integer)", other);
        try (Connection loader = schema.connect(role)) {
            assertThatThrownBy(() -> new SchemaApplier(script, IMPATIENT).createTables(loader))
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                    .hasMessage(
                            "schema '"
                                    + other
                                    + "': does not exist in database '"
                                    + schema.database()
                                    + "', and role '"
                                    + role
                                    + "' may not make it; nothing was created; run as the"
                                    + " database's owner: CREATE SCHEMA "
                                    + TableName.quote(other)
                                    + " AUTHORIZATION "
                                    + quotedRole);

            schema.run("CREATE SCHEMA " + TableName.quote(other));
            assertThatThrownBy(() -> new SchemaApplier(script, IMPATIENT).createTables(loader))
                    .isInstanceOf(LodeException.class)
                    .hasMessageContaining(
                            "GRANT USAGE, CREATE ON SCHEMA "
                                    + TableName.quote(other)
                                    + " TO "
                                    + quotedRole);
            schema.run("GRANT USAGE ON SCHEMA " + TableName.quote(other) + " TO " + quotedRole);
            assertThatThrownBy(() -> new SchemaApplier(script, IMPATIENT).createTables(loader))
                    .isInstanceOf(LodeException.class)
                    .hasMessageContaining(
                            "schema.sql line 1: table '" + other + ".a': permission denied")
                    .hasMessageContaining(
                            "GRANT USAGE, CREATE ON SCHEMA "
                                    + TableName.quote(other)
                                    + " TO "
                                    + quotedRole);
            schema.run("GRANT CREATE ON SCHEMA " + TableName.quote(other) + " TO " + quotedRole);
            assertThat(new SchemaApplier(script, IMPATIENT).createTables(loader).tables())
                    .containsExactly(new TableName(other, "a"));
        }
        schema.run("DROP SCHEMA " + TableName.quote(other) + " CASCADE");
        assertThat(new SchemaApplier(script, IMPATIENT).createTables(connection).created())
                .extracting(SchemaObject::toString)
                .containsExactly("schema '" + other + "'", "table '" + other + ".a'");
        schema.run("DROP SCHEMA " + TableName.quote(other) + " CASCADE");
    }

    @EachPostgres
    void temporaryTablesAndThoseOfPublicAreNotMistakenForThePacks() throws Exception {
        String table = "t " + schema.name();
        String sql =
                "CREATE TABLE \"%s\" (id integer); CREATE INDEX i ON \"%s\" (id);"
                        .replace("%s", table.replace("\"", "\"\""));
        schema.run("CREATE TEMPORARY TABLE " + TableName.quote(table) + " (id integer)");
        schema.run("CREATE TABLE public." + TableName.quote(table) + " (id integer)");
        SchemaApplier applier = applier(sql);
        assertThat(applier.createTables(connection).tables()).containsExactly(schema.table(table));
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.CREATED);
        assertThat(schema.facts(table).indexes()).hasSize(1);
        schema.run("DROP TABLE public." + TableName.quote(table));
    }

    @EachPostgres
    void aKeyThatRowsBreakStaysNotValidGuardsNewRowsAndIsValidatedOnceTheyAreGone()
            throws Exception {
        SchemaApplier applier = applier(COURTS);
        applier.createTables(connection);
        schema.run("INSERT INTO docket VALUES (1, 'nowhere')");

        List<LateReport> reports = applier.applyLate(connection, script(COURTS).late());

        assertThat(outcomes(reports))
                .containsExactly(
                        Outcome.CREATED, Outcome.CREATED, Outcome.CREATED, Outcome.LEFT_NOT_VALID);
        assertThat(reports.getLast().sentence())
                .contains(
                        "docket_court",
                        "(court)=(nowhere)",
                        "guards new rows and stays NOT VALID",
                        "lode verify");
        assertThat(applier.missingLate(connection))
                .extracting(MissingLate::state)
                .containsExactly(MissingLate.State.NOT_VALID);
        assertThatThrownBy(() -> schema.run("INSERT INTO docket VALUES (2, 'nowhere')"))
                .isInstanceOf(SQLException.class);
        assertThat(applier.apply(connection, reports.getLast().object()).outcome())
                .isEqualTo(Outcome.LEFT_NOT_VALID);

        schema.run("DELETE FROM docket");
        assertThat(applier.apply(connection, reports.getLast().object()).outcome())
                .isEqualTo(Outcome.CREATED);
        assertThat(applier.missingLate(connection)).isEmpty();
    }

    @EachPostgres
    void aKeyDeclaredNotValidIsNeverChecked() throws Exception {
        String sql =
                """
                CREATE TABLE p (id integer PRIMARY KEY);
                CREATE TABLE c (p integer);
                ALTER TABLE c ADD CONSTRAINT loose FOREIGN KEY (p) REFERENCES p NOT VALID;
                """;
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        schema.run("INSERT INTO c VALUES (1)");

        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.CREATED);
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.EXISTS);
        assertThat(applier.missingLate(connection)).isEmpty();
    }

    @EachPostgres
    void aKeyOfAPartitionedTableIsAddedOnEveryVersion() throws Exception {
        String sql =
                """
                CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
                CREATE TABLE c (id integer, a integer, b integer) PARTITION BY RANGE (id);
                CREATE TABLE c1 PARTITION OF c FOR VALUES FROM (0) TO (10);
                CREATE INDEX c_a ON c (a, b);
                ALTER TABLE c ADD CONSTRAINT up FOREIGN KEY (a, b) REFERENCES p;
                """;
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        schema.run("INSERT INTO c VALUES (1, 7, 7), (2, NULL, 8)");

        LateReport broken = applier.applyLate(connection, script(sql).late()).getLast();
        assertThat(broken.outcome())
                .isEqualTo(schema.supports(18) ? Outcome.LEFT_NOT_VALID : Outcome.FAILED);
        assertThat(broken.sentence()).contains("(a, b)=(7, 7)");

        schema.run("INSERT INTO p VALUES (7, 7)");
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.EXISTS, Outcome.CREATED);
        assertThat(schema.facts("c").foreignKeys().getFirst().validated()).isTrue();
    }

    @EachPostgres
    void anInvalidIndexLeftBehindIsRebuilt() throws Exception {
        String sql = "CREATE TABLE t (id integer); CREATE UNIQUE INDEX one ON t (id);";
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        schema.run("INSERT INTO t VALUES (1), (1)");
        assertThatThrownBy(() -> schema.run("CREATE UNIQUE INDEX CONCURRENTLY one ON t (id)"))
                .isInstanceOf(SQLException.class);
        assertThat(applier.missingLate(connection))
                .extracting(MissingLate::state)
                .containsExactly(MissingLate.State.INVALID);

        LateReport failed = applier.applyLate(connection, script(sql).late()).getFirst();
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.sentence()).contains("rows share a key", "(id)=(1)");
        schema.run("DELETE FROM t WHERE ctid = '(0,1)'");
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.CREATED);
        assertThat(schema.facts("t").indexes()).extracting(IndexFacts::valid).containsExactly(true);
    }

    @EachPostgres
    void anIndexThatAnotherSessionIsBuildingIsLeftToIt() throws Exception {
        String sql = "CREATE TABLE t (id integer); CREATE INDEX one ON t (id);";
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        try (Connection writer = schema.connect();
                Connection builder = schema.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            writer.setAutoCommit(false);
            FreshSchema.run(writer, "INSERT INTO " + schema.table("t").sql() + " VALUES (1)");
            var building =
                    CompletableFuture.runAsync(
                            () ->
                                    unchecked(
                                            () ->
                                                    FreshSchema.run(
                                                            builder,
                                                            "CREATE INDEX CONCURRENTLY one ON "
                                                                    + schema.table("t").sql()
                                                                    + " (id)")),
                            threads);
            schema.await(
                    "SELECT 1 FROM pg_stat_progress_create_index WHERE index_relid <> 0",
                    List.of("1"));

            LateReport report = applier.applyLate(connection, script(sql).late()).getFirst();
            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.sentence()).contains("an invalid index of that name is there");

            writer.rollback();
            building.get();
        }
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.EXISTS);
    }

    @EachPostgres
    void whoHoldsTheLockIsNamedAndTheOthersAreStillMade() throws Exception {
        SchemaApplier applier = applier(COURTS);
        applier.createTables(connection);
        try (Connection writer = schema.connect()) {
            writer.setAutoCommit(false);
            FreshSchema.run(writer, "SET application_name = 'the \"app\"'");
            FreshSchema.run(writer, "INSERT INTO " + schema.table("docket").sql() + " VALUES (1)");

            List<LateReport> reports = applier.applyLate(connection, script(COURTS).late());

            assertThat(outcomes(reports))
                    .containsExactly(
                            Outcome.FAILED, Outcome.CREATED, Outcome.CREATED, Outcome.FAILED);
            String pid =
                    String.valueOf(
                            writer.unwrap(org.postgresql.PGConnection.class).getBackendPID());
            assertThat(reports.getFirst().sentence())
                    .matches(
                            "index 'Docket court' on '.*': the lock did not come in 2 attempts of"
                                    + " 100 ms, held by backend "
                                    + pid
                                    + " \\(\"the \"app\"\", user \""
                                    + schema.user()
                                    + "\", idle in a transaction since \\d+ s\\); left as it was;"
                                    + " end that session, or run the same command again later");
            assertThat(reports.getLast().sentence()).contains("backend " + pid);
        }
        assertThat(outcomes(applier.applyLate(connection, script(COURTS).late())))
                .containsExactly(Outcome.CREATED, Outcome.EXISTS, Outcome.EXISTS, Outcome.CREATED);
    }

    @EachPostgres
    void aBuildThatIsKilledLeavesNothingAndTheNextOneSucceeds() throws Exception {
        String sql = "CREATE TABLE t (id integer); CREATE INDEX slow ON t (slow(id));";
        schema.run(
                "CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN"
                        + " PERFORM pg_catalog.pg_sleep(60); RETURN $1; END'");
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        schema.run("INSERT INTO t VALUES (1)");
        try (Connection builder = schema.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var building = threads.submit(() -> applier.applyLate(builder, script(sql).late()));
            schema.await(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
                    List.of("1"));
            schema.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event ="
                            + " 'PgSleep'");
            assertThatThrownBy(building::get).hasCauseInstanceOf(SQLException.class);
        }
        schema.run(
                "CREATE OR REPLACE FUNCTION slow(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS"
                        + " 'SELECT $1'");
        assertThat(schema.facts("t").indexes()).isEmpty();
        assertThat(outcomes(applier.applyLate(connection, script(sql).late())))
                .containsExactly(Outcome.CREATED);
    }

    @EachPostgres
    void aPreparedTransactionThatHoldsTheLockIsNamedAsWhatItIs() throws Exception {
        String sql = "CREATE TABLE t (id integer); CREATE INDEX i ON t (id);";
        SchemaApplier applier = applier(sql);
        applier.createTables(connection);
        schema.run("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'forgotten'");

        LateReport report = applier.applyLate(connection, script(sql).late()).getFirst();
        schema.run("ROLLBACK PREPARED 'forgotten'");

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.sentence()).contains("held by a prepared transaction");
    }

    @EachPostgres
    void theWitnessSeesWhatWasMadeInTheSameTransaction() throws Exception {
        schema.run("CREATE TABLE note (name text); CREATE TABLE docket (id integer, court text)");
        SchemaApplier applier = applier(COURTS);
        assertThatThrownBy(
                        () ->
                                applier.createTables(
                                        connection,
                                        (_, _) -> {
                                            throw LodeException.resource("no");
                                        }))
                .hasMessage("no");
        assertThat(applier.missing(connection)).hasSize(4);

        applier.createTables(
                connection,
                (transaction, made) -> {
                    for (TableName table : made.tables()) {
                        FreshSchema.run(
                                transaction, "INSERT INTO note VALUES ('" + table.name() + "')");
                    }
                });
        assertThat(schema.rows("SELECT name FROM note")).containsExactly("court");
    }

    @EachPostgres
    void whatACrashLeftHalfDoneIsFinished() throws Exception {
        SchemaApplier applier = applier(COURTS);
        applier.createTables(connection);
        schema.run("CREATE INDEX \"Docket court\" ON docket (court)");
        schema.run(
                "ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (court) REFERENCES"
                        + " court NOT VALID");

        assertThat(applier.applyLate(connection, script(COURTS).late()))
                .extracting(report -> report.object().name(), LateReport::outcome)
                .containsExactly(
                        tuple("Docket court", Outcome.EXISTS),
                        tuple("court_name", Outcome.CREATED),
                        tuple("court_parent", Outcome.CREATED),
                        tuple("docket_court", Outcome.CREATED));
    }

    @EachPostgres
    void aKeyOfThatNameThatMeansSomethingElseIsNotTouched() throws Exception {
        SchemaApplier applier = applier(COURTS);
        applier.createTables(connection);
        schema.run(
                "ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (id) REFERENCES"
                        + " docket");
        LateReport report = applier.applyLate(connection, script(COURTS).late()).getLast();
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.sentence())
                .contains("a key of that name is there and means something else");
    }

    @EachPostgres
    void withoutItsTablesNothingLateIsMade() throws Exception {
        SchemaApplier applier = applier(COURTS);
        List<LateReport> reports = applier.applyLate(connection, script(COURTS).late());
        assertThat(outcomes(reports)).containsOnly(Outcome.FAILED);
        assertThat(reports.getFirst().sentence())
                .endsWith("does not exist; lode init makes the pack's tables");
        assertThat(applier.missingLate(connection)).hasSize(4);
    }

    @EachPostgres
    void ofTwoWhoApplyAtOnceOneMakesEachThing() throws Exception {
        SchemaApplier applier = new SchemaApplier(script(COURTS), ApplySettings.defaults());
        var created = new ArrayList<SchemaObject>();
        var outcomes = new ArrayList<Outcome>();
        try (Connection other = schema.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> applier.createTables(connection));
            var second = threads.submit(() -> applier.createTables(other));
            created.addAll(first.get().created());
            created.addAll(second.get().created());
            assertThat(created).hasSize(5).doesNotHaveDuplicates();

            var one = threads.submit(() -> applier.applyLate(connection, script(COURTS).late()));
            var two = threads.submit(() -> applier.applyLate(other, script(COURTS).late()));
            outcomes.addAll(outcomes(one.get()));
            outcomes.addAll(outcomes(two.get()));
        }
        assertThat(outcomes).filteredOn(Outcome.CREATED::equals).hasSizeGreaterThanOrEqualTo(4);
        assertThat(outcomes).doesNotContain(Outcome.FAILED, Outcome.LEFT_NOT_VALID);
        assertThat(applier.missingLate(connection)).isEmpty();
    }

    @EachPostgres
    void everyPackOfTheProjectIsMadeAsAWhole() throws Exception {
        try (var folders = Files.list(Path.of("..", "packs"))) {
            for (Path file :
                    folders.map(folder -> folder.resolve("schema.sql"))
                            .filter(Files::exists)
                            .toList()) {
                apply(file);
            }
        }
    }

    private void apply(Path file) throws IOException, SQLException, InterruptedException {
        var script = SchemaScript.parse(file.toString(), Files.readString(file), schema.name());
        var applier = new SchemaApplier(script, IMPATIENT);
        assertThat(applier.createTables(connection).tables()).isEqualTo(script.tables());
        assertThat(outcomes(applier.applyLate(connection, script.late())))
                .containsOnly(Outcome.CREATED);
        assertThat(applier.missing(connection)).isEmpty();
        assertThat(applier.missingLate(connection)).isEmpty();
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static void unchecked(Action action) {
        try {
            action.run();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
