package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.Secret;
import dev.lode.core.pack.PackReader;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Damaged files and databases that refuse: each has its sentence, and nothing is lost.
@OnPostgres
class BadInputTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts }
            """;
    private static final String PACKED = PACK.replace("{date}.csv", "{date}.csv.bz2");
    private static final String TABLE =
            "CREATE TABLE court (id integer PRIMARY KEY, name text NOT NULL)";
    private static final int RECORDS = 8000;

    @TempDir Path folder;

    @Test
    void aTableWithoutAFileIsNamed(Db db) throws Exception {
        db.run(TABLE);
        var pack = PACK + "  docket: { item: dockets }\n";
        new Loading(db, folder, pack).file("courts", "id,name\n1,one\n");
        var read = PackReader.parse(folder, pack);
        assertThatThrownBy(
                        () ->
                                new FolderSnapshots(read)
                                        .choose(folder, read.tables(), Optional.empty()))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                .hasMessageContaining("dockets");
    }

    @Test
    void aFileOfNoBytesIsAnError(Db db) throws Exception {
        db.run(TABLE);
        assertThatThrownBy(new Loading(db, folder, PACK).file("courts", "")::load)
                .hasMessageContaining("holds nothing, not even a header (0 bytes stored)");
    }

    @Test
    void aCompressedFileOfNothingIsAnError(Db db) throws Exception {
        db.run(TABLE);
        var nothing = HexFormat.of().parseHex("425a683917724538509000000000");
        assertThatThrownBy(new Loading(db, folder, PACKED).file("courts", nothing)::load)
                .hasMessageContaining("holds nothing, not even a header (14 bytes stored)");
    }

    @Test
    void aTruncatedFileKeepsWhatWasReadAndAGoodOneOfItsNameCompletesIt(Db db) throws Exception {
        byte[] good = compress(records());
        damagedThenGood(db, Arrays.copyOf(good, good.length * 4 / 5), good);
    }

    @Test
    void aFlippedBitStopsBeforeItsBlockAndAGoodFileOfItsNameCompletesIt(Db db) throws Exception {
        byte[] good = compress(records());
        byte[] damaged = good.clone();
        damaged[good.length * 4 / 5] ^= 0x10;
        damagedThenGood(db, damaged, good);
    }

    private void damagedThenGood(Db db, byte[] damaged, byte[] good) throws Exception {
        db.run(TABLE);
        var loading = new Loading(db, folder, PACKED).with(splits(32 << 10));
        var reports = loading.file("courts", damaged).load();
        assertThat(reports).extracting(ItemReport::state).containsExactly(ItemReport.State.FAILED);
        var report = reports.getFirst();
        assertThat(report.failure()).contains(ErrorKind.DATA);
        assertThat(report.message()).contains("courts-2026-06-30.csv.bz2");
        long rows = Long.parseLong(db.value("SELECT count(*) FROM court"));
        assertThat(rows).isBetween(1000L, RECORDS - 1000L);
        assertThat(db.rows("SELECT state, message, inserted::text FROM lode.item"))
                .containsExactly(Db.row("failed", report.message(), String.valueOf(rows)));
        var counts = loading.file("courts", good).load().getFirst().counts();
        assertThat(counts).isEqualTo(new RowCounts(RECORDS, RECORDS - rows, 0, rows, 0, 0, 0, 0));
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo(String.valueOf(RECORDS));
        assertThat(db.value("SELECT count(*) FROM lode.reject")).isEqualTo("0");
    }

    @Test
    void aWrongHeaderIsAnErrorForEachOfItsColumns(Db db) throws Exception {
        db.run(TABLE);
        assertThatThrownBy(new Loading(db, folder, PACK).file("courts", "idd,title\n1,one\n")::load)
                .hasMessageContaining("column idd: is in the file and not in the table")
                .hasMessageContaining("did you mean 'id'?")
                .hasMessageContaining("column title: is in the file and not in the table")
                .hasMessageContaining("column name: is NOT NULL without a default");
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("0");
    }

    @Test
    void bytesThatAreNoTextAreRejectsWithTheirBytes(Db db) throws Exception {
        db.run(TABLE);
        var out = new ByteArrayOutputStream();
        out.writeBytes("id,name\n1,one\n2,".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[] {'a', (byte) 0xc3, 'b', '\n'});
        out.writeBytes("3,n\0l\n4,four\n".getBytes(StandardCharsets.UTF_8));
        assertThat(new Loading(db, folder, PACK).file("courts", out.toByteArray()).load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 2, 0, 0, 0, 0, 0, 2));
        assertThat(db.rows("SELECT id::text, name FROM court ORDER BY id"))
                .containsExactly(Db.row("1", "one"), Db.row("4", "four"));
        assertThat(
                        db.rows(
                                "SELECT record::text, encode(raw, 'hex') FROM lode.reject ORDER BY"
                                        + " record"))
                .containsExactly(Db.row("1", "322c61c3620a"), Db.row("2", "332c6e006c0a"));
    }

    @Test
    void aQuoteThatIsNotClosedIsOneReject(Db db) throws Exception {
        db.run(TABLE);
        assertThat(
                        new Loading(db, folder, PACK)
                                .file(
                                        "courts",
                                        """
                                        id,name
                                        "1","one"
                                        "2","open
                                        "3","three"
                                        "4","four"
                                        """)
                                .load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 3, 0, 0, 0, 0, 0, 1));
        assertThat(db.rows("SELECT id::text FROM court ORDER BY id"))
                .containsExactly(Db.row("1"), Db.row("3"), Db.row("4"));
    }

    @Test
    void aQuoteThatIsNotClosedAtTheEndIsOneReject(Db db) throws Exception {
        db.run(TABLE);
        assertThat(
                        new Loading(db, folder, PACK)
                                .file("courts", "id,name\n\"1\",\"one\"\n\"2\",\"open")
                                .load())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(2, 1, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void aMissingTableIsAnErrorWithTheCommandThatMakesIt(Db db) throws Exception {
        assertThatThrownBy(new Loading(db, folder, PACK).file("courts", "id,name\n1,one\n")::load)
                .hasMessageContaining("table court: the table is not in test")
                .hasMessageContaining("lode init test");
    }

    @Test
    void aServerThatIsDownIsSaidWithWhatToCheck(Db db) throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        var settings =
                new DatabaseSettings(
                        "127.0.0.1", free, db.database(), db.user(), Optional.empty(), Map.of());
        refuses(settings)
                .hasMessageContaining("127.0.0.1:" + free)
                .hasMessageContaining("check that the server runs and listens there");
    }

    @Test
    void aHostThatNobodyKnowsIsToldAsThat(Db db) {
        refuses(
                        new DatabaseSettings(
                                "no-such-host.invalid",
                                5432,
                                db.database(),
                                db.user(),
                                Optional.of(Secret.of(db.password().reveal())),
                                Map.of()))
                .hasMessageContaining("name is unknown")
                .hasMessageContaining("correct the host");
    }

    @Test
    void aWrongPasswordIsNeverShown(Db db) {
        var settings = settings(db, db.database(), db.user(), "wrong-secret-4711");
        refuses(settings)
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining("set the right password in DATABASE_URL, PGPASSWORD")
                .satisfies(
                        e -> {
                            for (Throwable t = e; t != null; t = t.getCause()) {
                                assertThat(t.toString()).doesNotContain("4711");
                            }
                        });
    }

    @Test
    void aMissingDatabaseIsSaidWithTheCommandThatMakesIt(Db db) {
        refuses(settings(db, "not_there", db.user(), db.password().reveal()))
                .hasMessageContaining("\"not_there\" does not exist")
                .hasMessageContaining("lode init --create-database");
    }

    @Test
    void aRoleWithoutRightsIsToldWhatItLacks(Db db) throws Exception {
        db.run(
                TABLE
                        + "; CREATE ROLE guest LOGIN PASSWORD 'guest-secret';"
                        + "REVOKE ALL ON SCHEMA public FROM PUBLIC");
        try {
            var database =
                    new Database(settings(db, db.database(), "guest", "guest-secret"), db.schema());
            var target = new TargetDatabase(database, "guest's database");
            assertThatThrownBy(target::migrateLedger)
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                    .hasMessageContaining("guest's database")
                    .hasMessageContaining("permission denied")
                    .hasMessageContaining("GRANT");
            var findings =
                    new Loading(db, folder, PACK)
                            .file("courts", "id,name\n1,one\n")
                            .over(database)
                            .check()
                            .findings();
            assertThat(findings.toString()).contains("guest").contains("GRANT");
        } finally {
            db.run("DROP OWNED BY guest; DROP ROLE guest");
        }
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refuses(
            DatabaseSettings settings) {
        var target = new TargetDatabase(new Database(settings, "public"), settings.describe());
        return assertThatThrownBy(target::server)
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE));
    }

    private static DatabaseSettings settings(Db db, String database, String user, String password) {
        return new DatabaseSettings(
                db.server().host(),
                db.server().port(),
                database,
                user,
                Optional.of(Secret.of(password)),
                Map.of());
    }

    /// Random enough that several blocks of bzip2 hold them.
    private static byte[] records() {
        var random = new Random(1);
        var text = new StringBuilder("id,name\n");
        byte[] name = new byte[50];
        for (int i = 0; i < RECORDS; i++) {
            random.nextBytes(name);
            text.append(i).append(',').append(HexFormat.of().formatHex(name)).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] compress(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(out, 1)) {
            bzip2.write(content);
        }
        return out.toByteArray();
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
