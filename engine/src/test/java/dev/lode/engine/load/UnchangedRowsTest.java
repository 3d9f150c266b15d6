package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.RowCounts;
import dev.lode.core.Secret;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.load.CopyWay;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.postgres.vanish.VanishedReport;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What of a next snapshot travels to the server, and that nobody can tell from the table.
class UnchangedRowsTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              opinion: { item: opinions, key: [id], vanished: delete }
            """;
    private static final String TABLE =
            "CREATE TABLE opinion (id bigint PRIMARY KEY, filed timestamptz, short varchar(40),"
                    + " body text, extra jsonb);";
    private static final String HEAD = "id,filed,short,body,extra\n";

    @TempDir Path folder;

    private Snapshots snapshots(Db db) throws Exception {
        return new Snapshots(db, folder, PACK, TABLE)
                .with(
                        LoadSettings.standard()
                                .with(new CopySettings(Optional.of(CopyWay.BINARY), 1)));
    }

    /// Batches of two records, three of which are compared side by side.
    private Snapshots beside(Db db) throws Exception {
        return new Snapshots(db, folder, PACK, TABLE).with(besideOneAnother(CopyWay.BINARY));
    }

    private static LoadSettings besideOneAnother(CopyWay way) {
        var cut = CutSettings.DEFAULT;
        return new LoadSettings(
                        1,
                        new CutSettings(
                                ByteSize.of(1000),
                                cut.maxRecord(),
                                cut.lookAhead(),
                                cut.keptRaw(),
                                cut.maxDamage()),
                        LoadLimits.DEFAULT,
                        Duration.ofSeconds(60),
                        false)
                .with(new CopySettings(Optional.of(way), 3));
    }

    private static String body(int id) {
        return ("the opinion of the court in case " + id + ", ").repeat(20);
    }

    private static String line(int id, String body) {
        return id + ",2026-01-02 03:04:05+00,case " + id + ",\"" + body + "\",\n";
    }

    private static String file(int from, int to, IntFunction<String> line) {
        return HEAD + IntStream.range(from, to).mapToObj(line).collect(Collectors.joining());
    }

    /// Rows that were sent as values while a snapshot was loaded.
    private long staged(Snapshots snapshots, LocalDate date) throws Exception {
        var dump = folder.resolve("copies.jfr");
        try (var recording = new Recording()) {
            recording.enable("dev.lode.Copy").withoutThreshold();
            recording.start();
            assertThat(snapshots.load(date).exitCode()).isZero();
            recording.stop();
            recording.dump(dump);
        }
        return RecordingFile.readAllEvents(dump).stream()
                .filter(event -> event.getEventType().getName().equals("dev.lode.Copy"))
                .filter(event -> event.getString("table").contains("lode stage"))
                .mapToLong(event -> event.getLong("rows"))
                .sum();
    }

    @EachPostgres
    void onlyRowsThatChangedOrAreNewTravel(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 1000, id -> line(id, body(id))))
                        .file(
                                "opinions",
                                SECOND,
                                file(5, 1003, id -> line(id, body(id == 77 ? 78 : id))));
        snapshots.load(FIRST);
        var before = db.rows("SELECT ctid::text, xmin FROM opinion WHERE id > 4 AND id <> 77");
        assertThat(staged(snapshots, SECOND)).isEqualTo(4);
        assertThat(
                        db.rows(
                                "SELECT ctid::text, xmin FROM opinion WHERE id < 1000 AND id <>"
                                        + " 77"))
                .isEqualTo(before);
        assertThat(db.value("SELECT count(*) FROM opinion WHERE body = '" + body(78) + "'"))
                .isEqualTo("2");
        assertThat(db.rows("SELECT count(*), min(id), max(id) FROM opinion"))
                .containsExactly(Db.row("998", "5", "1002"));
    }

    @EachPostgres
    void keysOfUnchangedRowsAreSeen(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 1000, id -> line(id, body(id))))
                        .file("opinions", SECOND, file(3, 1000, id -> line(id, body(id))));
        snapshots.load(FIRST);
        var report = snapshots.load(SECOND);
        assertThat(report.items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(997, 0, 0, 997, 0, 0, 0, 0));
        assertThat(report.next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(3L);
    }

    /// Each key comes twice, with another row first and then with the one that the table has, in
    /// batches that are compared beside each other: the later one is the row.
    @EachPostgres
    void whatAnEarlierBatchWroteIsNoticedByThoseThatWereComparedBefore(Db db) throws Exception {
        int keys = 60;
        var pairs = new StringBuilder(HEAD);
        for (int id = 0; id < keys; id++) {
            pairs.append(line(id, body(id + 1000))).append(line(id + keys, body(id + keys)));
            pairs.append(line(id, body(id))).append(line(id + 2 * keys, body(id + 2 * keys)));
        }
        var snapshots =
                beside(db)
                        .file("opinions", FIRST, file(0, 3 * keys, id -> line(id, body(id))))
                        .file("opinions", SECOND, pairs.toString());
        snapshots.load(FIRST);
        var counts = snapshots.load(SECOND).items().getFirst().counts();
        assertThat(
                        db.value(
                                "SELECT count(*) FROM opinion WHERE body NOT LIKE '% case ' || id"
                                        + " || ', %'"))
                .isEqualTo("0");
        assertThat(counts.balanced()).isTrue();
        assertThat(counts.updated()).isEqualTo(2L * keys);
    }

    @EachPostgres
    void whatAnotherWriterChangesAfterTheLookIsPutBack(Db db) throws Exception {
        var snapshots =
                beside(db)
                        .file("opinions", FIRST, file(0, 6, id -> line(id, body(id))))
                        .file(
                                "opinions",
                                SECOND,
                                file(0, 6, id -> line(id, body(id == 0 ? 1000 : id))));
        snapshots.load(FIRST);
        try (var other = db.connect();
                var statement = other.createStatement();
                var load = Executors.newSingleThreadExecutor()) {
            other.setAutoCommit(false);
            // The first batch has to wait with its write; those behind it wait for their turn.
            statement.execute("SELECT FROM opinion WHERE id = 0 FOR UPDATE");
            var report = load.submit(() -> snapshots.load(SECOND));
            awaitLooks(db, 3);
            db.run("UPDATE opinion SET short = 'other' WHERE id IN (3, 4)");
            other.rollback();
            assertThat(report.get().items())
                    .extracting(ItemReport::counts)
                    .containsExactly(new RowCounts(6, 0, 3, 3, 0, 0, 0, 0));
        }
        assertThat(db.value("SELECT count(*) FROM opinion WHERE short = 'case ' || id"))
                .isEqualTo("6");
    }

    /// Afterwards other rows lie where those were that were compared, and all are of one writer.
    @EachPostgres
    void rowsThatAreMovedAfterTheLookAreComparedAgain(Db db) throws Exception {
        snapshots(db).file("opinions", FIRST, file(0, 6, id -> line(id, body(id)))).load(FIRST);
        var snapshots =
                beside(db)
                        .file(
                                "opinions",
                                SECOND,
                                file(0, 6, id -> line(id, body(id == 0 ? 1000 : id))));
        try (var other = db.connect();
                var statement = other.createStatement();
                var threads = Executors.newFixedThreadPool(2)) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM opinion WHERE id = 0 FOR UPDATE");
            var report = threads.submit(() -> snapshots.load(SECOND));
            awaitLooks(db, 3);
            db.run("UPDATE opinion SET short = 'other' WHERE id = 3");
            db.run("DELETE FROM opinion WHERE id = 2");
            // Waits for the first batch, and those behind it wait for this.
            var rewritten = threads.submit(() -> db.run("VACUUM FULL opinion"));
            await(
                    db,
                    "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT"
                            + " granted",
                    "1");
            other.rollback();
            assertThat(report.get().items())
                    .extracting(ItemReport::counts)
                    .containsExactly(new RowCounts(6, 1, 2, 3, 0, 0, 0, 0));
            rewritten.get();
        }
        assertThat(db.value("SELECT count(*) FROM opinion WHERE short = 'case ' || id"))
                .isEqualTo("6");
    }

    /// The higher version is the row that the table has, and nothing is written for it.
    @EachPostgres
    void aLaterRecordOfALowerVersionDoesNotBeatARowThatWasFoundUnchanged(Db db) throws Exception {
        for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
            db.run("DROP TABLE IF EXISTS opinion; DROP SCHEMA IF EXISTS lode CASCADE");
            var again = new StringBuilder(file(0, 20, id -> line(id, body(id))));
            IntStream.range(0, 20)
                    .forEach(id -> again.append(line(id, body(1000)).replace("2026-", "2025-")));
            var snapshots =
                    new Snapshots(
                                    db,
                                    folder,
                                    PACK.replace("key: [id]", "key: [id], version: filed"),
                                    TABLE)
                            .with(besideOneAnother(way))
                            .file("opinions", FIRST, file(0, 20, id -> line(id, body(id))))
                            .file("opinions", SECOND, again.toString());
            snapshots.load(FIRST);
            assertThat(snapshots.load(SECOND).items())
                    .as("%s", way)
                    .extracting(ItemReport::counts)
                    .containsExactly(new RowCounts(40, 0, 0, 20, 20, 0, 0, 0));
            assertThat(
                            db.value(
                                    "SELECT count(*) FROM opinion WHERE extract(year FROM filed) ="
                                            + " 2026"))
                    .isEqualTo("20");
        }
    }

    @EachPostgres
    void aPartitionedTableTakesTheNextSnapshot(Db db) throws Exception {
        String table =
                TABLE.replace("jsonb);", "jsonb) PARTITION BY HASH (id);")
                        + "CREATE TABLE half PARTITION OF opinion FOR VALUES WITH (MODULUS 2,"
                        + " REMAINDER 0); CREATE TABLE other PARTITION OF opinion FOR VALUES WITH"
                        + " (MODULUS 2, REMAINDER 1);";
        for (String changes : List.of("", ", changes: record")) {
            for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
                db.run("DROP TABLE IF EXISTS opinion; DROP SCHEMA IF EXISTS lode CASCADE;" + table);
                var snapshots =
                        new Snapshots(
                                        db,
                                        folder,
                                        PACK.replace("key: [id]", "key: [id]" + changes),
                                        TABLE)
                                .with(besideOneAnother(way))
                                .file("opinions", FIRST, file(0, 30, id -> line(id, body(id))))
                                .file(
                                        "opinions",
                                        SECOND,
                                        file(
                                                0,
                                                33,
                                                id -> line(id, body(id % 10 == 0 ? 1000 : id))));
                snapshots.load(FIRST);
                assertThat(snapshots.load(SECOND).items())
                        .as("%s %s", way, changes)
                        .extracting(ItemReport::counts)
                        .containsExactly(new RowCounts(33, 3, 3, 27, 0, 0, 0, 0));
                assertThat(
                                db.value(
                                        "SELECT count(*) FROM opinion WHERE body = '"
                                                + body(1000)
                                                + "'"))
                        .isEqualTo("4");
            }
        }
        assertThat(
                        db.rows(
                                "SELECT op, count(*) FROM lode.changed WHERE key IS NOT NULL AND"
                                        + " run_id = (SELECT max(id) FROM lode.run) GROUP BY op"
                                        + " ORDER BY op"))
                .containsExactly(Db.row("insert", "3"), Db.row("update", "3"));
    }

    /// What a look found is in a table of its connection once its transaction is over.
    private static void awaitLooks(Db db, int looks) {
        await(
                db,
                "SELECT count(*) FROM pg_class WHERE relname = 'lode found'",
                String.valueOf(looks));
    }

    private static void await(Db db, String query, String expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String found = "";
        while (!found.equals(expected)) {
            assertThat(System.nanoTime()).describedAs(query + ": " + found).isLessThan(deadline);
            found = db.value(query);
        }
    }

    @EachPostgres
    void anItemThatGetsNoSecondConnectionGoesOnWithOne(Db db) throws Exception {
        String role = "one_" + db.schema();
        db.run(
                "CREATE ROLE "
                        + role
                        + " LOGIN PASSWORD 'secret' CONNECTION LIMIT 20; GRANT ALL ON DATABASE "
                        + db.database()
                        + " TO "
                        + role
                        + "; GRANT ALL ON SCHEMA "
                        + db.schema()
                        + " TO "
                        + role);
        var settings = Loading.settings(db);
        var hoard = new Hoard(db, role);
        var snapshots =
                beside(db)
                        .over(
                                new Database(
                                        new DatabaseSettings(
                                                settings.host(),
                                                settings.port(),
                                                settings.database(),
                                                role,
                                                Optional.of(Secret.of("secret")),
                                                Map.of()),
                                        db.schema()))
                        .listening(hoard)
                        .file("opinions", FIRST, file(0, 40, id -> line(id, body(id))))
                        .file(
                                "opinions",
                                SECOND,
                                file(0, 40, id -> line(id, body(id % 10 == 0 ? 1000 : id))));
        snapshots.load(FIRST);
        hoard.begin();
        try {
            assertThat(snapshots.load(SECOND).items())
                    .extracting(ItemReport::counts)
                    .containsExactly(new RowCounts(40, 0, 4, 36, 0, 0, 0, 0));
            assertThat(hoard.refused).isTrue();
        } finally {
            hoard.end();
            db.run("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
        }
    }

    /// Takes all connections that are left when an item begins, but one.
    private static final class Hoard implements RunListener {
        private final Db db;
        private final String role;
        private final Deque<Connection> taken = new ArrayDeque<>();
        private boolean begun;
        private boolean refused;

        Hoard(Db db, String role) {
            this.db = db;
            this.role = role;
        }

        void begin() {
            begun = true;
        }

        @Override
        public void on(RunEvent event) {
            if (!begun || !(event instanceof RunEvent.ItemStarted)) {
                return;
            }
            try {
                while (true) {
                    taken.push(DriverManager.getConnection(db.jdbcUrl(), role, "secret"));
                }
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("53300");
                refused = true;
            }
            try {
                taken.pop().close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        void end() throws SQLException {
            for (var connection : taken) {
                connection.close();
            }
        }
    }

    @EachPostgres
    void aRowOfManyMegabytesIsComparedToItsLastByte(Db db) throws Exception {
        String huge = "0123456789 é \"\"quoted\"\"\n".repeat(150_000);
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, huge + "a") + line(2, huge + "b"))
                        .file("opinions", SECOND, HEAD + line(1, huge + "a") + line(2, huge + "c"));
        snapshots.load(FIRST);
        assertThat(staged(snapshots, SECOND)).isEqualTo(1);
        assertThat(db.rows("SELECT id, right(body, 1) FROM opinion ORDER BY id"))
                .containsExactly(Db.row("1", "a"), Db.row("2", "c"));
    }

    /// A batch with a record beyond the bound is staged whole, and is no less right.
    @OnPostgres
    @Test
    void aRowBeyondTheBoundIsNotHeldInMemoryAsAWhole(Db db) throws Exception {
        String huge = "0123456789abcde\n".repeat(17 << 16);
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, huge) + line(2, body(2)))
                        .file("opinions", SECOND, HEAD + line(1, huge) + line(2, body(3)));
        snapshots.load(FIRST);
        assertThat(staged(snapshots, SECOND)).isPositive();
        assertThat(db.rows("SELECT id, length(body) FROM opinion ORDER BY id"))
                .containsExactly(
                        Db.row("1", String.valueOf(huge.length())),
                        Db.row("2", String.valueOf(body(3).length())));
    }

    @EachPostgres
    void whatAnotherWriterChangedIsPutBack(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 300, id -> line(id, body(id))))
                        .file("opinions", SECOND, file(0, 301, id -> line(id, body(id))));
        snapshots.load(FIRST);
        db.run("UPDATE opinion SET body = body || ' ' WHERE id = 7");
        db.run("UPDATE opinion SET short = NULL WHERE id = 8");
        db.run("UPDATE opinion SET filed = filed + interval '1 microsecond' WHERE id = 9");
        db.run("UPDATE opinion SET extra = 'null' WHERE id = 10");
        assertThat(staged(snapshots, SECOND)).isEqualTo(5);
        assertThat(
                        db.value(
                                "SELECT count(*) FROM opinion WHERE body LIKE '%, ' AND short ="
                                        + " 'case ' || id AND filed = '2026-01-02 03:04:05Z' AND"
                                        + " extra IS NULL"))
                .isEqualTo("301");
    }

    /// The same row first and another after it: the last one is the row.
    @EachPostgres
    void recordsOfOneKeyGoByTheirOrder(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, body(1)) + line(2, body(2)))
                        .file(
                                "opinions",
                                SECOND,
                                HEAD
                                        + line(1, body(1))
                                        + line(1, body(100))
                                        + line(2, body(200))
                                        + line(2, body(2)));
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 0, 1, 1, 2, 0, 0, 0));
        assertThat(db.rows("SELECT id, body FROM opinion ORDER BY id"))
                .containsExactly(Db.row("1", body(100)), Db.row("2", body(2)));
    }

    /// A digest cannot know them: the values are compared.
    @EachPostgres
    void equalValuesInAnotherSpellingAreUnchanged(Db db) throws Exception {
        String body = body(1);
        var snapshots =
                snapshots(db)
                        .file(
                                "opinions",
                                FIRST,
                                HEAD
                                        + "1,2026-01-02 03:04:05+00,x,"
                                        + body.replace(",", ";")
                                        + ",\"{\"\"a\"\": 1, \"\"b\"\": 2}\"\n")
                        .file(
                                "opinions",
                                SECOND,
                                HEAD
                                        + "01,2026-01-02 05:04:05+02,x,"
                                        + body.replace(",", ";")
                                        + ",\"{\"\"b\"\":2,\"\"a\"\":1}\"\n");
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(1, 0, 0, 1, 0, 0, 0, 0));
    }

    @EachPostgres
    void aRecordThatTheServerRefusesIsRejectedAlone(Db db) throws Exception {
        var lines =
                List.of(
                        line(1, body(1)),
                        "2,2026-01-02 03:04:05+00,y,\"" + body(2) + "\",\"{bad\"\n",
                        line(3, body(3)));
        var snapshots =
                new Snapshots(db, folder, PACK + "limits: { rejects: 10 }\n", TABLE)
                        .file("opinions", FIRST, file(1, 4, id -> line(id, body(id))))
                        .file("opinions", SECOND, HEAD + String.join("", lines));
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(3, 0, 0, 2, 0, 0, 0, 1));
        assertThat(db.value("SELECT count(*) FROM opinion")).isEqualTo("3");
    }
}
