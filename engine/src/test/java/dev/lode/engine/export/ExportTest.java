package dev.lode.engine.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;

import de.siegmar.fastcsv.reader.CsvReader;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.engine.publish.Publishing;
import dev.lode.postgres.Database;
import dev.lode.postgres.query.QueryCopy;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.s3.S3Bucket;
import dev.lode.source.s3.S3Settings;
import dev.lode.store.Disk;
import dev.lode.testkit.disk.FailingDisk;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;

class ExportTest {
    private static final String ROWS =
            "SELECT * FROM (VALUES (3, 'a \"b\", c', '2020-02-29'::date, true), (1, '', NULL,"
                    + " false), (2, E'two\\n"
                    + "lines \\\\ é', '0001-01-01 BC', NULL)) v (id, text, day, flag) ORDER BY id"
                    + " DESC;";

    @TempDir Path folder;

    private static Export export(Db db, Disk disk) {
        return new Export(
                new QueryCopy(new Database(Publishing.settings(db), db.schema()), "test"), disk);
    }

    private static ExportShape shape(String name) {
        return ExportShape.of(Optional.empty(), Optional.empty(), name);
    }

    private String written(Db db, String name) throws Exception {
        var file = folder.resolve(name);
        export(db, Disk.LOCAL).run(ROWS, shape(name), new ExportTarget.OfFile(file));
        byte[] bytes = Files.readAllBytes(file);
        try (var in =
                name.endsWith(".gz")
                        ? new GZIPInputStream(new ByteArrayInputStream(bytes))
                        : name.endsWith(".zst")
                                ? new ZstdInputStream(new ByteArrayInputStream(bytes))
                                : new ByteArrayInputStream(bytes)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @EachPostgres
    void columnsAndOrderAreTheQuerysInEveryShape(Db db) throws Exception {
        String csv =
                "id,text,day,flag\n"
                        + "3,\"a \"\"b\"\", c\",2020-02-29,t\n"
                        + "2,\"two\n"
                        + "lines \\ é\",0001-01-01 BC,\n"
                        + "1,\"\",,f\n";
        assertThat(written(db, "rows.csv")).isEqualTo(csv);
        assertThat(written(db, "rows.csv.gz")).isEqualTo(csv);
        assertThat(written(db, "rows.csv.zst")).isEqualTo(csv);
        assertThat(written(db, "rows.jsonl.gz"))
                .isEqualTo(
                        """
                        {"id":3,"text":"a \\"b\\", c","day":"2020-02-29","flag":true}
                        {"id":2,"text":"two\\nlines \\\\ é","day":"0001-01-01 BC","flag":null}
                        {"id":1,"text":"","day":null,"flag":false}
                        """);
        assertThat(CsvReader.builder().ofNamedCsvRecord(csv).stream())
                .extracting(record -> record.getField("text"))
                .containsExactly("a \"b\", c", "two\nlines \\ é", "");
    }

    private String refusal(Db db, String query, String name) {
        var file = folder.resolve(name);
        var thrown =
                assertThatThrownBy(
                        () ->
                                export(db, Disk.LOCAL)
                                        .run(query, shape(name), new ExportTarget.OfFile(file)));
        var message = new String[1];
        thrown.isInstanceOfSatisfying(
                LodeException.class,
                e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.USAGE);
                    message[0] = e.getMessage();
                });
        assertThat(file).doesNotExist();
        return message[0];
    }

    @Test
    @OnPostgres
    void columnsOfOneNameAreRefusedWhereReadersWouldLoseOne(Db db) throws Exception {
        String query = "SELECT 1 AS id, 2 AS id";
        assertThat(refusal(db, query, "x.jsonl"))
                .contains("two columns are called \"id\"", "with AS");
        assertThat(refusal(db, query, "x.parquet")).contains("two columns are called \"id\"");
        var out = new ByteArrayOutputStream();
        export(db, Disk.LOCAL).run(query, shape("x.csv"), new ExportTarget.OfStream(out));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("id,id\n1,2\n");
    }

    @Test
    @OnPostgres
    void whatIsNoQueryIsRefusedByItsName(Db db) throws Exception {
        for (String name : List.of("x.csv", "x.jsonl", "x.parquet")) {
            assertThat(refusal(db, "DROP TABLE court", name))
                    .contains("\"DROP TABLE court\" is no query of rows");
        }
        assertThat(refusal(db, "", "x.csv")).contains("\"\" is no query of rows");
        var out = new ByteArrayOutputStream();
        for (String query :
                List.of(
                        "-- all of it\n/* SELECT * nothing */ (select 1 AS one);",
                        "WITH a AS (SELECT 1 AS one) TABLE a",
                        "SELECT column1 AS one FROM (VALUES (1)) v")) {
            out.reset();
            export(db, Disk.LOCAL).run(query, shape("x.csv"), new ExportTarget.OfStream(out));
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\n1\n");
        }
    }

