package dev.lode.postgres.suspend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.LedgerSchema;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.testkit.postgres.CatalogDump;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.postgres.PgDump;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// A schema that has everything is the same before a suspension and after its restore, wherever
/// either was cut off.
@OnPostgres
class SuspendAndRestoreTest {
    /// Every statement with `-Dlode.fault-stride=1`; fewer keep the build short.
    private static final int STRIDE = Integer.getInteger("lode.fault-stride", 41);

    private static final TransactionGuard NONE = connection -> {};
    private static final SuspendOwner OWNER = new SuspendOwner("ds", Optional.of(1L));

    static Connections plain(Db db) {
        return name -> {
            var connection = db.connect();
            Sql.run(connection, "SET application_name = '" + name + "'");
            return connection;
        };
    }

    private static Suspensions suspensions(Connections connections) {
        return new Suspensions(
                connections,
                "test",
                "lode:1:ds",
                ApplySettings.defaults(),
                dev.lode.postgres.Endurance.NONE);
    }

    private static SuspendRequest everything() {
        return SuspendRequest.of(
                AllFeatures.TABLES,
                EnumSet.of(
                        SuspendKind.FOREIGN_KEY,
                        SuspendKind.INDEX,
                        SuspendKind.TRIGGER,
                        SuspendKind.AUTOVACUUM),
                true,
                new Writers.Fenced(""));
    }

    private static void ledger(Db db) throws SQLException {
        try (var connection = db.connect()) {
            LedgerSchema.migrate(connection);
        }
    }

    private static RestoreReport restore(Connections connections) throws InterruptedException {
        return suspensions(connections)
                .restore("ds", true, RestoreSettings.DEFAULT, NONE, RunListener.SILENT);
    }

    @EachPostgres
    void aSchemaWithEverythingIsGivenBackAsItWas(Db db) throws Exception {
        String space = AllFeatures.make(db);
        ledger(db);
        var catalog = CatalogDump.of(db);
        Optional<String> dump = PgDump.schema(db);
        try {
            var plan = suspensions(plain(db)).plan("ds", everything());
            assertThat(CatalogDump.of(db)).isEqualTo(catalog);
            var done = suspensions(plain(db)).suspend(OWNER, everything(), NONE);
            assertThat(done).isEqualTo(plan);
            assertThat(done.objects())
                    .extracting(SuspendPlan.Thing::label)
                    .contains(
                            "index court_partial of court",
                            "index court_expression of court",
                            "index court_opclass of court",
                            "index court_space of court",
                            "index docket Cover of Docket \"x\" y",
                            "index event_note of event",
                            "index event_lower of event",
                            "foreign key court_parent of court",
                            "foreign key court_boss of court",
                            "foreign key docket's court of Docket \"x\" y",
                            "foreign key outside_court of outside",
                            "trigger always of court",
                            "autovacuum of court");
            assertThat(done.left())
                    .extracting(SuspendPlan.Left::toString)
                    .contains(
                            "index court_unique of court stays: it is unique: it guards the"
                                    + " rows",
                            "index docket_identity of Docket \"x\" y stays: it is the replica"
                                    + " identity",
                            "index court_period_excl of court stays: it serves an exclusion"
                                    + " constraint");
            assertThat(db.value("SELECT count(*) FROM pg_indexes WHERE indexname = 'court_space'"))
                    .isEqualTo("0");
            assertThat(
                            db.value(
                                    "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND"
                                            + " conname = 'outside_court'"))
                    .isEqualTo("0");

            var report = restore(plain(db));

            assertThat(report.remarks()).isEmpty();
            assertThat(CatalogDump.of(db)).isEqualTo(catalog);
            assertThat(PgDump.schema(db)).isEqualTo(dump);
            assertThat(suspensions(plain(db)).list()).isEmpty();
        } finally {
            db.run("DROP TABLE court CASCADE");
            tablespaceGone(db, space);
        }
    }

    @EachPostgres
    void cutOffBetweenAnyTwoStatementsTheNextRestoreGivesBackEverything(Db db) throws Exception {
        String space = AllFeatures.make(db);
        ledger(db);
        var catalog = CatalogDump.of(db);
        Optional<String> dump = PgDump.schema(db);
        int suspendCuts = 0;
        int restoreCuts = 0;
        try {
            while (true) {
                var cut = new CutConnections(plain(db), suspendCuts + 1);
                quietly(() -> suspensions(cut).suspend(OWNER, everything(), NONE));
                allOrNothing(db, catalog);
                boolean whole = !cut.cut();
                restore(plain(db));
                assertThat(CatalogDump.of(db))
                        .describedAs("suspend cut at statement %d", suspendCuts + 1)
                        .isEqualTo(catalog);
                if (whole) {
                    break;
                }
                suspendCuts += STRIDE;
            }
            while (true) {
                suspensions(plain(db)).suspend(OWNER, everything(), NONE);
                var cut = new CutConnections(plain(db), restoreCuts + 1);
                quietly(() -> restore(cut));
                boolean whole = !cut.cut();
                assertThat(restore(plain(db)).remarks())
                        .describedAs("restore cut at statement %d", restoreCuts + 1)
                        .isEmpty();
                assertThat(CatalogDump.of(db))
                        .describedAs("restore cut at statement %d", restoreCuts + 1)
                        .isEqualTo(catalog);
                assertThat(suspensions(plain(db)).list()).isEmpty();
                if (whole) {
                    break;
                }
                restoreCuts += STRIDE;
            }
            assertThat(PgDump.schema(db)).isEqualTo(dump);
            assertThat(suspendCuts).isGreaterThan(40);
            assertThat(restoreCuts).isGreaterThan(200);
        } finally {
            db.run("DROP TABLE court CASCADE");
            tablespaceGone(db, space);
        }
    }

    /// A transaction: the journal has rows exactly if something is gone.
    private static void allOrNothing(Db db, List<String> catalog) {
        boolean same = CatalogDump.of(db).equals(catalog);
        assertThat(suspensions(plain(db)).list().isEmpty()).isEqualTo(same);
    }

    private interface Work {
        Object run() throws InterruptedException;
    }

    /// Its connection was cut: that is the point.
    private static void quietly(Work work) throws InterruptedException {
        try {
            work.run();
        } catch (LodeException e) {
            assertThat(e).hasMessageContaining("cut");
        }
    }

    private static void tablespaceGone(Db db, String space) throws SQLException {
        try (var connection = db.connect();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLESPACE " + space);
        }
    }
}
