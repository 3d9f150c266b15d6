package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.engine.load.EveryDatabaseCallFailsOnceTest.Answer;
import dev.lode.engine.load.EveryDatabaseCallFailsOnceTest.Breaking;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The second snapshot's run breaks at its first call to the server, then at the second, and so on;
/// each time the next run brings everything to where an undisturbed one does.
@OnPostgres
class NextSnapshotFaultsTest {
    /// Every call fails with `-Dlode.fault-stride=1`; fewer keep the build short.
    private static final int STRIDE = Integer.getInteger("lode.fault-stride", 31);

    /// The first call that fails: others in every run, so that in time all have been tried.
    private static final int FIRST_CALL =
            Integer.getInteger("lode.fault-first", 1 + new Random().nextInt(STRIDE));

    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, key: [id], version: changed, changes: record, vanished-limit: { share: 1 }, MODE }
              seat: { item: seats, key: [id], vanished-limit: { share: 1 }, MODE }
            """;
    private static final String TABLES =
            """
            CREATE TABLE court (id integer PRIMARY KEY, name text NOT NULL, changed date, text text);
            CREATE TABLE seat (id integer PRIMARY KEY, court integer NOT NULL);
            """;

    /// Records so long that they are compared by their digests.
    private static final String LONG = "x".repeat(300);

    private static final String EXTRAS =
            """
            CREATE INDEX by_name ON court (name);
            CREATE VIEW names AS SELECT id, name FROM court;
            CREATE TABLE clerk (id integer PRIMARY KEY, seat integer CONSTRAINT clerk_seat REFERENCES seat);
            """;

    @TempDir Path folder;

    @Test
    void aReplacementThatBrokeAtAnyCallIsGoneOnWith(Db db) throws Exception {
        failEachCall(db, "mode: replace", Answer.CALL_LOST);
    }

    @Test
    void aReplacementWhoseAnswerWasLostIsGoneOnWith(Db db) throws Exception {
        failEachCall(db, "mode: replace", Answer.ANSWER_LOST);
    }

    @Test
    void vanishedRowsAreDeletedOnceWhereverItBroke(Db db) throws Exception {
        failEachCall(db, "vanished: delete", Answer.CALL_LOST);
    }

    @Test
    void vanishedRowsAreDeletedOnceWhoseverAnswerWasLost(Db db) throws Exception {
        failEachCall(db, "vanished: delete", Answer.ANSWER_LOST);
    }

    /// An upsert judges a child's rows by the parent's as they are: with a key between the two, a
    /// parent that broke would leave rejects that wait for a retry.
    private static final String BETWEEN =
            "ALTER TABLE seat ADD CONSTRAINT seat_court FOREIGN KEY (court) REFERENCES court;";

    private void failEachCall(Db db, String mode, Answer answer) throws Exception {
        String extras = mode.equals("mode: replace") ? EXTRAS + BETWEEN : EXTRAS;
        var clean =
                snapshots(db, mode)
                        .file(
                                "courts",
                                FIRST,
                                courts(
                                        "5,five,",
                                        "6,six,",
                                        "1,one,2020-01-01",
                                        "2,two,",
                                        "3,three,"))
                        .file("seats", FIRST, "id,court\n10,1\n11,2\n12,3\n")
                        .file(
                                "courts",
                                SECOND,
                                courts(
                                        "5,five,",
                                        "6,six,",
                                        "1,uno,2021-01-01",
                                        "2,two,",
                                        "4,new,2021-01-01",
                                        "4,old,2020-01-01"))
                        .file("seats", SECOND, "id,court\n10,1\n11,4\n");
        fresh(db, clean, extras);
        clean.load(SECOND);
        var expected = state(db);
        assertThat(expected).contains("[1, uno]", "[4, new]", "[clerk_seat, t]");
        for (int call = FIRST_CALL; ; call += STRIDE) {
            fresh(db, clean, extras);
            var breaking =
                    new Breaking(new Database(Loading.settings(db), db.schema()), call, answer);
            try {
                for (var item : snapshots(db, mode).over(breaking).load(SECOND).items()) {
                    assertThat(item.failure().filter(ErrorKind.BUG::equals))
                            .describedAs("call %d: %s", call, item.message())
                            .isEmpty();
                }
            } catch (LodeException e) {
                assertThat(e.kind())
                        .describedAs("call %d, %s: %s", call, breaking.broken(), e.getMessage())
                        .isEqualTo(ErrorKind.RESOURCE);
            }
            // A run that has begun waits for a server that went away, and goes on.
            assertThat(
                            db.value(
                                    "SELECT count(*) FROM lode.run WHERE state IN ('failed',"
                                            + " 'partial')"))
                    .describedAs("call %d, %s", call, breaking.broken())
                    .isEqualTo("0");
            loadUntilDone(clean, call);
            assertThat(state(db))
                    .describedAs("call %d, %s", call, breaking.broken())
                    .isEqualTo(expected);
            if (breaking.broken().isEmpty()) {
                assertThat(call).isGreaterThan(100);
                return;
            }
        }
    }

    private static String courts(String... lines) {
        return Stream.concat(
                        Stream.of("id,name,changed,text"),
                        Stream.of(lines).map(line -> line + "," + LONG))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void fresh(Db db, Snapshots clean, String extras) throws Exception {
        db.run(
                "DROP TABLE IF EXISTS court, seat, clerk CASCADE; DROP SCHEMA IF EXISTS lode"
                        + " CASCADE;"
                        + TABLES
                        + extras);
        clean.load(FIRST);
        db.run("INSERT INTO clerk VALUES (1, 10)");
    }

    private Snapshots snapshots(Db db, String mode) throws Exception {
        return new Snapshots(db, folder, PACK.replace("MODE", mode), TABLES)
                .with(
                        new LoadSettings(
                                1,
                                CutSettings.DEFAULT.withBatchSize(ByteSize.of(40)),
                                new LoadLimits(1000, Duration.ofSeconds(2)),
                                Duration.ofSeconds(60),
                                false));
    }

    /// The server may still be ending the broken connections, which hold the lease.
    private static void loadUntilDone(Snapshots snapshots, int call) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                assertThat(snapshots.load(SECOND).exitCode()).describedAs("call %d", call).isZero();
                return;
            } catch (LodeException e) {
                assertThat(e).describedAs("call %d", call).hasMessageContaining("is held by");
                assertThat(System.nanoTime()).describedAs(e.getMessage()).isLessThan(deadline);
            }
        }
    }

    /// What must not depend on where a run broke.
    private static List<String> state(Db db) {
        var lines = new ArrayList<String>();
        for (var query :
                List.of(
                        "SELECT id::text, name FROM court ORDER BY id",
                        "SELECT id::text, court::text FROM seat ORDER BY id",
                        "SELECT count(*)::text FROM names",
                        "SELECT conname::text, convalidated FROM pg_constraint WHERE connamespace ="
                                + " 'public'::regnamespace ORDER BY 1",
                        "SELECT relname::text FROM pg_class WHERE relnamespace ="
                                + " 'public'::regnamespace ORDER BY 1",
                        "SELECT relname::text FROM pg_class WHERE relnamespace ="
                                + " 'lode'::regnamespace AND relname ~ '[0-9]$'",
                        "SELECT name, state, mode, records::text, (inserted + updated +"
                            + " unchanged)::text, superseded::text FROM lode.item WHERE state <>"
                            + " 'superseded' ORDER BY name",
                        // Splits that commit beside each other may each note that they filled the
                        // table.
                        "SELECT DISTINCT op, key::text FROM lode.changed ORDER BY 1, 2",
                        "SELECT * FROM lode.unchecked_key",
                        "SELECT v.vanished::text FROM lode.vanishing v JOIN lode.item i ON i.id ="
                                + " v.item_id WHERE i.state <> 'superseded' ORDER BY i.name",
                        "SELECT state FROM lode.shadow WHERE state <> 'dropped' ORDER BY"
                                + " item_id")) {
            db.rows(query).forEach(row -> lines.add(row.toString()));
        }
        return lines;
    }
}
