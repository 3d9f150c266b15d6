package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class SwapUnderReadersTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, mode: replace, key: [id], vanished-limit: { share: 1 } }
            """;
    private static final String TABLE = "CREATE TABLE court (id integer PRIMARY KEY, name text);";

    @TempDir Path folder;

    private Snapshots snapshots(Db db) throws Exception {
        return new Snapshots(db, folder, PACK, TABLE)
                .file("courts", FIRST, records(1000))
                .file("courts", SECOND, records(1500));
    }

    private static String records(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> id + ",name " + id)
                .collect(Collectors.joining("\n", "id,name\n", "\n"));
    }

    @EachPostgres
    void aReaderThatPollsSeesNoErrorAndNoHalfTable(Db db) throws Exception {
        var snapshots = snapshots(db);
        snapshots.load(FIRST);
        db.run("CREATE VIEW names AS SELECT name FROM court");
        var stop = new AtomicBoolean();
        var seen = Collections.synchronizedSet(new java.util.TreeSet<Long>());
        var errors = Collections.synchronizedList(new ArrayList<String>());
        var polls = new AtomicLong();
        var readers = new ArrayList<Thread>();
        for (var query :
                List.of(
                        "SELECT count(*) FROM court",
                        "SELECT count(*) FROM names",
                        "SELECT count(*) FROM names n JOIN court c ON c.name = n.name")) {
            for (boolean inTransaction : new boolean[] {false, true}) {
                readers.add(
                        Thread.ofPlatform()
                                .start(
                                        () ->
                                                read(
                                                        db,
                                                        query,
                                                        inTransaction,
                                                        stop,
                                                        seen,
                                                        errors,
                                                        polls)));
            }
        }
        try {
            for (int round = 0; round < 3; round++) {
                assertThat(snapshots.load(SECOND).exitCode()).isZero();
                assertThat(snapshots.load(FIRST).exitCode()).isZero();
            }
        } finally {
            stop.set(true);
            for (var reader : readers) {
                reader.join();
            }
        }
        assertThat(errors).isEmpty();
        assertThat(seen).containsExactly(1000L, 1500L);
        assertThat(polls.get()).isGreaterThan(100);
    }

    private static void read(
            Db db,
            String query,
            boolean inTransaction,
            AtomicBoolean stop,
            java.util.Set<Long> seen,
            List<String> errors,
            AtomicLong polls) {
        try (var connection = db.connect();
                var statement = connection.prepareStatement(query)) {
            connection.setAutoCommit(!inTransaction);
            while (!stop.get()) {
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    seen.add(rows.getLong(1));
                    polls.incrementAndGet();
                }
                if (inTransaction) {
                    connection.commit();
                }
            }
        } catch (SQLException e) {
            errors.add(query + ": " + e.getMessage());
        }
    }

    @EachPostgres
    void theSwapWaitsForAReaderWhoHoldsTheTableAndNamesHim(Db db) throws Exception {
        var snapshots = snapshots(db);
        snapshots.load(FIRST);
        var stages = new ArrayList<String>();
        var hurried =
                snapshots(db)
                        .patient(
                                new ApplySettings(
                                        ApplySettings.defaults().maintenanceMemory(),
                                        0,
                                        Duration.ofMillis(50),
                                        2,
                                        Duration.ofMillis(1)))
                        .listening(
                                event -> {
                                    if (event instanceof RunEvent.StageStarted stage) {
                                        stages.add(stage.stage());
                                    }
                                });
        try (var reader = db.connect();
                var statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(java.sql.Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT count(*) FROM court");
            assertThatThrownBy(() -> hurried.load(SECOND))
                    .isInstanceOf(LodeException.class)
                    .hasMessageContaining("swap of ")
                    .hasMessageContaining("court: the lock did not come in 2 attempts")
                    .hasMessageContaining("idle in a transaction");
            try (var rows = statement.executeQuery("SELECT count(*) FROM court")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(1000);
            }
            reader.rollback();
        }
        assertThat(stages).contains("build", "swap");
        var splits = db.value("SELECT count(*) FROM lode.split");
        assertThat(hurried.load(SECOND).exitCode()).isZero();
        assertThat(db.value("SELECT count(*) FROM lode.split")).isEqualTo(splits);
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("1500");
    }
}