    @Test
    void aNameThatDoesNotSayTheFormatIsRefused() {
        for (String name : List.of("rows.txt", "rows.tsv.gz", "s3://bucket/rows.xlsx")) {
            assertThatThrownBy(() -> shape(name))
                    .isInstanceOf(LodeException.class)
                    .hasMessageContaining("\"" + name + "\" does not say in which format");
        }
        assertThat(ExportShape.of(Optional.of("csv"), Optional.empty(), "rows.txt").format())
                .isEqualTo(ExportShape.Format.CSV);
        for (String name : List.of("", "-", "/dev/stdout", "s3://my.bucket/rows")) {
            assertThat(shape(name).format()).isEqualTo(ExportShape.Format.CSV);
        }
    }

    @Test
    @OnPostgres
    void anEmptyResultHasItsHeader(Db db) throws Exception {
        var out = new ByteArrayOutputStream();
        var report =
                export(db, Disk.LOCAL)
                        .run(
                                "SELECT 1 AS one WHERE false",
                                shape("x.csv"),
                                new ExportTarget.OfStream(out));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\n");
        assertThat(report).isEqualTo(new Export.Report(0, 4));
    }

    @Test
    @OnPostgres
    void aDiskThatRefusesAnythingLeavesTheOlderFileAndNothingElse(Db db) throws Exception {
        var file = folder.resolve("rows.csv");
        String query = "SELECT i, md5(i::text) FROM generate_series(1, 20000) i";
        boolean failed = true;
        for (int nth = 2; failed; nth++) {
            Files.writeString(file, "older");
            var disk = new FailingDisk(Disk.LOCAL, nth, "No space left on device");
            try {
                export(db, disk).run(query, shape("rows.csv"), new ExportTarget.OfFile(file));
            } catch (LodeException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE);
            }
            failed = disk.hasFailed();
            try (var files = Files.list(folder)) {
                assertThat(files).as("call " + nth).containsExactly(file);
            }
            assertThat(Files.size(file)).as("call " + nth).isIn(5L, 768_900L);
        }
        assertThat(Files.size(file)).isEqualTo(768_900L);
    }

    @Test
    @OnPostgres
    void aReaderThatGoesAwayStopsTheQuery(Db db) {
        var gone =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        assertThatThrownBy(
                        () ->
                                export(db, Disk.LOCAL)
                                        .run(
                                                "SELECT generate_series(1, 2000000000)",
                                                shape("x.csv"),
                                                new ExportTarget.OfStream(gone)))
                .hasMessageContaining("went away (broken pipe)");
        // A backend that was told to stop needs a moment for it.
        db.run(
                """
                DO $$ BEGIN
                    FOR round IN 1..1000 LOOP
                        PERFORM pg_stat_clear_snapshot();
                        EXIT WHEN NOT EXISTS (
                            SELECT FROM pg_stat_activity
                            WHERE application_name = 'lode export' AND state = 'active');
                        PERFORM pg_sleep(0.01);
                    END LOOP;
                END $$
                """);
        assertThat(
                        db.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                                        + " 'lode export' AND state = 'active'"))
                .isEqualTo("0");
    }

    @Test
    @OnPostgres
    void aWrongQueryOrOneThatWritesIsRefused(Db db) {
        db.run("CREATE TABLE t (id integer)");
        for (String wrong :
                new String[] {
                    "SELECT nothing", "SELEC 1", "INSERT INTO t VALUES (1) RETURNING id"
                }) {
            var file = folder.resolve("no.csv");
            assertThatThrownBy(
                            () ->
                                    export(db, Disk.LOCAL)
                                            .run(
                                                    wrong,
                                                    shape("no.csv"),
                                                    new ExportTarget.OfFile(file)))
                    .as(wrong)
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE));
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    @OnPostgres
    void objectsOfSeveralPartsAreWhole(Db db) throws Exception {
        var server = TestBucket.fresh();
        var settings =
                S3Settings.anonymous(server.name(), "big.csv", "us-east-1").at(server.endpoint());
        var retry =
                Retry.of(
                        new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2)),
                        new Random(1));
        var report =
                export(db, Disk.LOCAL)
                        .run(
                                "SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 30000)"
                                        + " i",
                                shape("big.csv"),
                                new ExportTarget.OfObject(settings, retry));
        assertThat(report.rows()).isEqualTo(30_000);
        try (var bucket = S3Bucket.of(settings, retry)) {
            assertThat(bucket.length("big.csv")).hasValue(report.bytes());
        }
    }
}
