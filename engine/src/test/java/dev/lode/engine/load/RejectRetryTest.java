package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// Rejects that are loaded again after the pack, the table or the record was corrected.
@OnPostgres
class RejectRetryTest {
    private static final String HEAD =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            limits: { rejects: 100 }
            tables:
            """;
    private static final String NAMED =
            HEAD + "  thing: { item: things, mode: upsert, key: [id], version: changed }\n";

    @TempDir Path folder;

    private Loading loading(Db db, String pack) throws Exception {
        Files.writeString(
                folder.resolve("schema.sql"),
                "CREATE TABLE IF NOT EXISTS thing (id integer PRIMARY KEY);\n");
        return new Loading(db, folder, pack);
    }

    @EachPostgres
    void aRejectIsLoadedOnceTheTableTakesIt(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date)");
        var loading =
                loading(db, NAMED)
                        .file("things", "id,name,changed\n1,one,2020-01-01\n2,three,2020-01-01\n");
        loading.load();
        assertThat(db.value("SELECT count(*) FROM lode.reject WHERE state = 'open'"))
                .isEqualTo("1");
        var still = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});
        assertThat(still.loaded()).isZero();
        assertThat(still.left()).isEqualTo(1);
        assertThat(still.exitCode()).isEqualTo(5);

        db.run("ALTER TABLE thing ALTER COLUMN name TYPE varchar(10)");
        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});

        assertThat(report.loaded()).isEqualTo(1);
        assertThat(report.exitCode()).isZero();
        assertThat(db.rows("SELECT id::text, name FROM thing ORDER BY id"))
                .containsExactly(Db.row("1", "one"), Db.row("2", "three"));
        assertThat(db.rows("SELECT records::text, inserted::text, rejected::text FROM lode.item"))
                .containsExactly(Db.row("2", "2", "0"));
        assertThat(db.value("SELECT state FROM lode.reject")).isEqualTo("resolved");
        assertThat(loading.retry().retry(RejectRetry.open(loading.pack()), () -> {}).lines())
                .isEmpty();
    }

    /// It is no record of a file, and what is wrong with it is its key.
    @EachPostgres
    void aRowThatBecameARejectAfterItWasLoadedKeepsItsReason(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date)");
        var loading = loading(db, NAMED).file("things", "id,name,changed\n1,first,2020-01-01\n");
        loading.load();
        db.run(
                "UPDATE lode.reject SET byte_offset = -1, raw = '{\"id\": 1}', raw_length = 9,"
                        + " reason = 'no such parent'");
        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});
        assertThat(report.loaded()).isZero();
        assertThat(report.left()).isEqualTo(1);
        assertThat(db.value("SELECT reason FROM lode.reject")).isEqualTo("no such parent");
    }

    /// Splits that are committed apart number their rejects in the order of their commits.
    @EachPostgres
    void ofRejectsWithOneKeyTheLastInTheFileStays(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date)");
        var loading =
                loading(db, NAMED)
                        .file(
                                "things",
                                "id,name,changed\n1,first,2020-01-01\n2,two,2020-01-01\n"
                                        + "1,second,2020-01-01\n");
        loading.load();
        db.run(
                "ALTER TABLE lode.reject ALTER id DROP IDENTITY; UPDATE lode.reject SET id = 10 -"
                        + " id; ALTER TABLE thing ALTER COLUMN name TYPE text");
        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});
        assertThat(report.loaded()).isEqualTo(2);
        assertThat(db.rows("SELECT id::text, name FROM thing ORDER BY id"))
                .containsExactly(Db.row("1", "second"), Db.row("2", "two"));
    }

    @Test
    void aCorrectedRecordIsLoadedAndAWrongCorrectionStaysAReject(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name text, changed date)");
        var loading =
                loading(db, NAMED)
                        .file(
                                "things",
                                "id,name,changed\n1,one,2020-01-01\nx,two,2020-01-01\n"
                                        + "3,three,soon\n4,four,never\n5,five,later\n");
        loading.load();
        var ids = db.rows("SELECT id::text FROM lode.reject ORDER BY record");
        var file =
                Files.writeString(
                        folder.resolve("corrected.csv"),
                        "reject,encoding,raw\n"
                                + ids.get(0).getFirst()
                                + ",text,\"2,\"\"t,w\"\"\"\"o\"\",2020-01-01\"\n"
                                + ids.get(1).getFirst()
                                + ",base64,MyxkcmVpLDIwMjAtMDEtMDM=\n"
                                + ids.get(2).getFirst()
                                + ",text,\"4,four\"\n");
        var report = loading.retry().retry(CorrectedRecords.read(file), () -> {});

        assertThat(db.rows("SELECT id::text, name FROM thing ORDER BY id"))
                .containsExactly(Db.row("1", "one"), Db.row("2", "t,w\"o"), Db.row("3", "drei"));
        assertThat(report.loaded()).isEqualTo(2);
        assertThat(report.left()).isEqualTo(2);
        assertThat(
                        db.rows(
                                "SELECT state, count(*)::text FROM lode.reject GROUP BY 1 ORDER BY"
                                        + " 1"))
                .containsExactly(Db.row("open", "2"), Db.row("resolved", "2"));
        assertThat(
                        db.rows(
                                "SELECT convert_from(raw, 'UTF8') FROM lode.reject WHERE state ="
                                        + " 'open' AND record = 3"))
                .as("the wrong correction changes the reason, not the record that is kept")
                .containsExactly(Db.row("4,four,never\n"));
        assertThat(db.rows("SELECT inserted::text, rejected::text FROM lode.item"))
                .containsExactly(Db.row("3", "2"));
    }

    @Test
    void aRecordThatComesLateLosesAgainstLaterOnesOfItsFile(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(8), changed date)");
        var loading =
                loading(db, NAMED)
                        .with(splitsOf(20))
                        .file(
                                "things",
                                "id,name,changed\n1,too long,2020-01-01\n"
                                        + "2,much too long,2020-01-01\n"
                                        + "3,much too long,2020-01-05\n"
                                        + "2,last,2020-01-01\n"
                                        + "3,last,2020-01-01\n");
        loading.load();
        assertThat(db.value("SELECT count(*) FROM lode.split")).isEqualTo("5");
        db.run("ALTER TABLE thing ALTER COLUMN name TYPE text");

        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});

        assertThat(report.loaded()).isEqualTo(2);
        assertThat(db.rows("SELECT id::text, name FROM thing ORDER BY id"))
                .containsExactly(
                        Db.row("1", "too long"), Db.row("2", "last"), Db.row("3", "much too long"));
        assertThat(
                        db.rows(
                                "SELECT inserted::text, updated::text, superseded::text,"
                                        + " rejected::text FROM lode.item"))
                .containsExactly(Db.row("3", "1", "1", "0"));
    }

    @Test
    void anOlderStateDoesNotComeBack(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date)");
        loading(db, NAMED).file("things", "id,name,changed\n1,three,2020-01-01\n").load();
        var loading = loading(db, NAMED).file("things", "id,name,changed\n1,two,2020-01-01\n");
        loading.load();
        db.run("ALTER TABLE thing ALTER COLUMN name TYPE text");

        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});

        assertThat(report.loaded()).isZero();
        assertThat(report.lines().getFirst().note())
                .startsWith("another file was applied to the table since");
        assertThat(db.value("SELECT name FROM thing")).isEqualTo("two");
    }

    @Test
    void recordsKeptInPartAreNotTried(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date)");
        var small =
                new LoadSettings(
                        1,
                        CutSettings.DEFAULT,
                        new LoadLimits(4, Duration.ofSeconds(5)),
                        Duration.ofSeconds(60),
                        false);
        var loading =
                loading(db, NAMED)
                        .with(small)
                        .file("things", "id,name,changed\n1,much too long,2020-01-01\n");
        loading.load();
        db.run("ALTER TABLE thing ALTER COLUMN name TYPE text");

        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});

        assertThat(report.left()).isEqualTo(1);
        assertThat(report.lines().getFirst().note()).startsWith("kept in part only: 1;");
        assertThat(db.value("SELECT count(*) FROM thing")).isEqualTo("0");
    }

    @Test
    void aFileThatIsNoExportIsRefusedWithItsLine() throws Exception {
        var twice =
                Files.writeString(
                        folder.resolve("twice.csv"), "reject,encoding,raw\n1,text,a\n1,text,b\n");
        var other = Files.writeString(folder.resolve("other.csv"), "id,raw\n1,a\n");
        assertThatThrownBy(() -> CorrectedRecords.read(twice))
                .hasMessageContaining("twice.csv line 3: reject 1 is there twice");
        assertThatThrownBy(() -> CorrectedRecords.read(other))
                .hasMessageContaining("other.csv line 2: column encoding is missing");
        assertThatThrownBy(() -> CorrectedRecords.read(folder.resolve("absent.csv")))
                .hasMessageContaining("absent.csv: cannot be read");
    }

    @Test
    void severalItemsAreTriedAndEachToldAlone(Db db) throws Exception {
        db.run(
                "CREATE TABLE thing (id integer PRIMARY KEY, name varchar(3), changed date);"
                        + " CREATE TABLE part (id integer PRIMARY KEY, name varchar(3))");
        var loading =
                loading(db, NAMED + "  part: { item: parts, mode: append, key: [id] }\n")
                        .file("things", "id,name,changed\n1,three,2020-01-01\n")
                        .file("parts", "id,name\n1,four\n2,two\n");
        loading.load();
        db.run("ALTER TABLE part ALTER COLUMN name TYPE text");

        var report = loading.retry().retry(RejectRetry.open(loading.pack()), () -> {});

        assertThat(
                        report.lines().stream()
                                .collect(
                                        Collectors.toMap(
                                                RetryReport.Line::item,
                                                line -> line.loaded() + " of " + line.tried())))
                .isEqualTo(
                        Map.of(
                                "things-2026-06-30.csv",
                                "0 of 1",
                                "parts-2026-06-30.csv",
                                "1 of 1"));
    }

    private static LoadSettings splitsOf(int bytes) {
        return new LoadSettings(
                1,
                new CutSettings(
                        ByteSize.of(bytes),
                        CutSettings.DEFAULT.maxRecord(),
                        CutSettings.DEFAULT.lookAhead(),
                        CutSettings.DEFAULT.keptRaw(),
                        CutSettings.DEFAULT.maxDamage()),
                new LoadLimits(1 << 20, Duration.ofSeconds(5)),
                Duration.ofSeconds(60),
                false);
    }
}
