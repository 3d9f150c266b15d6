package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.format.csv.CutSettings;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

class LoadOperationTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            format: { csv: { quote: '"', escape: '\\' } }
            tables:
              court: { item: courts, key: [id], version: changed }
            """;
    private static final String TABLE =
            "CREATE TABLE court (id varchar(5) PRIMARY KEY, name text NOT NULL, changed date,"
                    + " parent varchar(5))";

    @TempDir Path folder;

    @EachPostgres
    void recordsBecomeRows(Db db) throws Exception {
        db.run(TABLE);
        var reports =
                new Loading(db, folder, PACK)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                "a","A \\"quoted\\"\\\\
                                name","2020-01-01",
                                "b","","2020-01-02","a"
                                """)
                        .load();
        assertThat(reports)
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(2, 2, 0, 0, 0, 0, 0, 0));
        assertThat(db.rows("SELECT id, name, changed::text, parent FROM court ORDER BY id"))
                .containsExactly(
                        Db.row("a", "A \"quoted\"\\\nname", "2020-01-01", null),
                        Db.row("b", "", "2020-01-02", "a"));
    }

    @EachPostgres
    void sameContentIsAppliedOnceAndAnOlderOneAgain(Db db) throws Exception {
        db.run(TABLE);
        var loading = new Loading(db, folder, PACK);
        String first =
                "id,name,changed,parent\n"
                        + "\"a\",\"one\",\"2020-01-01\",\n"
                        + "\"b\",\"two\",\"2020-01-01\",\n";
        String second =
                "id,name,changed,parent\n"
                        + "\"a\",\"uno\",\"2019-01-01\",\n"
                        + "\"b\",\"two\",\"2020-01-01\",\n"
                        + "\"c\",\"new\",,\n";
        loading.file("courts", first).load();
        assertThat(loading.load())
                .extracting(ItemReport::state)
                .containsExactly(ItemReport.State.SKIPPED);
        assertThat(loading.file("courts", second).load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(3, 1, 1, 1, 0, 0, 0, 0));
        var unchanged = db.value("SELECT xmin::text FROM court WHERE id = 'b'");
        assertThat(loading.file("courts", first).load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(2, 0, 1, 1, 0, 0, 0, 0));
        assertThat(db.rows("SELECT id, name FROM court ORDER BY id"))
                .containsExactly(Db.row("a", "one"), Db.row("b", "two"), Db.row("c", "new"));
        assertThat(db.value("SELECT xmin::text FROM court WHERE id = 'b'")).isEqualTo(unchanged);
    }

    @EachPostgres
    void ofOneKeyTheHighestVersionThenTheLastRecordWins(Db db) throws Exception {
        db.run(TABLE);
        var loading =
                new Loading(db, folder, PACK)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                "a","newest","2021-01-01",
                                "b","first","2020-01-01",
                                "a","older","2020-01-01",
                                "b","last","2020-01-01",
                                "c","known","2020-01-01",
                                "c","no version",,
                                "d","no version",,
                                "d","known","2020-01-01",
                                "c","older","2019-01-01",
                                "e","first",,
                                "e","last",,
                                """)
                        .with(splits(60));
        var counts = loading.load().getFirst().counts();
        assertThat(counts.balanced()).isTrue();
        assertThat(counts.read()).isEqualTo(11);
        assertThat(db.rows("SELECT id, name FROM court ORDER BY id"))
                .containsExactly(
                        Db.row("a", "newest"),
                        Db.row("b", "last"),
                        Db.row("c", "known"),
                        Db.row("d", "known"),
                        Db.row("e", "last"));
    }

    @EachPostgres
    void badRecordsBecomeRejectsAndTheRestIsLoaded(Db db) throws Exception {
        db.run(TABLE + "; ALTER TABLE court ADD CHECK (name <> 'forbidden')");
        var loading =
                new Loading(db, folder, PACK)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                "a","good","2020-01-01",
                                "b","bad date","2021-02-30",
                                "toolong","x","2020-01-01",
                                "c","forbidden","2020-01-01",
                                "d","fields"
                                "h","good","2020-01-01",
                                "e","open quote,"2020-01-01",
                                "f",,"2020-01-01",
                                "g","good","2020-01-01",
                                """);
        assertThat(loading.load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(9, 3, 0, 0, 0, 0, 0, 6));
        assertThat(db.rows("SELECT id FROM court ORDER BY id"))
                .containsExactly(Db.row("a"), Db.row("g"), Db.row("h"));
        assertThat(db.rows("SELECT record::text, column_name FROM lode.reject ORDER BY record"))
                .containsExactly(
                        Db.row("1", "changed"),
                        Db.row("2", "id"),
                        Db.row("3", null),
                        Db.row("4", null),
                        Db.row("6", null),
                        Db.row("7", "name"));
        assertThat(db.value("SELECT convert_from(raw, 'UTF8') FROM lode.reject WHERE record = 1"))
                .isEqualTo("\"b\",\"bad date\",\"2021-02-30\",\n");
    }

    @EachPostgres
    void aRejectHasTheSameReasonInAnEmptyTableAndInOneWithRows(Db db) throws Exception {
        db.run(TABLE + "; ALTER TABLE court ADD CHECK (name <> 'forbidden')");
        var loading = new Loading(db, folder, PACK);
        loading.file("courts", "id,name,changed,parent\na,forbidden,2020-01-01,\nb,x,,\n").load();
        loading.file("courts", "id,name,changed,parent\na,forbidden,2020-01-01,\nc,x,,\n").load();
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("2");
        assertThat(db.rows("SELECT count(*)::text, reason FROM lode.reject GROUP BY reason"))
                .containsExactly(
                        Db.row(
                                "2",
                                "new row for relation \"court\" violates check constraint"
                                        + " \"court_name_check\": Failing row contains (a,"
                                        + " forbidden, 2020-01-01, null)."));
    }

    @EachPostgres
    void forwardReferencesFindTheirRowAndDanglingOnesAreRejects(Db db) throws Exception {
        db.run(
                TABLE
                        + "; ALTER TABLE court ADD FOREIGN KEY (parent) REFERENCES court DEFERRABLE"
                        + " INITIALLY DEFERRED");
        var loading =
                new Loading(db, folder, PACK)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                "a","child of b","2020-01-01","b"
                                "x","dangling","2020-01-01","none"
                                "y","child of dangling","2020-01-01","x"
                                "b","child of c","2020-01-01","c"
                                "c","root","2020-01-01",
                                """)
                        .with(splits(40));
        assertThat(loading.load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(5, 3, 0, 0, 0, 0, 0, 2));
        assertThat(db.rows("SELECT id FROM court ORDER BY id"))
                .containsExactly(Db.row("a"), Db.row("b"), Db.row("c"));
        assertThat(
                        db.rows(
                                "SELECT record::text, state, reason LIKE '%is not in court%' FROM"
                                        + " lode.reject WHERE state <> 'resolved' ORDER BY record"))
                .containsExactly(Db.row("1", "open", "t"), Db.row("2", "open", "t"));
    }

    @EachPostgres
    void anItemThatStoppedGoesOnBehindItsLastCommittedSplit(Db db) throws Exception {
        db.run(TABLE);
        var text = new StringBuilder("id,name,changed,parent\n");
        for (int i = 0; i < 2000; i++) {
            text.append("\"")
                    .append(i)
                    .append("\",\"name ")
                    .append(i)
                    .append("\",\"2020-01-01\",\n");
        }
        var loading =
                new Loading(db, folder, PACK).file("courts", text.toString()).with(splits(1000));
        var failing =
                new Loading(db, folder, PACK)
                        .with(splits(1000))
                        .listening(
                                event -> {
                                    if (event
                                                    instanceof
                                                    dev.lode.core.event.RunEvent.ItemProgress
                                                            progress
                                            && progress.decoded() > 6000) {
                                        throw LodeException.resource("stopped by the test");
                                    }
                                });
        assertThat(failing.load())
                .extracting(ItemReport::message)
                .containsExactly("stopped by the test");
        long before = Long.parseLong(db.value("SELECT count(*) FROM court"));
        assertThat(before).isBetween(100L, 1900L);
        var splitsBefore =
                db.rows("SELECT start_offset, end_offset, xid FROM lode.split ORDER BY 1");
        assertThat(loading.load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(2000, 2000, 0, 0, 0, 0, 0, 0));
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("2000");
        assertThat(db.rows("SELECT start_offset, end_offset, xid FROM lode.split ORDER BY 1"))
                .containsAll(splitsBefore);
    }

    private static LoadSettings splits(long bytes) {
        return new LoadSettings(
                2,
                CutSettings.DEFAULT.withBatchSize(ByteSize.of(bytes)),
                dev.lode.postgres.load.LoadLimits.DEFAULT,
                Duration.ofSeconds(60),
                false);
    }
}
