package dev.lode.engine.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What PostgreSQL has and what DuckDB reads from the exported file are the same.
class ParquetExportTest {
    private static final String TABLE =
            """
            CREATE DOMAIN money2 AS numeric(12, 2);
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE every_type (
                n integer, flag boolean, small smallint, whole integer, big bigint, single real,
                double double precision, dec numeric(12, 3), dec9 numeric(5), dec38 numeric(38, 19),
                free numeric, negative_scale numeric, dom money2, text text, varchar varchar(20),
                padded char(5), json json, jsonb jsonb, day date, local timestamp, moment timestamptz,
                uuid uuid, bytes bytea, words text[], grid integer[][], mood mood, clock time,
                span interval, addr inet);
            """;

    /// Extremes, what is odd, and NULL in every column.
    private static final String EXTREMES =
            """
            INSERT INTO every_type VALUES
            (1, true, -32768, -2147483648, -9223372036854775808, '-Infinity', 'Infinity', -999999999.999, -99999,
             -9999999999999999999.9999999999999999999, 'NaN', -1e100, -9999999999.99, '', E'\\t', 'a', '{"b" :  1, "a": [1]}',
             '{"b" :  1, "a": [1]}', 'infinity', '-infinity', 'infinity', '00000000-0000-0000-0000-000000000000', '\\x',
             '{}', '{{1,2},{3,4}}', 'sad', '24:00:00', '-1 year 2 mons -3 days', '::1'),
            (2, false, 32767, 2147483647, 9223372036854775807, 'NaN', '-0', 999999999.999, 99999,
             9999999999999999999.9999999999999999999, 1e-100, 1e100, 0.01, E'\u0001 "quoted", \\\\ é 𝄞 \n', 'x', 'abcde', '"é"',
             'null', '-infinity', 'infinity', '-infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '\\x00ff10',
             '{"a,b",NULL,"\\""}', '[0:1][1:1]={{1},{2}}', 'happy', '00:00:00', '1 us', '10.0.0.0/8'),
            (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
            (4, true, 0, 0, 0, 1.17549435e-38, 4.9e-324, 0, 0, 0, 0, 0, 0, 'x', 'y', '', '[]', '[]', '0044-03-15 BC',
             '0044-03-15 12:34:56.789012 BC', '0044-03-15 12:34:56.789012+00 BC', '123e4567-e89b-12d3-a456-426614174000',
             '\\xdeadbeef', '{a}', NULL, 'sad', '12:34:56.789', '1 day', '1.2.3.4'),
            (5, true, 1, 1, 1, 3.4028235e+38, 1.7976931348623157e+308, 1, 1, 1, 1, 1, 1, 'x', 'y', '', '1', '1',
             '5874897-12-31', '294246-12-31 23:59:59.999999', '294246-12-31 23:59:59.999999+00', NULL, NULL, NULL, NULL,
             NULL, NULL, NULL, NULL),
            (6, true, 1, 1, 1, 0.1, 0.1, 1, 1, 1, 1, 1, 1, 'x', 'y', '', '1', '1', '4713-01-01 BC',
             '4713-01-01 00:00:00 BC', '1883-11-18 12:03:57+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            INSERT INTO every_type (n, text, jsonb) SELECT 7, string_agg(md5(i::text), ''), to_jsonb(array_agg(i))
                FROM generate_series(1, 40000) i;
            INSERT INTO every_type (n, flag, small, whole, big, single, double, dec, text, day, local, moment)
                SELECT 7 + i, i % 2 = 0, i % 30000, i, i * 4000000000, i / 7.0, i / 3.0, i / 8.0,
                    CASE WHEN i % 5 > 0 THEN 'text ' || i % 100 END, '1900-01-01'::date + i,
                    '1900-01-01'::timestamp + i * interval '1 hour 1 us',
                    '1900-01-01 00:00Z'::timestamptz + i * interval '1 hour 1 us'
                FROM generate_series(1, 3000) i;
            """;

    /// A column as text that is the same on both sides.
    private record Compared(String column, String postgres, String duckdb) {
        static Compared plain(String column) {
            return new Compared(column, '"' + column + "\"::text", '"' + column + "\"::VARCHAR");
        }
    }

    private static final List<Compared> COLUMNS = columns();

    private static List<Compared> columns() {
        var all = new ArrayList<Compared>();
        for (String same :
                List.of(
                        "n",
                        "flag",
                        "small",
                        "whole",
                        "big",
                        "dec",
                        "dec9",
                        "dec38",
                        "free",
                        "negative_scale",
                        "dom",
                        "text",
                        "varchar",
                        "json",
                        "jsonb",
                        "uuid",
                        "words",
                        "grid",
                        "mood",
                        "clock",
                        "span",
                        "addr")) {
            all.add(Compared.plain(same));
        }
        all.add(new Compared("padded", "concat('<', padded, '>')", "concat('<', padded, '>')"));
        all.add(new Compared("bytes", "encode(bytes, 'hex')", "lower(hex(bytes))"));
        for (String time : List.of("day", "local", "moment")) {
            all.add(
                    new Compared(
                            time,
                            time + "::text",
                            "regexp_replace("
                                    + time
                                    + "::VARCHAR, '^(.*) .BC.(.*)$', '\\1\\2 BC')"));
        }
        return all;
    }

