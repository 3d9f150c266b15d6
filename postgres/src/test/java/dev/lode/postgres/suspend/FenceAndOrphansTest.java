package dev.lode.postgres.suspend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Orphans;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.ledger.LedgerSchema;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.testkit.postgres.CatalogDump;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What others can and cannot do while foreign keys are away, and what happens to rows that the
/// keys miss when they come back.
@OnPostgres
class FenceAndOrphansTest {
    private static final TransactionGuard NONE = connection -> {};
    private static final SuspendOwner OWNER = new SuspendOwner("ds", Optional.of(1L));
    private static final TableName CHILD = new TableName("public", "child");
    private static final String TABLES =
            """
            CREATE TABLE parent (id integer PRIMARY KEY, name text);
            CREATE TABLE child (id integer PRIMARY KEY, parent integer CONSTRAINT child_parent REFERENCES parent);
            CREATE INDEX child_by_parent ON child (parent);
            INSERT INTO parent SELECT n, 'p' FROM generate_series(1, 9) n;
            INSERT INTO child SELECT n, n FROM generate_series(1, 9) n;
            """;

    private static Suspensions suspensions(Db db) {
        return new Suspensions(
                SuspendAndRestoreTest.plain(db),
                "test",
                "lode:7:ds",
                ApplySettings.defaults(),
                Endurance.NONE);
    }

    private static void make(Db db) throws SQLException {
        db.run(TABLES);
        try (var connection = db.connect()) {
            LedgerSchema.migrate(connection);
        }
    }

    private static SuspendRequest request(Writers writers) {
        return SuspendRequest.of(
                List.of(CHILD),
                EnumSet.of(SuspendKind.FOREIGN_KEY, SuspendKind.INDEX),
                false,
                writers);
    }

    private static RestoreReport restore(Db db, RestoreSettings how) throws InterruptedException {
        return suspensions(db).restore("ds", true, how, NONE, RunListener.SILENT);
    }

    private static void as(Db db, String application, String... statements) throws SQLException {
        try (Connection connection = db.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + application + "'");
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @EachPostgres
    void nobodyElseWritesEitherTableWhileItsKeyIsSuspended(Db db) throws Exception {
        make(db);
        suspensions(db).suspend(OWNER, request(new Writers.Fenced("lode-writer")), NONE);
        for (var write :
                List.of(
                        "INSERT INTO child VALUES (100, 100)",
                        "UPDATE child SET parent = 99",
                        "DELETE FROM parent",
                        "UPDATE parent SET id = 77 WHERE id = 1",
                        "TRUNCATE parent",
                        "INSERT INTO parent VALUES (77)")) {
            for (var role : List.of("origin", "replica")) {
                assertThatThrownBy(
                                () ->
                                        as(
                                                db,
                                                "psql",
                                                "SET session_replication_role = " + role,
                                                write))
                        .describedAs(write + " as " + role)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("55P03"))
                        .hasMessageContaining("lode constraints restore ds");
            }
        }
        assertThatThrownBy(() -> as(db, "lode:7:dsx", "INSERT INTO child VALUES (1000, 1)"))
                .hasMessageContaining("suspended for 'ds'");
        as(db, "lode:7:ds", "INSERT INTO child VALUES (1001, 1)");
        as(db, "lode:8:ds", "INSERT INTO child VALUES (1002, 1)");
        as(db, "lode-writer 3", "INSERT INTO child VALUES (1003, 1)");
        restore(db, RestoreSettings.DEFAULT);
        as(db, "psql", "INSERT INTO child VALUES (1004, 1)");
        assertThatThrownBy(() -> as(db, "psql", "INSERT INTO child VALUES (1005, 77)"))
                .hasMessageContaining("child_parent");
    }

    @EachPostgres
    void keysStayWhereOthersMayWrite(Db db) throws Exception {
        make(db);
        var before = CatalogDump.of(db);
        var plan = suspensions(db).suspend(OWNER, request(new Writers.Live()), NONE);
        assertThat(plan.objects())
                .extracting(SuspendPlan.Thing::name)
                .containsExactly("child_by_parent");
        assertThat(plan.left().toString()).contains("--exclusive");
        assertThatThrownBy(() -> as(db, "psql", "INSERT INTO child VALUES (100, 100)"))
                .hasMessageContaining("child_parent");
        as(db, "psql", "INSERT INTO child VALUES (100, 1)");
        assertThat(restore(db, RestoreSettings.DEFAULT).remarks()).isEmpty();
        assertThat(CatalogDump.of(db)).isEqualTo(before);
    }

