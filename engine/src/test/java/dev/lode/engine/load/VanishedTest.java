package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.RowCounts;
import dev.lode.postgres.vanish.VanishedReport;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

class VanishedTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            limits: { rejects: 10 }
            tables:
              court: { item: courts, key: [id, part], changes: record, POLICY }
            """;
    private static final String TABLE =
            "CREATE TABLE court (id integer, part varchar(3), name text NOT NULL, parent integer,"
                    + " gone date, PRIMARY KEY (id, part));";
    private static final String A =
            "id,part,name\n1,a,one\n2,a,two\n3,a,three\n4,a,four\n5,b,five\n6,b,six\n";
    private static final String B =
            "id,part,name\n1,a,one\n2,a,TWO\n7,a,seven\n5,b,five\n6,b,six\n";

    @TempDir Path folder;

    private Snapshots snapshots(Db db, String policy) throws Exception {
        return new Snapshots(db, folder, PACK.replace("POLICY", policy), TABLE)
                .file("courts", FIRST, A)
                .file("courts", SECOND, B);
    }

    @EachPostgres
    void keptRowsAreCounted(Db db) throws Exception {
        var snapshots = snapshots(db, "vanished: keep");
        assertThat(snapshots.load(FIRST).next().vanished()).isEmpty();
        var second = snapshots.load(SECOND);
        assertThat(second.items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(5, 1, 1, 3, 0, 0, 0, 0));
        assertThat(second.next().vanished())
                .extracting(VanishedReport::vanished, VanishedReport::of)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2L, 7L));
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("7");
        assertThat(leftOver(db)).isEqualTo("0");
    }

    @EachPostgres
    void deletedRowsGoAndUnchangedOnesAreNotTouched(Db db) throws Exception {
        var snapshots = snapshots(db, "vanished: delete");
        snapshots.load(FIRST);
        var before = db.value("SELECT xmin::text || ctid FROM court WHERE id = 1");
        var second = snapshots.load(SECOND);
        assertThat(second.exitCode()).isZero();
        assertThat(second.next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(2L);
        assertThat(db.value("SELECT string_agg(id || part, ',' ORDER BY id) FROM court"))
                .isEqualTo("1a,2a,5b,6b,7a");
        assertThat(db.value("SELECT xmin::text || ctid FROM court WHERE id = 1")).isEqualTo(before);
        assertThat(db.rows("SELECT op, key::text FROM lode.changed ORDER BY op, key"))
                .containsExactly(
                        Db.row("delete", "{\"id\": 3, \"part\": \"a\"}"),
                        Db.row("delete", "{\"id\": 4, \"part\": \"a\"}"),
                        Db.row("insert", "{\"id\": 7, \"part\": \"a\"}"),
                        Db.row("update", "{\"id\": 2, \"part\": \"a\"}"),
                        Db.row("whole", null));
        assertThat(snapshots.load(SECOND).next().vanished()).isEmpty();
        assertThat(snapshots.load(FIRST).next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(1L);
        assertThat(db.value("SELECT string_agg(name, ',' ORDER BY id) FROM court"))
                .isEqualTo("one,two,three,four,five,six");
        assertThat(leftOver(db)).isEqualTo("0");
    }

    @EachPostgres
    void aRejectThatIsLoadedLaterHasNotVanished(Db db) throws Exception {
        var snapshots =
                snapshots(db, "vanished: delete")
                        .file("courts", SECOND, "id,part,name,gone\n5,b,five,\n6,b,six,never\n")
                        .acceptingVanished();
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).next().vanished()).isEmpty();
        var corrected =
                Files.writeString(
                        folder.resolve("corrected.csv"),
                        "reject,encoding,raw\n"
                                + db.value("SELECT id FROM lode.reject")
                                + ",text,\"6,b,six,\"\n");
        assertThat(snapshots.retry().retry(CorrectedRecords.read(corrected), () -> {}).loaded())
                .isEqualTo(1);
        assertThat(snapshots.load(SECOND).next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(4L);
        assertThat(db.value("SELECT string_agg(id || part, ',' ORDER BY id) FROM court"))
                .isEqualTo("5b,6b");
        assertThat(leftOver(db)).isEqualTo("0");
    }

    @EachPostgres
    void markedRowsKeepTheirMarkUntilTheyComeBack(Db db) throws Exception {
        var snapshots = snapshots(db, "vanished: mark, vanished-mark: gone");
        snapshots.load(FIRST);
        var second = snapshots.load(SECOND);
        assertThat(second.next().vanished())
                .extracting(VanishedReport::vanished, VanishedReport::returned)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2L, 0L));
        assertThat(
                        db.rows(
                                "SELECT id::text, gone::text FROM court WHERE gone IS NOT NULL"
                                        + " ORDER BY id"))
                .containsExactly(Db.row("3", "2026-09-30"), Db.row("4", "2026-09-30"));
        assertThat(snapshots.load(FIRST).next().vanished())
                .extracting(VanishedReport::vanished, VanishedReport::returned)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(1L, 2L));
        assertThat(db.rows("SELECT id::text, gone::text FROM court WHERE gone IS NOT NULL"))
                .containsExactly(Db.row("7", "2026-06-30"));
    }

    @EachPostgres
    void theLimitStopsTheRunUntilTheLossIsAccepted(Db db) throws Exception {
        var snapshots = snapshots(db, "vanished: delete, vanished-limit: { rows: 1, share: 10% }");
        snapshots.load(FIRST);
        var stopped = snapshots.load(SECOND);
        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(stopped.next().failures())
                .singleElement()
                .asString()
                .contains("2 of its 7 rows", "--accept-vanished");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("7");
        var again = snapshots.load(SECOND);
        assertThat(again.exitCode()).isEqualTo(1);
        var accepted = snapshots.with(LoadSettings.standard().acceptingVanished(true)).load(SECOND);
        assertThat(accepted.exitCode()).isZero();
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("5");
    }

    @EachPostgres
    void withRejectsNothingIsConcludedFromMissingKeys(Db db) throws Exception {
        var snapshots =
                snapshots(db, "vanished: delete").file("courts", SECOND, B + "3,toolong,three\n");
        snapshots.load(FIRST);
        var second = snapshots.load(SECOND);
        assertThat(second.exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);
        assertThat(second.next().remarks())
                .singleElement()
                .asString()
                .contains("1 records", "none was touched");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("7");
        db.run("UPDATE lode.reject SET state = 'dropped'");
        assertThat(snapshots.load(SECOND).next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(2L);
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("5");
    }

    @EachPostgres
    void rowsThatOthersReferToAreHeldAndChainsGoFromTheirEnds(Db db) throws Exception {
        db.run(
                TABLE
                        + "CREATE UNIQUE INDEX by_id ON court (id); ALTER TABLE court ADD FOREIGN"
                        + " KEY (parent) REFERENCES court (id); CREATE TABLE seat (court integer"
                        + " REFERENCES court (id) ON DELETE CASCADE);");
        var snapshots = snapshots(db, "vanished: delete");
        snapshots.load(FIRST);
        db.run(
                "UPDATE court SET parent = 4 WHERE id = 3; INSERT INTO court (id, part, name,"
                    + " parent) VALUES (8, 'x', 'own', 8), (9, 'x', 'held', NULL); INSERT INTO seat"
                    + " VALUES (9)");
        var second = snapshots.load(SECOND);
        assertThat(second.next().vanished())
                .extracting(VanishedReport::vanished, VanishedReport::held)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(3L, 1L));
        assertThat(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM court"))
                .isEqualTo("1,2,5,6,7,9");
        assertThat(db.value("SELECT count(*) FROM seat")).isEqualTo("1");
    }

    private static String leftOver(Db db) {
        return db.value(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'lode'::regnamespace AND"
                        + " relname ~ '^(seen|vanished)_'");
    }
}
