package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.postgres.suspend.Writers;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

class ReplaceTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, mode: replace, key: [id], version: changed, vanished-limit: { share: 1 } }
            """;
    private static final String TABLE =
            "CREATE TABLE court (id integer PRIMARY KEY, name text NOT NULL, changed date, parent"
                    + " integer);";
    private static final String A =
            """
            id,name,changed,parent
            1,one,2020-01-01,
            2,two,2020-01-01,1
            3,three,2020-01-01,2
            """;
    private static final String B =
            """
            id,name,changed,parent
            1,uno,2021-01-01,
            2,two,2020-01-01,1
            2,newest,2022-01-01,1
            2,older,2021-01-01,1
            4,first,2021-01-01,1
            4,last,2021-01-01,1
            """;

    @TempDir Path folder;

    @EachPostgres
    void suspendedKeysToAReplacedTableAreCheckedWhenItsNewRowsAreInPlace(Db db) throws Exception {
        db.run(
                "CREATE TABLE court (id integer PRIMARY KEY, name text);"
                        + " CREATE TABLE docket (id integer PRIMARY KEY, court integer REFERENCES"
                        + " court)");
        var snapshots =
                new Snapshots(
                                db,
                                folder,
                                """
                                dataset: test
                                schema: SCHEMA
                                snapshot: "{item}-{date}.csv"
                                tables:
                                  court: { item: courts, mode: replace, key: [id] }
                                  docket: { item: dockets, key: [id], orphans: reject }
                                """,
                                "CREATE TABLE court (id integer); CREATE TABLE docket (id"
                                        + " integer);")
                        .with(
                                LoadSettings.standard()
                                        .with(
                                                new SuspendSettings(
                                                        SuspendSettings.When.ALWAYS,
                                                        new Writers.Fenced(""),
                                                        Optional.empty(),
                                                        2)))
                        .file("courts", FIRST, "id,name\n1,one\n")
                        .file("dockets", FIRST, "id,court\n1,1\n")
                        .file("courts", SECOND, "id,name\n1,one\n2,two\n")
                        .file("dockets", SECOND, "id,court\n1,1\n2,2\n3,9\n");
        assertThat(snapshots.load(FIRST).exitCode()).isZero();

        var second = snapshots.load(SECOND);

        assertThat(second.exitCode()).as("%s", second.trouble()).isEqualTo(5);
        assertThat(db.rows("SELECT id::text, court::text FROM docket ORDER BY id"))
                .as("only the row whose court no snapshot has is a reject")
                .containsExactly(Db.row("1", "1"), Db.row("2", "2"));
        assertThat(second.restored().remarks()).isEmpty();
        assertThat(
                        db.value(
                                "SELECT convalidated::text FROM pg_constraint WHERE conname ="
                                        + " 'docket_court_fkey'"))
                .isEqualTo("true");
        assertThat(db.value("SELECT count(*) FROM lode.suspended")).isEqualTo("0");
        assertThat(db.value("SELECT count(*) FROM pg_trigger WHERE tgname = 'lode_fence'"))
                .isEqualTo("0");
    }

    @EachPostgres
    void aNewTableTakesTheOldOnesPlaceAndAnOlderSnapshotIsAppliedAgain(Db db) throws Exception {
        var snapshots =
                new Snapshots(db, folder, PACK, TABLE)
                        .file("courts", FIRST, A)
                        .file("courts", SECOND, B);
        assertThat(snapshots.load(FIRST).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(3, 3, 0, 0, 0, 0, 0, 0));
        var oid = db.value("SELECT 'court'::regclass::oid");
        var second = snapshots.load(SECOND);
        assertThat(second.items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(6, 3, 0, 0, 3, 0, 0, 0));
        assertThat(second.next().vanished()).extracting(one -> one.vanished()).containsExactly(1L);
        assertThat(second.exitCode()).isZero();
        assertThat(db.rows("SELECT id::text, name FROM court ORDER BY id"))
                .containsExactly(Db.row("1", "uno"), Db.row("2", "newest"), Db.row("4", "last"));
        assertThat(db.value("SELECT 'court'::regclass::oid")).isNotEqualTo(oid);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::state)
                .containsExactly(ItemReport.State.SKIPPED);
        snapshots.load(FIRST);
        assertThat(db.rows("SELECT id::text, name FROM court ORDER BY id"))
                .containsExactly(Db.row("1", "one"), Db.row("2", "two"), Db.row("3", "three"));
        assertThat(db.rows("SELECT relname FROM pg_class WHERE relname LIKE '%lode%next%'"))
                .isEmpty();
    }

    @EachPostgres
    void aNewTableAtItsLimitOfRejectsIsBegunOverSoThatTheOrderOfTheFileHolds(Db db)
            throws Exception {
        db.run("CREATE DOMAIN tidy AS text CONSTRAINT odd CHECK (VALUE <> 'odd')");
        var snapshots =
                new Snapshots(
                                db,
                                folder,
                                PACK.replace(", version: changed", "")
                                        + "limits: { rejects: 2, reject-share: 0.1 }\n",
                                "CREATE TABLE court (id integer PRIMARY KEY, name tidy);")
                        .file("courts", FIRST, "id,name\n1,before\n")
                        .file("courts", SECOND, "id,name\n1,odd\n2,odd\n3,odd\n1,later\n");
        snapshots.load(FIRST);
        for (int attempt = 0; attempt < 2; attempt++) {
            var report = snapshots.load(SECOND).items().getFirst();
            assertThat(report.state()).isEqualTo(ItemReport.State.FAILED);
            assertThat(report.message())
                    .contains(
                            "3 of 4 records were rejected, more than", "begins the new table over");
        }
        assertThat(db.value("SELECT string_agg(name, ' ') FROM court")).isEqualTo("before");

        db.run("ALTER DOMAIN tidy DROP CONSTRAINT odd");
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 3, 0, 0, 1, 0, 0, 0));
        assertThat(db.rows("SELECT id::text, name FROM court ORDER BY id"))
                .containsExactly(Db.row("1", "later"), Db.row("2", "odd"), Db.row("3", "odd"));
        assertThat(db.rows("SELECT state, count(*)::text FROM lode.reject GROUP BY state"))
                .as("rejects of what was begun over")
                .containsExactly(Db.row("dropped", "6"));
    }

    @EachPostgres
    void whatCannotBeCarriedOverIsRefusedBeforeARowIsLoaded(Db db) throws Exception {
        db.run(
                TABLE
                        + " CREATE TABLE other (c court); CREATE VIEW names AS SELECT name FROM"
                        + " court; CREATE FUNCTION f(names) RETURNS int LANGUAGE sql AS 'SELECT"
                        + " 1'");
        var snapshots = new Snapshots(db, folder, PACK, TABLE).file("courts", FIRST, A);
        assertThatThrownBy(() -> snapshots.load(FIRST))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("column c of table public.other depends on type public.court")
                .hasMessageContaining(
                        "function public.f(public.names) depends on type public.names")
                .hasMessageContaining("mode: upsert with vanished: delete");
        assertThat(db.rows("SELECT id FROM lode.item")).isEmpty();
    }

    @EachPostgres
    void tooManyVanishedRowsAreNotReplacedUntilAccepted(Db db) throws Exception {
        var careful = PACK.replace("{ share: 1 }", "{ share: 0.1, rows: 0 }");
        var snapshots =
                new Snapshots(db, folder, careful, TABLE)
                        .file("courts", FIRST, A)
                        .file("courts", SECOND, B);
        snapshots.load(FIRST);
        var refused = snapshots.load(SECOND);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.next().failures())
                .singleElement()
                .asString()
                .contains("1 of its 3 rows", "--accept-vanished");
        assertThat(db.value("SELECT string_agg(name, ',' ORDER BY id) FROM court"))
                .isEqualTo("one,two,three");
        var accepted = snapshots.with(LoadSettings.standard().acceptingVanished(true)).load(SECOND);
        assertThat(accepted.exitCode()).as("%s", accepted.trouble()).isZero();
        assertThat(db.value("SELECT string_agg(name, ',' ORDER BY id) FROM court"))
                .isEqualTo("uno,newest,last");
    }

    @EachPostgres
    void siblingsAreSwappedTogetherAndKeysFollowThem(Db db) throws Exception {
        var tables =
                """
                CREATE TABLE court (id integer PRIMARY KEY, name text NOT NULL, parent integer REFERENCES court);
                CREATE TABLE seat (id integer PRIMARY KEY, court integer NOT NULL CONSTRAINT seat_court REFERENCES court ON DELETE CASCADE);
                CREATE TABLE judge (id integer PRIMARY KEY, seat integer CONSTRAINT judge_seat REFERENCES seat);
                CREATE TABLE clerk (id integer PRIMARY KEY, seat integer);
                """;
        var pack =
                """
                dataset: test
                schema: SCHEMA
                snapshot: "{item}-{date}.csv"
                tables:
                  court: { item: courts, mode: replace, vanished-limit: { share: 1 } }
                  seat: { item: seats, mode: replace, vanished-limit: { share: 1 } }
                """;
        db.run(
                tables
                        + "ALTER TABLE clerk ADD CONSTRAINT clerk_seat FOREIGN KEY (seat)"
                        + " REFERENCES seat NOT VALID");
        var snapshots =
                new Snapshots(
                                db,
                                folder,
                                pack,
                                "CREATE TABLE court (id integer); CREATE TABLE seat (id integer);")
                        .file("courts", FIRST, "id,name,parent\n1,one,2\n2,two,\n")
                        .file("seats", FIRST, "id,court\n10,1\n11,2\n")
                        .file("courts", SECOND, "id,name,parent\n2,two,3\n3,three,\n")
                        .file("seats", SECOND, "id,court\n11,2\n12,3\n");
        assertThat(snapshots.load(FIRST).exitCode()).isZero();
        db.run("INSERT INTO judge VALUES (1, 10), (2, 11); INSERT INTO clerk VALUES (1, 11)");
        var report = snapshots.load(SECOND);
        assertThat(report.next().remarks())
                .singleElement()
                .asString()
                .contains("judge: key judge_seat is NOT VALID now", "(10)");
        assertThat(report.exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);
        assertThat(
                        db.rows(
                                "SELECT conname, conrelid::regclass::text,"
                                        + " confrelid::regclass::text, convalidated::text FROM"
                                        + " pg_constraint WHERE contype = 'f' AND connamespace ="
                                        + " current_schema()::regnamespace ORDER BY 1"))
                .containsExactly(
                        Db.row("clerk_seat", "clerk", "seat", "false"),
                        Db.row("court_parent_fkey", "court", "court", "true"),
                        Db.row("judge_seat", "judge", "seat", "false"),
                        Db.row("seat_court", "seat", "court", "true"));
        assertThat(db.rows("SELECT id::text, court::text FROM seat ORDER BY id"))
                .isEqualTo(List.of(Db.row("11", "2"), Db.row("12", "3")));
    }
}
