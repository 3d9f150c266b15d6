package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.load.CopyWay;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// Records of one key in one file, some of which are refused: a refused one takes its place among
/// them when it is loaded later, and stands in nobody's way before.
class RefusedOrderTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
    private static final LocalDate SECOND = LocalDate.of(2026, 2, 1);
    private static final String TABLE =
            """
            CREATE TABLE t (id integer PRIMARY KEY, ver integer, val varchar(8),
                CONSTRAINT c1 CHECK (val NOT LIKE 'odd%'), CONSTRAINT c2 CHECK (val NOT LIKE 'bad%'));
            """;

    @TempDir Path folder;

    private Snapshots snapshots(Db db, String rules, CopyWay way) throws Exception {
        db.run("DROP TABLE IF EXISTS t; DROP SCHEMA IF EXISTS lode CASCADE");
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        return new Snapshots(
                        db,
                        folder,
                        """
                        dataset: test
                        schema: SCHEMA
                        snapshot: "{item}-{date}.csv"
                        limits: { rejects: 100, reject-share: 1 }
                        tables:
                          t: { item: t, key: [id]RULES }
                        """
                                .replace("RULES", rules),
                        TABLE)
                .with(settings(ByteSize.mebibytes(1), way));
    }

    private static LoadSettings settings(ByteSize split, CopyWay way) {
        return new LoadSettings(
                        1,
                        CutSettings.DEFAULT.withBatchSize(split),
                        LoadLimits.DEFAULT,
                        Duration.ofSeconds(60),
                        false)
                .with(new CopySettings(Optional.of(way), 1));
    }

    private static String file(String... lines) {
        return "id,ver,val\n" + String.join("\n", lines) + "\n";
    }

    private static List<List<String>> rows(Db db) {
        return db.rows("SELECT id::text, ver::text, val FROM t ORDER BY id");
    }

    private static void retry(Snapshots snapshots) throws Exception {
        snapshots.retry().retry(RejectRetry.open(snapshots.pack()), () -> {});
    }

    @EachPostgres
    void aRecordThatWasRefusedDoesNotBeatALaterOneOfItsSplit(Db db) throws Exception {
        for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
            for (String before : List.of("9,1,x", "1,1,old", "1,1,second")) {
                for (String refused : List.of("1,1,odd", "1,1,toolong-1st")) {
                    for (String rules : List.of("", ", version: ver")) {
                        var snapshots =
                                snapshots(db, rules, way)
                                        .file("t", FIRST, file(before))
                                        .file("t", SECOND, file(refused, "1,1,second"));
                        snapshots.load(FIRST);
                        snapshots.load(SECOND);
                        db.run("ALTER TABLE t DROP CONSTRAINT c1, ALTER val TYPE text");
                        retry(snapshots);
                        assertThat(rows(db))
                                .as("%s, %s, %s%s", way, before, refused, rules)
                                .contains(Db.row("1", "1", "second"));
                        assertThat(
                                        db.value(
                                                "SELECT count(*) FROM lode.reject WHERE state ="
                                                        + " 'open'"))
                                .isEqualTo("0");
                    }
                }
            }
        }
    }

    @EachPostgres
    void inAFirstLoadNeither(Db db) throws Exception {
        for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
            var snapshots =
                    snapshots(db, "", way)
                            .file("t", FIRST, file("1,1,odd1", "1,1,good", "2,1,odd", "1,1,odd2"));
            snapshots.load(FIRST);
            db.run("ALTER TABLE t DROP CONSTRAINT c1");
            retry(snapshots);
            assertThat(rows(db))
                    .as("%s", way)
                    .containsExactly(Db.row("1", "1", "odd2"), Db.row("2", "1", "odd"));
        }
    }

    @EachPostgres
    void aLowerVersionThatIsLoadedLaterDoesNotBeatAnEarlierRowThatWasFoundUnchanged(Db db)
            throws Exception {
        for (var split : List.of(ByteSize.of(10), ByteSize.mebibytes(1))) {
            var snapshots =
                    snapshots(db, ", version: ver", CopyWay.BINARY)
                            .with(settings(split, CopyWay.BINARY))
                            .file("t", FIRST, file("1,5,five"))
                            .file("t", SECOND, file("1,5,five", "1,3,toolong-low"));
            snapshots.load(FIRST);
            snapshots.load(SECOND);
            db.run("ALTER TABLE t ALTER val TYPE text");
            retry(snapshots);
            assertThat(rows(db)).as("%s", split).containsExactly(Db.row("1", "5", "five"));
        }
    }

    /// The one behind it has a lower version, and the row is from before it.
    @EachPostgres
    void aRecordIsNotBeatenByTheLowerVersionBehindIt(Db db) throws Exception {
        for (var split : List.of(ByteSize.of(10), ByteSize.of(20), ByteSize.mebibytes(1))) {
            var snapshots =
                    snapshots(db, ", version: ver", CopyWay.BINARY)
                            .with(settings(split, CopyWay.BINARY))
                            .file("t", FIRST, file("1,4,old"))
                            .file("t", SECOND, file("1,5,five", "1,5,odd", "1,3,low"));
            snapshots.load(FIRST);
            snapshots.load(SECOND);
            db.run("ALTER TABLE t DROP CONSTRAINT c1");
            retry(snapshots);
            assertThat(rows(db)).as("%s", split).containsExactly(Db.row("1", "5", "odd"));
        }
    }

    /// Otherwise it would be lost for good once somebody drops the reject.
    @EachPostgres
    void aRecordThatIsRefusedWhenItIsWrittenBeatsNoOther(Db db) throws Exception {
        for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
            var snapshots =
                    snapshots(db, "", way)
                            .file("t", FIRST, file("1,1,old", "2,1,x", "4,1,same"))
                            .file(
                                    "t",
                                    SECOND,
                                    file(
                                            "1,1,new",
                                            "2,1,x",
                                            "1,1,odd1",
                                            "3,1,a",
                                            "3,1,b",
                                            "3,1,odd",
                                            "4,1,same",
                                            "4,1,bad"));
            snapshots.load(FIRST);
            var counts = snapshots.load(SECOND).items().getFirst().counts();
            assertThat(counts)
                    .as("%s", way)
                    .isEqualTo(new dev.lode.core.RowCounts(8, 1, 1, 2, 1, 0, 0, 3));
            assertThat(rows(db))
                    .containsExactly(
                            Db.row("1", "1", "new"),
                            Db.row("2", "1", "x"),
                            Db.row("3", "1", "b"),
                            Db.row("4", "1", "same"));
        }
    }

    @EachPostgres
    void aRowWhoseRecordWasRefusedHasNotVanishedEvenWhenTheRejectIsDropped(Db db) throws Exception {
        for (String refused : List.of("1,1,odd", "1,1,oddxxxxxxxxx", "1,one,x")) {
            var snapshots =
                    snapshots(
                                    db,
                                    ", vanished: delete, vanished-limit: { rows: 100, share: 100%"
                                            + " }",
                                    CopyWay.BINARY)
                            .file("t", FIRST, file("1,1,old", "2,1,two", "3,1,three"))
                            .file("t", SECOND, file("2,1,two", refused, "x,1,nobody"));
            snapshots.load(FIRST);
            snapshots.load(SECOND);
            db.run("UPDATE lode.reject SET state = 'dropped'");
            snapshots.load(SECOND);
            assertThat(db.rows("SELECT id::text FROM t ORDER BY id"))
                    .as(refused)
                    .containsExactly(Db.row("1"), Db.row("2"));
        }
    }

    /// In one split, and each in one of its own.
    @EachPostgres
    void rejectsThatAreLoadedOneAfterTheOtherKeepTheOrderOfTheFile(Db db) throws Exception {
        for (var split : List.of(ByteSize.of(10), ByteSize.mebibytes(1))) {
            for (String before : List.of("9,1,x", "1,1,old")) {
                for (boolean earlierFirst : List.of(true, false)) {
                    for (String rules : List.of("", ", version: ver")) {
                        var snapshots =
                                snapshots(db, rules, CopyWay.BINARY)
                                        .with(settings(split, CopyWay.BINARY))
                                        .file("t", FIRST, file(before))
                                        .file("t", SECOND, file("1,1,odd1", "7,1,x", "1,1,bad2"));
                        snapshots.load(FIRST);
                        snapshots.load(SECOND);
                        db.run("ALTER TABLE t DROP CONSTRAINT " + (earlierFirst ? "c1" : "c2"));
                        retry(snapshots);
                        assertThat(rows(db))
                                .contains(Db.row("1", "1", earlierFirst ? "odd1" : "bad2"));
                        db.run("ALTER TABLE t DROP CONSTRAINT " + (earlierFirst ? "c2" : "c1"));
                        retry(snapshots);
                        assertThat(rows(db))
                                .as("%s, %s, %s%s", split, before, earlierFirst, rules)
                                .contains(Db.row("1", "1", "bad2"));
                    }
                }
            }
        }
    }

    @EachPostgres
    void aKeyThatIsTooLongIsNotThatOfTheRowWithItsBeginning(Db db) throws Exception {
        for (String type : List.of("varchar(3)", "char(3)")) {
            db.run("DROP TABLE IF EXISTS t; DROP SCHEMA IF EXISTS lode CASCADE");
            var snapshots =
                    new Snapshots(
                                    db,
                                    folder,
                                    """
                                    dataset: test
                                    schema: SCHEMA
                                    snapshot: "{item}-{date}.csv"
                                    limits: { rejects: 100, reject-share: 1 }
                                    tables:
                                      t: { item: t, key: [id], vanished: delete, vanished-limit: { rows: 100, share: 100% } }
                                    """,
                                    "CREATE TABLE t (id "
                                            + type
                                            + " PRIMARY KEY, ver integer, val text);")
                            .file("t", FIRST, file("abc,1,old", "xy,1,two"))
                            .file("t", SECOND, file("abcdef,1,new", "xy,one,bad"));
            snapshots.load(FIRST);
            snapshots.load(SECOND);
            db.run("UPDATE lode.reject SET state = 'dropped'");
            snapshots.load(SECOND);
            assertThat(db.rows("SELECT trim(id) FROM t")).as(type).containsExactly(Db.row("xy"));
        }
    }

    @EachPostgres
    void aCorrectedRecordWithAnotherKeyIsItsOwn(Db db) throws Exception {
        var snapshots =
                snapshots(db, "", CopyWay.BINARY)
                        .file("t", FIRST, file("1,1,old", "2,1,two"))
                        .file("t", SECOND, file("1,1,toolong-1st", "1,1,second"));
        snapshots.load(FIRST);
        snapshots.load(SECOND);
        var corrected =
                Files.writeString(
                        folder.resolve("corrected.csv"),
                        "reject,encoding,raw\n"
                                + db.value("SELECT id FROM lode.reject")
                                + ",text,\"2,1,other\"\n");
        snapshots.retry().retry(CorrectedRecords.read(corrected), () -> {});
        assertThat(rows(db)).containsExactly(Db.row("1", "1", "second"), Db.row("2", "1", "other"));
    }
}
