package dev.lode.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.suspend.RestoreSettings;
import dev.lode.postgres.suspend.SuspendKind;
import dev.lode.postgres.suspend.SuspendOwner;
import dev.lode.postgres.suspend.SuspendRequest;
import dev.lode.postgres.suspend.Writers;
import dev.lode.testkit.postgres.CatalogDump;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Keys and indexes go away for a backload and come back.
@OnPostgres
class BulkTest {
    private static final int FILES = 40;

    @TempDir Path folder;

    private Watching watching;
    private List<String> before = List.of();

    /// Tables with all their keys, and a backload that waits.
    @BeforeEach
    void tables(Db db) throws Exception {
        watching = new Watching(db, folder);
        watching.put("first.json", Watching.snapshot(0, "first"));
        watching.once();
        before = dump(db);
    }

    private WazeExpectations generate() {
        return WazeFeed.write(WazeSpec.of(FILES), folder, _ -> {});
    }

    private static List<String> dump(Db db) {
        return CatalogDump.of(db);
    }

    private static BulkSettings settings(BulkSettings.Precaution precaution) {
        return new BulkSettings(
                true, 10, ByteSize.mebibytes(16), Duration.ofMillis(50), 2, precaution);
    }

    private static long suspended(Db db) {
        return Long.parseLong(db.value("SELECT count(*) FROM lode.suspended"));
    }

    private static String alerts(WazeExpectations expected, int more) {
        return String.valueOf(expected.rows().getOrDefault("alerts", 0L) + more);
    }

    private static String liveName() {
        return DateTimeFormatter.ofPattern("'wazedata_'yyyy_MM_dd_HH_mm_ss_'000.json'")
                .format(Instant.now().atOffset(ZoneOffset.UTC));
    }

    @Test
    void indexesAndForeignKeysAreAwayWhileOldFilesComeInAndBackAfterThem(Db db) throws Exception {
        var expected = generate();
        var precautions = new AtomicInteger();
        var least = new AtomicInteger(Integer.MAX_VALUE);
        watching.bulk(settings(precautions::incrementAndGet))
                .listening(
                        event -> {
                            if (event instanceof RunEvent.FileStep step
                                    && step.step().equals("loaded")) {
                                least.accumulateAndGet((int) suspended(db), Math::min);
                            }
                        });

        var report = watching.once();

        assertThat(report.loaded()).isEqualTo(FILES);
        assertThat(report.exitCode()).isZero();
        // 20 indexes and 7 foreign keys, besides fences and autovacuum.
        assertThat(least.get()).isGreaterThan(27);
        assertThat(precautions).hasValue(1);
        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo(alerts(expected, 1));
        assertThat(db.value("SELECT string_agg(state, ' ') FROM lode.run WHERE operation = 'bulk'"))
                .isEqualTo("completed");
    }

    @Test
    void aFewOldFilesAreNotWorthIt(Db db) throws Exception {
        WazeFeed.write(WazeSpec.of(5), folder, _ -> {});
        watching.bulk(
                settings(
                        () -> {
                            throw new AssertionError("nothing is to be suspended");
                        }));

        assertThat(watching.once().loaded()).isEqualTo(5);
        assertThat(db.value("SELECT count(*) FROM lode.run WHERE operation = 'bulk'"))
                .isEqualTo("0");
    }

    @Test
    void liveFilesComeInMeanwhileAndOtherWritersAreRefused(Db db) throws Exception {
        var expected = generate();
        var refusal = new AtomicReference<Throwable>();
        var away = new AtomicReference<>("");
        String live = liveName();
        watching.bulk(settings(BulkSettings.Precaution.NONE))
                .listening(
                        event -> {
                            if (event instanceof RunEvent.FileStep step
                                    && step.step().equals("loaded")
                                    && refusal.get() == null) {
                                refusal.set(
                                        catchThrowable(
                                                () -> {
                                                    watching.put(
                                                            live, Watching.snapshot(9, "live"));
                                                    db.run("DELETE FROM waze.jams");
                                                }));
                            }
                            if (event instanceof RunEvent.FileStep step
                                    && step.step().equals("loaded")
                                    && step.file().equals(live)) {
                                away.set(suspended(db) + " things");
                            }
                        });

        watching.once();

        assertThat(refusal.get()).hasMessageContaining("its foreign keys are suspended for 'waze'");
        assertThat(away.get()).isNotEmpty();
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo(alerts(expected, 2));
        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
    }

