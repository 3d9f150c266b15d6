package dev.lode.engine.load;

import static dev.lode.engine.load.Opinions.FIRST;
import static dev.lode.engine.load.Opinions.HEAD;
import static dev.lode.engine.load.Opinions.PACK;
import static dev.lode.engine.load.Opinions.SECOND;
import static dev.lode.engine.load.Opinions.TABLE;
import static dev.lode.engine.load.Opinions.body;
import static dev.lode.engine.load.Opinions.file;
import static dev.lode.engine.load.Opinions.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.RowCounts;
import dev.lode.core.Secret;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.load.CopyWay;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// Batches of a next snapshot that are compared with the table beside each other, and written in
/// turn.
class ComparedBesideTest {
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
        return new LoadSettings(
                        1,
                        CutSettings.DEFAULT.withBatchSize(ByteSize.of(1000)),
                        LoadLimits.DEFAULT,
                        Duration.ofSeconds(60),
                        false)
                .with(new CopySettings(Optional.of(way), 3));
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

    /// The first record of a key is refused, the last one is the row that the table has.
    @EachPostgres
    void aRejectThatIsLoadedLaterDoesNotBeatALaterRecordThatWasFoundUnchanged(Db db)
            throws Exception {
        for (String version : List.of("", ", version: filed")) {
            for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
                var snapshots =
                        refusing(db, way, version)
                                .file("opinions", FIRST, file(0, 20, id -> line(id, body(id))))
                                .file(
                                        "opinions",
                                        SECOND,
                                        ODD
                                                + file(0, 20, id -> line(id, body(id)))
                                                        .substring(HEAD.length()));
                snapshots.load(FIRST);
                assertThat(snapshots.load(SECOND).items())
                        .as("%s%s", way, version)
                        .extracting(ItemReport::counts)
                        .containsExactly(new RowCounts(21, 0, 0, 20, 0, 0, 0, 1));
                db.run("ALTER TABLE opinion DROP CONSTRAINT usual");
                assertThat(retried(snapshots)).isEqualTo(1);
                assertThat(
                                db.rows(
                                        "SELECT short, superseded, rejected FROM opinion, lode.item"
                                            + " WHERE opinion.id = 19 AND snapshot = '2026-09-30'"))
                        .as("%s%s", way, version)
                        .containsExactly(Db.row("case 19", "1", "0"));
            }
        }
    }

    /// Nothing of the item was in the table when the second record of the key came: that its
    /// version is lower than that of the last snapshot does not matter.
    @EachPostgres
    void anOlderStateIsAppliedAlsoWhereAnotherRecordOfItsKeyWasRefused(Db db) throws Exception {
        for (var way : List.of(CopyWay.BINARY, CopyWay.TEXT)) {
            var snapshots =
                    refusing(db, way, ", version: filed")
                            .file("opinions", FIRST, file(0, 20, id -> line(id, body(id))))
                            .file(
                                    "opinions",
                                    SECOND,
                                    ODD
                                            + file(
                                                            0,
                                                            20,
                                                            id ->
                                                                    line(id, body(id))
                                                                            .replace(
                                                                                    "2026-",
                                                                                    id == 19
                                                                                            ? "2025-"
                                                                                            : "2026-"))
                                                    .substring(HEAD.length()));
            snapshots.load(FIRST);
            assertThat(snapshots.load(SECOND).items())
                    .as("%s", way)
                    .extracting(ItemReport::counts)
                    .containsExactly(new RowCounts(21, 0, 1, 19, 0, 0, 0, 1));
            assertThat(db.value("SELECT extract(year FROM filed) FROM opinion WHERE id = 19"))
                    .isEqualTo("2025");
        }
    }

    /// Key 19 in a form that [#refusing] tables refuse, in a file of its own batches.
    private static final String ODD = HEAD + line(19, body(1000)).replace("case 19", "odd");

    private Snapshots refusing(Db db, CopyWay way, String version) throws Exception {
        db.run("DROP TABLE IF EXISTS opinion; DROP SCHEMA IF EXISTS lode CASCADE");
        return new Snapshots(
                        db,
                        folder,
                        PACK.replace("key: [id]", "key: [id]" + version)
                                + "limits: { rejects: 5, reject-share: 1 }\n",
                        TABLE.replace(
                                "short varchar(40)",
                                "short varchar(40) CONSTRAINT usual CHECK (short <> 'odd')"))
                .with(besideOneAnother(way));
    }

    private static long retried(Snapshots snapshots) throws Exception {
        return snapshots
                .retry()
                .retry(
                        new RejectFilter(
                                Optional.of("test"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("open"),
                                Optional.empty()),
                        () -> {})
                .loaded();
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
}
