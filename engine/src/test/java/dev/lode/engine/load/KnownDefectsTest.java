package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.postgres.preflight.Finding.Severity;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;

/// The defects that real bulk data is known to have.
@OnPostgres
class KnownDefectsTest {
    private static final String HEAD =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            """;
    private static final String BACKSLASH = "format: { csv: { quote: '\"', escape: '\\' } }\n";
    private static final String COURT =
            "CREATE TABLE court (id varchar(5) PRIMARY KEY, name text NOT NULL, changed date,"
                    + " parent varchar(5))";
    private static final String RECORDS =
            """
            id,name,changed,parent
            "a","one","2020-01-01",
            "b","two","2020-01-02","a"
            """;

    @TempDir Path folder;

    @Test
    void aColumnThatTheTableDemandsAndTheFileLacksStopsBeforeTheFirstRow(Db db) throws Exception {
        db.run(COURT + "; ALTER TABLE court ADD COLUMN scan text NOT NULL");
        var loading = new Loading(db, folder, courts("")).file("courts", RECORDS);
        assertThatThrownBy(loading::load)
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                .hasMessageContaining("courts-2026-06-30.csv, table court, ")
                .hasMessageContaining("column scan: is NOT NULL without a default and not in")
                .hasMessageContaining("SET DEFAULT ..., or give a value under fill in the pack");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("0");
        new Loading(db, folder, courts(", fill: { scan: \"none\" }")).load();
        assertThat(db.rows("SELECT id, scan FROM court ORDER BY id"))
                .containsExactly(Db.row("a", "none"), Db.row("b", "none"));
    }

    @Test
    void columnsInAnotherOrderAreMatchedByName(Db db) throws Exception {
        db.run(COURT);
        new Loading(db, folder, courts(""))
                .file("courts", "parent,changed,name,id\n,\"2020-01-01\",\"one\",\"a\"\n")
                .load();
        assertThat(db.rows("SELECT id, name, changed::text, parent FROM court"))
                .containsExactly(Db.row("a", "one", "2020-01-01", null));
    }

    @Test
    void anAddedColumnIsAnErrorUntilThePackIgnoresIt(Db db) throws Exception {
        db.run(COURT);
        var added = "id,names,name,changed,parent\n\"a\",\"more\",\"one\",,\n";
        var loading = new Loading(db, folder, courts("")).file("courts", added);
        assertThatThrownBy(loading::load)
                .hasMessageContaining("column names: is in the file and not in the table")
                .hasMessageContaining("did you mean 'name'?")
                .hasMessageContaining("list it under ignore-columns in the pack");
        new Loading(db, folder, courts(", ignore-columns: [names]")).load();
        assertThat(db.rows("SELECT id, name FROM court")).containsExactly(Db.row("a", "one"));
    }

    @Test
    void danglingReferencesBecomeRejects(Db db) throws Exception {
        danglingReferencesBecomeRejects(db, "");
    }

    @Test
    void danglingDeferredReferencesDoNotFailTheCommit(Db db) throws Exception {
        danglingReferencesBecomeRejects(db, " DEFERRABLE INITIALLY DEFERRED");
    }

    private void danglingReferencesBecomeRejects(Db db, String when) throws Exception {
        db.run(
                COURT
                        + "; CREATE TABLE docket (id integer PRIMARY KEY, court varchar(5)"
                        + " REFERENCES court"
                        + when
                        + ")");
        var reports =
                new Loading(
                                db,
                                folder,
                                pack("court: { item: courts }", "docket: { item: dockets }"))
                        .file("courts", RECORDS)
                        .file("dockets", "id,court\n1,a\n2,gone\n3,b\n4,lost\n5,\n")
                        .with(splits(12))
                        .load();
        assertThat(reports)
                .extracting(ItemReport::counts)
                .containsExactly(
                        new RowCounts(2, 2, 0, 0, 0, 0, 0, 0),
                        new RowCounts(5, 3, 0, 0, 0, 0, 0, 2));
        assertThat(db.rows("SELECT id::text, court FROM docket ORDER BY id"))
                .containsExactly(Db.row("1", "a"), Db.row("3", "b"), Db.row("5", null));
        assertThat(
                        db.rows(
                                "SELECT record::text, state, sqlstate, reason LIKE '%is not in"
                                        + " court%' FROM lode.reject ORDER BY record"))
                .containsExactly(
                        Db.row("1", "open", "23503", "t"), Db.row("3", "open", "23503", "t"));
    }

    @Test
    void tablesThatReferToEachOtherLoadByAnImmediateKey(Db db) throws Exception {
        circleLoads(db, "");
    }

    @Test
    void tablesThatReferToEachOtherLoadByADeferredKey(Db db) throws Exception {
        circleLoads(db, " DEFERRABLE INITIALLY DEFERRED");
    }

    private void circleLoads(Db db, String when) throws Exception {
        db.run(
                "CREATE TABLE a (id text PRIMARY KEY, b text);"
                        + "CREATE TABLE b (id text PRIMARY KEY, a text REFERENCES a"
                        + when
                        + "); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b"
                        + when);
        for (long split : new long[] {9, 14, 1000}) {
            db.run("TRUNCATE a, b; DROP SCHEMA IF EXISTS lode CASCADE");
            var reports =
                    new Loading(db, folder, pack("a: { item: a }", "b: { item: b }"))
                            .file("a", "id,b\na1,b1\na2,b2\na3,b9\na4,\na5,b4\n")
                            .file("b", "id,a\nb1,a2\nb2,\nb3,a3\nb4,a4\nb5,a5\n")
                            .with(splits(split))
                            .load();
            assertThat(reports)
                    .extracting(ItemReport::counts)
                    .describedAs("splits of %d bytes", split)
                    .containsExactly(
                            new RowCounts(5, 4, 0, 0, 0, 0, 0, 1),
                            new RowCounts(5, 4, 0, 0, 0, 0, 0, 1));
            assertThat(db.rows("SELECT id, b FROM a UNION ALL SELECT id, a FROM b ORDER BY id"))
                    .containsExactly(
                            Db.row("a1", "b1"),
                            Db.row("a2", "b2"),
                            Db.row("a4", null),
                            Db.row("a5", "b4"),
                            Db.row("b1", "a2"),
                            Db.row("b2", null),
                            Db.row("b4", "a4"),
                            Db.row("b5", "a5"));
            assertThat(
                            db.rows(
                                    "SELECT convert_from(raw, 'UTF8') FROM lode.reject WHERE state"
                                            + " = 'open' ORDER BY 1"))
                    .containsExactly(Db.row("a3,b9\n"), Db.row("b3,a3\n"));
        }
    }

    @Test
    void aFileWithAHeaderOnlyIsAnErrorUnlessThePackExpectsIt(Db db) throws Exception {
        db.run(COURT);
        var loading =
                new Loading(db, folder, courts("")).file("courts", "id,name,changed,parent\n");
        assertThatThrownBy(loading::load)
                .hasMessageContaining("holds a header and no record")
                .hasMessageContaining("empty-ok: true");
        assertThat(new Loading(db, folder, courts(", empty-ok: true")).load())
                .extracting(ItemReport::state, ItemReport::counts)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(
                                ItemReport.State.LOADED, RowCounts.ZERO));
    }

    @Test
    void aFileOfNothingIsAnErrorEvenWhereNoRecordsAreExpected(Db db) throws Exception {
        db.run(COURT);
        assertThatThrownBy(
                        new Loading(db, folder, courts(", empty-ok: true")).file("courts", "")
                                ::load)
                .hasMessageContaining("holds nothing, not even a header (0 bytes stored)");
        byte[] placeholder = HexFormat.of().parseHex("425a683917724538509000000000");
        assertThatThrownBy(
                        new Loading(
                                                db,
                                                folder,
                                                courts(", empty-ok: true")
                                                        .replace("{date}.csv", "{date}.csv.bz2"))
                                        .file("courts", placeholder)
                                ::load)
                .hasMessageContaining("holds nothing, not even a header (14 bytes stored)")
                .hasMessageContaining("--exclude court");
    }

    @Test
    void doubledQuotesOfABackslashDateAreFoundBeforeTheFirstRow(Db db) throws Exception {
        db.run(COURT);
        var pack =
                courts("")
                        .replace(
                                BACKSLASH,
                                "format: { csv: { quote: '\"', escape: '\\', dialects: [ { until:"
                                        + " 2020-01-01, quote: '\"', escape: '\"' } ] } }\n");
        var loading =
                new Loading(db, folder, pack)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                "a","the ""first"" court","2020-01-01",
                                "b","the ""second"" court","2020-01-01",
                                """);
        assertThatThrownBy(loading::load)
                .hasMessageContaining("written with quote \", backslash escape, but")
                .hasMessageContaining("the file reads with quote \", doubled escape")
                .hasMessageContaining("nothing was loaded");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("0");
    }

    @Test
    void backticksOfAQuoteDateAreFoundBeforeTheFirstRow(Db db) throws Exception {
        db.run(COURT);
        var pack =
                courts("")
                        .replace(
                                BACKSLASH,
                                "format: { csv: { quote: '\"', escape: '\"', dialects: [ { until:"
                                        + " 2020-01-01, quote: '`', escape: '`' } ] } }\n");
        var loading =
                new Loading(db, folder, pack)
                        .file(
                                "courts",
                                """
                                id,name,changed,parent
                                `a`,`one`,`2020-01-01`,
                                `b`,`two`,`2020-01-02`,`a`
                                """);
        assertThatThrownBy(loading::load)
                .hasMessageContaining("written with quote \", doubled escape, but")
                .hasMessageContaining("the file reads with quote `");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("0");
    }

    @Test
    void aContradictionBehindTheHeadStopsBeforeItsSplit(Db db) throws Exception {
        db.run(COURT);
        var text = new StringBuilder("id,name,changed,parent\n");
        for (int i = 0; i < 8000; i++) {
            text.append("\"").append(i).append("\",\"the court of the district of number ");
            text.append(i < 7000 ? "one" : "\"\"one\"\", it is").append("\",\"2020-01-01\",\n");
        }
        var reports =
                new Loading(db, folder, courts(""))
                        .file("courts", text.toString())
                        .with(splits(64 << 10))
                        .load();
        assertThat(reports).extracting(ItemReport::state).containsExactly(ItemReport.State.FAILED);
        assertThat(reports.getFirst().failure()).contains(ErrorKind.DATA);
        assertThat(reports.getFirst().message())
                .contains("can be read only with quote \", doubled escape")
                .contains("stopped before these records were loaded");
        long rows = Long.parseLong(db.value("SELECT count(*) FROM court"));
        assertThat(rows).isBetween(4000L, 7000L);
        assertThat(db.rows("SELECT state, records::text, inserted::text FROM lode.item"))
                .containsExactly(Db.row("failed", String.valueOf(rows), String.valueOf(rows)));
        assertThat(db.value("SELECT count(*) FROM lode.reject")).isEqualTo("0");
        assertThat(db.value("SELECT message FROM lode.item"))
                .isEqualTo(reports.getFirst().message());
    }

    @Test
    void nullAndTheEmptyStringAreToldApartWhereTheWriterDid(Db db) throws Exception {
        db.run("CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL)");
        new Loading(db, folder, pack("t: { item: t }"))
                .file("t", "id,a,b\n1,,\"\"\n2,\"\",\"\"\n3,\"\",\n")
                .load();
        assertThat(db.rows("SELECT id::text, a, b FROM t ORDER BY id"))
                .containsExactly(Db.row("1", null, ""), Db.row("2", "", ""));
        assertThat(db.rows("SELECT record::text, column_name FROM lode.reject"))
                .containsExactly(Db.row("2", "b"));
    }

    @Test
    void emptyIsNullWhereTheColumnAllowsItAndTheWriterDidNotTell(Db db) throws Exception {
        db.run("CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL)");
        var ambiguous =
                pack("t: { item: t }")
                        .replace("escape: '\\'", "escape: '\"', null: ambiguous-empty");
        var loading =
                new Loading(db, folder, ambiguous)
                        .file("t", "id,a,b\n1,,\"\"\n2,\"\",\n3,\"x\",\"y\"\n");
        assertThat(loading.check().findings())
                .anySatisfy(
                        finding ->
                                assertThat(finding.toString())
                                        .contains("column a: empty values become NULL"));
        loading.load();
        assertThat(db.rows("SELECT id::text, a, b FROM t ORDER BY id"))
                .containsExactly(
                        Db.row("1", null, ""), Db.row("2", null, ""), Db.row("3", "x", "y"));
        assertThat(db.value("SELECT count(*) FROM lode.reject")).isEqualTo("0");
    }

    @Test
    void aHistoryTriggerIsWarnedOfAndFiresOncePerRow(Db db) throws Exception {
        db.run(
                COURT
                        + """
                        ;
                        CREATE TABLE history (id text);
                        CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN INSERT INTO history VALUES (NEW.id); RETURN NULL; END $$;
                        CREATE TRIGGER keep AFTER INSERT ON court
                            FOR EACH ROW EXECUTE FUNCTION remember();
                        """);
        var loading =
                new Loading(db, folder, courts(""))
                        .file("courts", RECORDS + "\"c\",,,\n\"d\",\"four\",,\n");
        assertThat(loading.check().findings())
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(finding.toString())
                                        .contains("trigger keep (AFTER INSERT) will run")
                                        .contains("DISABLE TRIGGER"));
        assertThat(loading.load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 3, 0, 0, 0, 0, 0, 1));
        assertThat(db.rows("SELECT id FROM history ORDER BY id"))
                .containsExactly(Db.row("a"), Db.row("b"), Db.row("d"));
    }

    @Test
    void rowsThatATriggerDropsAreCountedAsFiltered(Db db) throws Exception {
        db.run(
                COURT
                        + """
                        ;
                        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN IF NEW.id = 'b' THEN RETURN NULL; END IF; RETURN NEW; END $$;
                        CREATE TRIGGER choose BEFORE INSERT ON court
                            FOR EACH ROW EXECUTE FUNCTION refuse();
                        """);
        var loading = new Loading(db, folder, courts(""));
        assertThat(loading.file("courts", RECORDS).load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(2, 1, 0, 0, 0, 0, 1, 0));
        assertThat(loading.file("courts", RECORDS + "\"c\",\"three\",,\n").load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(3, 1, 0, 1, 0, 0, 1, 0));
        assertThat(db.rows("SELECT id FROM court ORDER BY id"))
                .containsExactly(Db.row("a"), Db.row("c"));
    }

    @Test
    void aDuplicateOfASecondUniqueKeyIsAReject(Db db) throws Exception {
        db.run(COURT + "; ALTER TABLE court ADD CONSTRAINT names UNIQUE (name)");
        var loading =
                new Loading(db, folder, courts(""))
                        .file("courts", RECORDS + "\"c\",\"one\",,\n\"d\",\"four\",,\n");
        assertThat(loading.load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 3, 0, 0, 0, 0, 0, 1));
        assertThat(db.rows("SELECT id FROM court ORDER BY id"))
                .containsExactly(Db.row("a"), Db.row("b"), Db.row("d"));
        assertThat(
                        db.rows(
                                "SELECT record::text, sqlstate, reason LIKE '%names%' FROM"
                                        + " lode.reject"))
                .containsExactly(Db.row("2", "23505", "t"));
    }

    @Test
    void allMismatchesOfAllFilesAreReportedTogether(Db db) throws Exception {
        db.run(
                COURT
                        + "; ALTER TABLE court ADD scan text NOT NULL;"
                        + "CREATE TABLE docket (id integer PRIMARY KEY)");
        var loading =
                new Loading(
                                db,
                                folder,
                                pack(
                                        "court: { item: courts, key: [nam] }",
                                        "docket: { item: dockets }",
                                        "opinion: { item: opinions }",
                                        "audio: { item: audio }"))
                        .file("courts", "id,name,changed,parent,more\n\"a\",\"one\",,,\n")
                        .file("dockets", "id\n")
                        .file("opinions", "id\n1\n")
                        .file("audio", "");
        assertThatThrownBy(loading::load)
                .hasMessageContaining("pre-flight found ")
                .hasMessageContaining("column more: is in the file and not in the table")
                .hasMessageContaining("column scan: is NOT NULL without a default")
                .hasMessageContaining("column nam: is named as key and not in the table")
                .hasMessageContaining("dockets-2026-06-30.csv, table docket: holds a")
                .hasMessageContaining("table opinion: the table is not in test")
                .hasMessageContaining("audio-2026-06-30.csv")
                .hasMessageContaining("holds nothing, not even a header");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("0");
    }

    private static String courts(String more) {
        return pack("court: { item: courts" + more + " }");
    }

    private static String pack(String... tables) {
        var text = new StringBuilder(HEAD).append(BACKSLASH).append("tables:\n");
        for (var table : tables) {
            text.append("  ").append(table).append('\n');
        }
        return text.toString();
    }

    private static LoadSettings splits(long bytes) {
        return new LoadSettings(
                2,
                CutSettings.DEFAULT.withBatchSize(ByteSize.of(bytes)),
                LoadLimits.DEFAULT,
                Duration.ofSeconds(60),
                false);
    }
}