    @Test
    void aWatchThatIsStoppedGivesThemBack(Db db) {
        generate();
        var watch = Thread.currentThread();
        watching.bulk(settings(BulkSettings.Precaution.NONE))
                .listening(
                        event -> {
                            if (event instanceof RunEvent.FileStep step
                                    && step.step().equals("moved")) {
                                watch.interrupt();
                            }
                        });

        assertThatThrownBy(watching::once).isInstanceOf(InterruptedException.class);

        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
    }

    @Test
    void theNextWatchGivesBackWhatADeadOneTookAway(Db db) throws Exception {
        suspendAndDie(db);
        assertThat(dump(db)).isNotEqualTo(before);
        watching.put("a.json", Watching.snapshot(1, "next"));

        watching.once();

        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo("2");
    }

    @Test
    void theNextBacklogGoesOnWithWhatADeadOneTookAway(Db db) throws Exception {
        suspendAndDie(db);
        var expected = generate();
        watching.bulk(settings(BulkSettings.Precaution.NONE));

        watching.once();

        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo(alerts(expected, 1));
    }

    private void suspendAndDie(Db db) throws Exception {
        var database = watching.database();
        try (var dying =
                database.begin(
                        "waze",
                        "bulk",
                        Optional.empty(),
                        new RunOrigin("dead", 2, "test"),
                        Duration.ofMinutes(1),
                        () -> {})) {
            database.suspensions()
                    .suspend(
                            new SuspendOwner("waze", Optional.of(dying.run())),
                            SuspendRequest.of(
                                    database.documents(watching.pack()).tables(),
                                    EnumSet.of(
                                            SuspendKind.INDEX,
                                            SuspendKind.FOREIGN_KEY,
                                            SuspendKind.AUTOVACUUM),
                                    false,
                                    new Writers.Fenced("lode:w")),
                            dying::check);
        }
        assertThat(suspended(db)).isPositive();
    }

    @Test
    void whatIsSuspendedByHandStaysSoAndWhatIsMissingOtherwiseIsMade(Db db) throws Exception {
        var database = watching.database();
        database.suspensions()
                .suspendByHand(
                        "waze",
                        SuspendRequest.of(
                                List.of(new TableName("waze", "alerts")),
                                EnumSet.of(SuspendKind.INDEX),
                                false,
                                new Writers.Stopped()),
                        "somebody",
                        Duration.ofMinutes(1));
        db.run("DROP INDEX waze.jams_uuid_idx");
        watching.put("second.json", Watching.snapshot(2, "second"));

        assertThat(new Watching(db, folder).once().loaded()).isEqualTo(1);

        assertThat(
                        db.value(
                                "SELECT string_agg(indexname, ' ') FROM pg_indexes WHERE indexname"
                                        + " IN ('jams_uuid_idx', 'alerts_uuid_idx')"))
                .isEqualTo("jams_uuid_idx");
        database.suspensions()
                .restoreByHand(
                        Optional.of("waze"),
                        List.of(),
                        RestoreSettings.DEFAULT,
                        "somebody",
                        Duration.ofMinutes(1),
                        event -> {});
        assertThat(dump(db)).isEqualTo(before);
    }

    @Test
    void withoutTheBackupThatWasAskedForNothingIsSuspended(Db db) throws Exception {
        generate();
        watching.bulk(
                settings(
                        () -> {
                            throw LodeException.resource("backup: the disk is full");
                        }));

        assertThatThrownBy(watching::once).hasMessageContaining("the disk is full");

        assertThat(suspended(db)).isZero();
        assertThat(dump(db)).isEqualTo(before);
        assertThat(watching.names("incoming")).hasSize(FILES);
    }

    @Test
    void anotherRunOfTheDatasetKeepsItsIndexesAndTheFilesComeInAllTheSame(Db db) throws Exception {
        var expected = generate();
        try (var _ =
                watching.database()
                        .begin(
                                "waze",
                                "load",
                                Optional.empty(),
                                new RunOrigin("other", 2, "test"),
                                Duration.ofMinutes(1),
                                () -> {})) {
            watching.bulk(settings(BulkSettings.Precaution.NONE)).once();
        }

        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo(alerts(expected, 1));
        assertThat(dump(db)).isEqualTo(before);
    }
}