    @EachPostgres
    void anInvalidIndexOfABrokenConcurrentBuildIsBuiltAgain(Db db) throws Exception {
        make(db);
        var before = CatalogDump.of(db);
        suspensions(db).suspend(OWNER, request(new Writers.Live()), NONE);
        try (var reader = db.connect();
                var builder = db.connect();
                var writing = reader.createStatement();
                var statement = builder.createStatement()) {
            // The build waits for this transaction, and is cut off there.
            reader.setAutoCommit(false);
            writing.execute("INSERT INTO child VALUES (500, 1)");
            statement.execute("SET statement_timeout = '300ms'");
            assertThatThrownBy(
                            () ->
                                    statement.execute(
                                            "CREATE INDEX CONCURRENTLY child_by_parent ON"
                                                    + " public.child USING btree (parent)"))
                    .hasMessageContaining("statement timeout");
            reader.rollback();
        }
        assertThat(db.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("1");
        assertThat(restore(db, RestoreSettings.DEFAULT).remarks()).isEmpty();
        assertThat(CatalogDump.of(db)).isEqualTo(before);
    }

    @Test
    void orphansAreCountedAndLeaveTheKeyNotValidUntilTheyAreGone(Db db) throws Exception {
        make(db);
        var before = CatalogDump.of(db);
        suspensions(db).suspend(OWNER, request(new Writers.Fenced("")), NONE);
        as(db, "lode:7:ds", "INSERT INTO child VALUES (100, 70), (101, 70), (102, 71)");
        var report = restore(db, RestoreSettings.DEFAULT);
        assertThat(report.remarks())
                .singleElement()
                .asString()
                .contains(
                        "foreign key child_parent of child: 3 rows refer to 2 rows that are not in"
                                + " parent",
                        "(70) in 2 rows");
        assertThat(report.any(Restored.Outcome.NOT_VALID)).isTrue();
        assertThat(
                        db.value(
                                "SELECT convalidated FROM pg_constraint WHERE conname ="
                                        + " 'child_parent'"))
                .isEqualTo("f");
        as(db, "psql", "INSERT INTO child VALUES (103, 1)");
        assertThat(suspensions(db).list()).extracting(Suspended::notValid).containsExactly(true);
        as(db, "psql", "INSERT INTO parent VALUES (70), (71)");
        assertThat(restore(db, RestoreSettings.DEFAULT).remarks()).isEmpty();
        assertThat(CatalogDump.of(db)).isEqualTo(before);
    }

    @Test
    void orphansFailWhereTheyMust(Db db) throws Exception {
        make(db);
        suspensions(db).suspend(OWNER, request(new Writers.Fenced("")), NONE);
        as(db, "lode:7:ds", "INSERT INTO child VALUES (100, 70)");
        var how = RestoreSettings.DEFAULT.withOrphans(Map.of(CHILD, Orphans.FAIL));
        assertThat(restore(db, how).any(Restored.Outcome.ORPHANS)).isTrue();
    }

    @Test
    void whatSomebodyMadeMeanwhileIsLeftAlone(Db db) throws Exception {
        make(db);
        suspensions(db).suspend(OWNER, request(new Writers.Live()), NONE);
        db.run("CREATE INDEX child_by_parent ON child (parent, id)");
        var report = restore(db, RestoreSettings.DEFAULT);
        assertThat(report.any(Restored.Outcome.DIFFERENT)).isTrue();
        assertThat(report.remarks().getFirst()).contains("(parent, id)", "--forget");
        assertThat(suspensions(db).forget(Optional.of("ds"), Set.of(), "me", Duration.ofSeconds(5)))
                .hasSize(1);
        assertThat(suspensions(db).list()).isEmpty();
    }

    @Test
    void whatADroppedTableHadIsForgotten(Db db) throws Exception {
        make(db);
        suspensions(db).suspend(OWNER, request(new Writers.Fenced("")), NONE);
        db.run("DROP TABLE child");
        assertThat(restore(db, RestoreSettings.DEFAULT).remarks()).isEmpty();
        assertThat(suspensions(db).list()).isEmpty();
        as(db, "psql", "INSERT INTO parent VALUES (70)");
    }

    @Test
    void whoHoldsTheLockIsNamedAndNothingIsSuspended(Db db) throws Exception {
        make(db);
        var impatient =
                new ApplySettings(
                        ByteSize.mebibytes(16), 0, Duration.ofMillis(50), 2, Duration.ofMillis(1));
        try (var reader = db.connect();
                var statement = reader.createStatement()) {
            statement.execute("SET application_name = 'report'");
            reader.setAutoCommit(false);
            statement.execute("SELECT * FROM parent");
            assertThatThrownBy(
                            () ->
                                    new Suspensions(
                                                    SuspendAndRestoreTest.plain(db),
                                                    "test",
                                                    "lode:7:ds",
                                                    impatient,
                                                    Endurance.NONE)
                                            .suspend(OWNER, request(new Writers.Fenced("")), NONE))
                    .isInstanceOf(LodeException.class)
                    .hasMessageContaining("\"report\"")
                    .hasMessageContaining("backend ");
        }
        assertThat(suspensions(db).list()).isEmpty();
    }
}