    @TempDir Path folder;

    private static Export export(Db db, Disk disk) {
        return new Export(
                new QueryCopy(new Database(Publishing.settings(db), db.schema()), "test"), disk);
    }

    private static ExportShape shape(String compress) {
        return ExportShape.of(Optional.of("parquet"), Optional.of(compress), "");
    }

    private Path exported(Db db, String sql, String compress) throws Exception {
        var file = folder.resolve(compress + ".parquet");
        export(db, Disk.LOCAL).run(sql, shape(compress), new ExportTarget.OfFile(file));
        return file;
    }

    private static Connection duckdb() throws SQLException {
        var connection = DriverManager.getConnection("jdbc:duckdb:");
        try (var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var all = new ArrayList<List<String>>();
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
            return all;
        }
    }

    private static List<List<String>> reals(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var all = new ArrayList<List<String>>();
            while (rows.next()) {
                float single = rows.getFloat(1);
                String first = rows.wasNull() ? "null" : Float.toString(single);
                double wide = rows.getDouble(2);
                all.add(List.of(first, rows.wasNull() ? "null" : Double.toString(wide)));
            }
            return all;
        }
    }

    private static String select(List<String> expressions, String from) {
        return "SELECT " + String.join(", ", expressions) + " FROM " + from;
    }

    @EachPostgres
    void everyValueOfEveryTypeIsTheServers(Db db) throws Exception {
        db.run(TABLE);
        db.run(EXTREMES);
        var file = exported(db, "SELECT * FROM every_type ORDER BY n DESC", "zstd");
        String parquet = "'" + file + "' ORDER BY file_row_number";
        try (var postgres = db.connect();
                var duckdb = duckdb()) {
            rows(postgres, "SELECT set_config('TimeZone', 'UTC', false)");
            rows(postgres, "SELECT set_config('IntervalStyle', 'iso_8601', false)");
            var read =
                    rows(duckdb, select(COLUMNS.stream().map(Compared::duckdb).toList(), parquet));
            var there =
                    rows(
                            postgres,
                            select(
                                    COLUMNS.stream().map(Compared::postgres).toList(),
                                    "every_type ORDER BY every_type.n DESC"));
            assertThat(read).hasSize(3007).hasSameSizeAs(there);
            for (int i = 0; i < there.size(); i++) {
                for (int c = 0; c < COLUMNS.size(); c++) {
                    assertThat(read.get(i).get(c))
                            .as(COLUMNS.get(c).column() + " of " + there.get(i).getFirst())
                            .isEqualTo(there.get(i).get(c));
                }
            }
            assertThat(reals(duckdb, "SELECT single, double FROM " + parquet))
                    .isEqualTo(
                            reals(
                                    postgres,
                                    "SELECT single, double FROM every_type ORDER BY n DESC"));
            assertThat(
                            rows(
                                    duckdb,
                                    "SELECT string_agg(column_name || ' ' || column_type, ', ')"
                                            + " FROM (DESCRIBE SELECT * FROM '"
                                            + file
                                            + "')"))
                    .containsExactly(
                            List.of(
                                    "n INTEGER, flag BOOLEAN, small SMALLINT, whole INTEGER, big"
                                        + " BIGINT, single FLOAT, double DOUBLE, dec DECIMAL(12,3),"
                                        + " dec9 DECIMAL(5,0), dec38 DECIMAL(38,19), free VARCHAR,"
                                        + " negative_scale VARCHAR, dom DECIMAL(12,2), text"
                                        + " VARCHAR, varchar VARCHAR, padded VARCHAR, json JSON,"
                                        + " jsonb JSON, day DATE, local TIMESTAMP, moment TIMESTAMP"
                                        + " WITH TIME ZONE, uuid UUID, bytes BLOB, words VARCHAR,"
                                        + " grid VARCHAR, mood VARCHAR, clock VARCHAR, span"
                                        + " VARCHAR, addr VARCHAR"));
        }
    }

    @Test
    @OnPostgres
    void rowsAreTheSameWithEveryCodecAndAnEmptyResultHasItsColumns(Db db) throws Exception {
        String sql = "SELECT i AS id, md5(i::text) AS sum FROM generate_series(1, 5000) i";
        try (var postgres = db.connect();
                var duckdb = duckdb()) {
            for (String codec : List.of("none", "snappy", "gzip", "zstd")) {
                var file = exported(db, sql, codec);
                assertThat(rows(duckdb, "SELECT * FROM '" + file + "'"))
                        .isEqualTo(rows(postgres, sql));
            }
            var empty = exported(db, "SELECT 1 AS one, 'x' AS two WHERE false", "zstd");
            assertThat(
                            rows(
                                    duckdb,
                                    "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '"
                                            + empty
                                            + "')"))
                    .containsExactly(List.of("one", "INTEGER"), List.of("two", "VARCHAR"));
            assertThat(rows(duckdb, "SELECT * FROM '" + empty + "'")).isEmpty();
        }
    }

    @Test
    @OnPostgres
    void operatorsWithAQuestionMarkAndTwoColumnsOfOneNameAreTold(Db db) throws Exception {
        try (var duckdb = duckdb()) {
            var file = exported(db, "SELECT '{\"a\": 1}'::jsonb ? 'a' AS has;", "none");
            assertThat(rows(duckdb, "SELECT has FROM '" + file + "'"))
                    .containsExactly(List.of("true"));
        }
        assertThatThrownBy(() -> exported(db, "SELECT 1 AS a, 2 AS a", "gzip"))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
                .hasMessageContaining("two columns are called \"a\"");
        assertThat(folder.resolve("gzip.parquet")).doesNotExist();
    }

    @Test
    @OnPostgres
    void aValueThatATypeCannotHoldEndsTheExportAndLeavesTheOlderFile(Db db) throws Exception {
        var file = Files.writeString(folder.resolve("zstd.parquet"), "older");
        for (var wrong :
                List.of(
                        "SELECT CASE WHEN i < 3000 THEN i ELSE 'NaN'::numeric END::numeric(8, 2) AS"
                                + " price FROM generate_series(1, 3000) i",
                        "SELECT '294276-12-31 00:00'::timestamp AS late")) {
            assertThatThrownBy(() -> exported(db, wrong, "zstd"))
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                    .hasMessageContaining("take the column as text with a cast");
            assertThat(folder).isDirectoryContaining(file::equals);
            assertThat(file).hasContent("older");
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    @Test
    @OnPostgres
    void aDiskThatRefusesAnythingLeavesTheOlderFileAndNothingElse(Db db) throws Exception {
        var file = folder.resolve("rows.parquet");
        boolean failed = true;
        for (int nth = 2; failed; nth++) {
            Files.writeString(file, "older");
            var disk = new FailingDisk(Disk.LOCAL, nth, "No space left on device");
            try {
                export(db, disk)
                        .run(
                                "SELECT i, md5(i::text) AS sum FROM generate_series(1, 20000) i",
                                shape("none"),
                                new ExportTarget.OfFile(file));
            } catch (LodeException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE);
            }
            failed = disk.hasFailed();
            try (var files = Files.list(folder)) {
                assertThat(files).as("call " + nth).containsExactly(file);
            }
            if (!failed
                    || !Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                            .equals("older")) {
                try (var duckdb = duckdb()) {
                    assertThat(rows(duckdb, "SELECT count(*), sum(i) FROM '" + file + "'"))
                            .containsExactly(List.of("20000", "200010000"));
                }
            }
        }
    }

    @Test
    @OnPostgres
    void streamsAndObjectsOfSeveralPartsHaveTheSameBytesAsAFile(Db db) throws Exception {
        String sql = "SELECT i, repeat(md5(i::text), 20) AS text FROM generate_series(1, 30000) i";
        byte[] file = Files.readAllBytes(exported(db, sql, "none"));
        var out = new ByteArrayOutputStream();
        var streamed =
                export(db, Disk.LOCAL).run(sql, shape("none"), new ExportTarget.OfStream(out));
        assertThat(streamed).isEqualTo(new Export.Report(30_000, file.length));
        assertThat(out.toByteArray()).isEqualTo(file);
        var server = TestBucket.fresh();
        var settings =
                S3Settings.anonymous(server.name(), "big.parquet", "us-east-1")
                        .at(server.endpoint());
        var retry =
                Retry.of(
                        new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2)),
                        new Random(1));
        export(db, Disk.LOCAL).run(sql, shape("none"), new ExportTarget.OfObject(settings, retry));
        try (var bucket = S3Bucket.of(settings, retry)) {
            assertThat(bucket.length("big.parquet")).hasValue((long) file.length);
        }
    }

    @Test
    void theNameSaysTheFormatAndWhatDoesNotFitIsRefused() {
        assertThat(ExportShape.of(Optional.empty(), Optional.empty(), "rows.PARQUET"))
                .isEqualTo(
                        new ExportShape(ExportShape.Format.PARQUET, ExportShape.Compression.ZSTD));
        assertThatThrownBy(
                        () -> ExportShape.of(Optional.empty(), Optional.empty(), "rows.parquet.gz"))
                .hasMessageContaining("Parquet is inside");
        assertThatThrownBy(
                        () -> ExportShape.of(Optional.of("csv"), Optional.of("snappy"), "rows.csv"))
                .hasMessageContaining("snappy is for parquet");
    }
}
