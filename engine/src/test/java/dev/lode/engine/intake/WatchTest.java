package dev.lode.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.event.RunEvent;
import dev.lode.core.place.PlacedFile;
import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.engine.document.DocumentLoader;
import dev.lode.engine.document.IncomingFile;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.document.SessionLimits;
import dev.lode.postgres.intake.Lane;
import dev.lode.postgres.intake.TakenOver;
import dev.lode.postgres.intake.Wanted;
import dev.lode.postgres.intake.Watcher;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.source.s3.BucketPlace;
import dev.lode.source.s3.S3Settings;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Intake end to end, in one process.
@OnPostgres
class WatchTest {
    private static final int FILES = Integer.getInteger("lode.waze-files", 44);

    @TempDir Path folder;

    private WazeExpectations generate() {
        return WazeFeed.write(WazeSpec.of(FILES).withOdd(), folder, _ -> {});
    }

    private static void assertLoaded(Db db, WazeExpectations expected) {
        expected.rows()
                .forEach(
                        (table, rows) ->
                                assertThat(db.value("SELECT count(*) FROM waze." + table))
                                        .as(table)
                                        .isEqualTo(rows.toString()));
        assertThat(db.value("SELECT count(*) FROM lode.document_reject"))
                .isEqualTo(
                        String.valueOf(
                                expected.rejects().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()));
        assertThat(db.value("SELECT count(*) FROM lode.intake_file WHERE state = 'failed'"))
                .isEqualTo(String.valueOf(expected.failed().size()));
        assertThat(db.value("SELECT count(*) FROM lode.intake_file WHERE outcome = 'duplicate'"))
                .isEqualTo(String.valueOf(expected.duplicates().size()));
        assertThat(
                        db.value(
                                "SELECT count(*) FROM lode.intake_file WHERE state NOT IN"
                                        + " ('moved', 'failed')"))
                .isEqualTo("0");
    }

    @Test
    void everyFileIsLoadedOnceAndMovedWithItsReasonWhereItFailed(Db db) throws Exception {
        var expected = generate();
        var watching = new Watching(db, folder);
        int files = watching.names("incoming").size();

        var report = watching.once();

        assertLoaded(db, expected);
        assertThat(report.failed()).isEqualTo(expected.failed().size());
        assertThat(report.duplicates()).isEqualTo(expected.duplicates().size());
        assertThat(report.loaded() + report.duplicates() + report.failed()).isEqualTo(files);
        assertThat(watching.names("incoming")).isEmpty();
        assertThat(watching.names("processed")).hasSize(files - expected.failed().size());
        assertThat(watching.names("failed")).hasSize(2 * expected.failed().size());
        var name = expected.failed().keySet().iterator().next();
        assertThat(Files.readString(folder.resolve("failed").resolve(name + ".error.json")))
                .contains(
                        "\"file\" : \"" + name + "\"",
                        "\"reason\"",
                        "\"attempts\" : 1",
                        "\"lode\"");
        // All nine tables have their keys and indexes, although no load ever ended.
        assertThat(
                        db.value(
                                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND"
                                        + " connamespace = 'waze'::regnamespace AND convalidated"))
                .isNotEqualTo("0");

        assertThat(new Watching(db, folder).once().loaded()).isZero();
        assertLoaded(db, expected);
    }

    @Test
    void twoWatchersShareTheWork(Db db) throws Exception {
        var expected = generate();
        var watching = new Watching(db, folder);
        watching.database().migrateLedger();
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Callable<WatchReport>> both =
                    List.of(
                            () -> new Watching(db, folder).once(),
                            () -> new Watching(db, folder).once());
            long done = 0;
            for (var each : threads.invokeAll(both)) {
                done += each.get().moved();
            }
            // Files that one had claimed when the other looked last are moved by the one.
            assertThat(done)
                    .isEqualTo(
                            watching.names("processed").size()
                                    + watching.names("failed").size() / 2);
        }
        assertLoaded(db, expected);
        assertThat(watching.names("incoming")).isEmpty();
    }

    @Test
    void filesOfABucketGoTheSameWay(Db db) throws Exception {
        var expected = generate();
        var bucket = TestBucket.fresh();
        try (var files = Files.list(folder.resolve("incoming"))) {
            for (var file : files.sorted().toList()) {
                bucket.put("in/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        var watching = new Watching(db, folder).at(bucketPlaces(bucket));

        watching.once();

        assertLoaded(db, expected);
        assertThat(watching.places().incoming().list("", 1000)).isEmpty();
        assertThat(watching.places().failed().list("", 1000)).hasSize(2 * expected.failed().size());
        assertThat(watching.places().processed().list("", 1000))
                .hasSize(watching.names("incoming").size() - expected.failed().size());
    }

    @Test
    void twoWatchersShareABucket(Db db) throws Exception {
        var expected = generate();
        var bucket = TestBucket.fresh();
        try (var files = Files.list(folder.resolve("incoming"))) {
            for (var file : files.sorted().toList()) {
                bucket.put("in/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        var watching = new Watching(db, folder);
        int files = watching.names("incoming").size();
        watching.database().migrateLedger();
        Callable<WatchReport> one = () -> new Watching(db, folder).at(bucketPlaces(bucket)).once();
        try (var threads = Executors.newFixedThreadPool(2)) {
            long done = 0;
            for (var each : threads.invokeAll(List.of(one, one))) {
                done += each.get().moved();
            }
            assertThat(done).isEqualTo(files);
        }
        assertLoaded(db, expected);
        assertThat(bucketPlaces(bucket).incoming().list("", 10)).isEmpty();
    }

    private static IntakePlaces bucketPlaces(TestBucket bucket) {
        return new IntakePlaces(
                place(bucket, "in/"), place(bucket, "done/"), place(bucket, "bad/"), true);
    }

    private static BucketPlace place(TestBucket bucket, String prefix) {
        return BucketPlace.of(
                S3Settings.anonymous(bucket.name(), prefix, "us-east-1").at(bucket.endpoint()));
    }

    @Test
    void aFileThatIsReplacedWhileItIsLoadedIsLoadedToo(Db db) throws Exception {
        var watching = new Watching(db, folder);
        watching.put("a.json", Watching.snapshot(1, "first"));
        var replaced = new AtomicBoolean();
        watching.listening(
                event -> {
                    if (event instanceof RunEvent.FileStep step
                            && step.step().equals("loaded")
                            && replaced.compareAndSet(false, true)) {
                        replace(watching, Watching.snapshot(2, "second"));
                    }
                });

        watching.once();

        assertThat(db.value("SELECT string_agg(uuid, ' ' ORDER BY uuid) FROM waze.alerts"))
                .isEqualTo("first second");
        assertThat(watching.names("incoming")).isEmpty();
        assertThat(watching.names("processed"))
                .hasSize(1)
                .allMatch(name -> name.endsWith("a~2.json"));
    }

    @Test
    void anObjectThatIsReplacedWhileItIsLoadedIsLoadedToo(Db db) throws Exception {
        var bucket = TestBucket.fresh();
        bucket.put("in/a.json", bytes(Watching.snapshot(1, "first")));
        var replaced = new AtomicBoolean();
        var watching = new Watching(db, folder).at(bucketPlaces(bucket));
        watching.listening(
                event -> {
                    if (event instanceof RunEvent.FileStep step
                            && step.step().equals("loaded")
                            && replaced.compareAndSet(false, true)) {
                        bucket.put("in/a.json", bytes(Watching.snapshot(2, "second")));
                    }
                });

        watching.once();

        assertThat(db.value("SELECT string_agg(uuid, ' ' ORDER BY uuid) FROM waze.alerts"))
                .isEqualTo("first second");
        assertThat(watching.places().incoming().list("", 10)).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void replace(Watching watching, String content) {
        try {
            var path = watching.put("other.tmp", content);
            Files.move(
                    path,
                    path.resolveSibling("a.json"),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aNameOfTheMostBytesIsMovedAndMarkedAndGetsItsNote(Db db) throws Exception {
        var watching = new Watching(db, folder);
        var longest = "x".repeat(250) + ".json";
        var other = "x".repeat(249) + "y.json";
        for (int i = 1; i <= 2; i++) {
            watching.put(longest, Watching.snapshot(i, "alert " + i));
            watching.once();
        }
        for (var name : List.of(longest, other)) {
            Files.writeString(folder.resolve("incoming").resolve(name), "{");
        }
        var report = watching.once();

        assertThat(report.failed()).isEqualTo(2);
        assertThat(watching.names("incoming")).isEmpty();
        assertThat(watching.names("processed").stream().map(name -> name.substring(11)))
                .hasSize(2)
                .contains(longest)
                .anyMatch(name -> name.endsWith("~2.json"));
        assertThat(watching.names("failed"))
                .hasSize(4)
                .contains(other)
                .filteredOn(name -> name.endsWith(".error.json"))
                .hasSize(2);
    }

    @Test
    void filesOfOneNameStayApartWhenTheyAreMoved(Db db) throws Exception {
        var watching = new Watching(db, folder);
        for (int i = 1; i <= 3; i++) {
            watching.put("a.json", Watching.snapshot(i, "alert " + i));
            watching.once();
        }
        Files.writeString(folder.resolve("incoming/b.json"), "{");
        watching.once();
        Files.writeString(folder.resolve("incoming/b.json"), "[");
        watching.once();

        assertThat(watching.names("processed").stream().map(name -> name.substring(11)))
                .containsExactly("a.json", "a~2.json", "a~3.json");
        assertThat(watching.names("failed"))
                .containsExactly("b.json", "b.json.error.json", "b~2.json", "b~2.json.error.json");
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo("3");
    }

    @Test
    void aPlaceThatTakesNoFilesIsToldOnceAndTheNextWatchMovesThem(Db db) throws Exception {
        var watching = new Watching(db, folder);
        for (int i = 0; i < 8; i++) {
            watching.put("a" + i + ".json", Watching.snapshot(i, "alert " + i));
        }
        Files.delete(folder.resolve("processed"));
        Files.writeString(folder.resolve("processed"), "in the way");
        var told = new AtomicInteger();
        watching.listening(
                event -> {
                    if (event instanceof RunEvent.Note note
                            && note.message().contains("is dealt with and not moved yet")) {
                        told.incrementAndGet();
                    }
                });

        var report = watching.once();

        assertThat(report.loaded()).isEqualTo(8);
        assertThat(report.postponed()).isEqualTo(8);
        assertThat(report.exitCode()).isEqualTo(4);
        assertThat(told).hasValue(1);
        assertThat(watching.names("incoming")).hasSize(8);

        Files.delete(folder.resolve("processed"));
        watching.once();

        assertThat(watching.names("processed")).hasSize(8);
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo("8");
    }

    @Test
    void whereManyFilesCannotBeMovedNoMoreOldOnesAreTakenIn(Db db) throws Exception {
        var watching = new Watching(db, folder).waitingFiles(10);
        for (int i = 0; i < 120; i++) {
            var file = folder.resolve("incoming").resolve("a%03d.json".formatted(i));
            watching.put(file.getFileName().toString(), Watching.snapshot(i, "alert " + i));
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(i)));
        }
        Files.delete(folder.resolve("processed"));
        Files.writeString(folder.resolve("processed"), "in the way");

        var report = watching.once();

        assertThat(report.exitCode()).isEqualTo(4);
        assertThat(report.postponed()).isBetween(10L, 120L);
        assertThat(report.loaded()).isLessThan(120);
        assertThat(watching.names("incoming")).hasSize(120);

        Files.delete(folder.resolve("processed"));
        watching.once();

        assertThat(watching.names("processed")).hasSize(120);
        assertThat(db.value("SELECT count(*) FROM waze.alerts")).isEqualTo("120");
    }

    private Watcher join(Watching watching) {
        return watching.database()
                .intake("waze")
                .join(watching.places().incoming().name(), new RunOrigin("dead", 2, "test"));
    }

    private static Wanted wanted(Watching watching, String key) throws InterruptedException {
        return new Wanted(watching.places().incoming().find(key).orElseThrow(), Lane.LIVE);
    }

    @Test
    void filesOfADeadWatcherAreTakenOverAndThoseThatKilledTwiceAreGivenUp(Db db) throws Exception {
        var watching = new Watching(db, folder);
        watching.database().migrateLedger();
        watching.put("killer.json", Watching.snapshot(1, "killer"));
        watching.put("other.json", Watching.snapshot(2, "other"));
        for (var keys : List.of(List.of("killer.json", "other.json"), List.of("killer.json"))) {
            try (var dead = join(watching);
                    var session = dead.session()) {
                // The one that died before is buried first.
                dead.takeOver(Duration.ofMinutes(1), 10);
                var wanted = new java.util.ArrayList<Wanted>();
                for (var key : keys) {
                    wanted.add(wanted(watching, key));
                }
                assertThat(session.claim(wanted, java.time.Instant.EPOCH).held())
                        .hasSize(keys.size());
            }
        }

        var report = watching.once();

        assertThat(report.loaded()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(watching.names("failed"))
                .containsExactly("killer.json", "killer.json.error.json");
        assertThat(Files.readString(folder.resolve("failed/killer.json.error.json")))
                .contains("killed the loader 2 times");
        assertThat(db.value("SELECT string_agg(uuid, ' ') FROM waze.alerts")).isEqualTo("other");
    }

    @Test
    void aWatcherThatWasGivenUpForDeadCommitsNothingMore(Db db) throws Exception {
        var watching = new Watching(db, folder);
        watching.put("first.json", Watching.snapshot(0, "first"));
        watching.once();
        watching.put("a.json", Watching.snapshot(1, "frozen"));
        try (var frozen = join(watching);
                var session = frozen.session();
                var pool = new BlockPool(1, 2)) {
            session.claim(List.of(wanted(watching, "a.json")), java.time.Instant.EPOCH);
            var loading =
                    watching.database()
                            .documents(watching.pack())
                            .session("frozen", session.guard(), SessionLimits.DEFAULT);
            // Silent for longer than no time at all.
            try (var other = join(watching)) {
                other.takeOver(Duration.ZERO, 10);
                other.end("completed", java.util.Optional.empty(), "{}");
            }
            var loader = new DocumentLoader(watching.pack(), new Decoders(pool), loading);
            assertThatThrownBy(
                            () ->
                                    loader.load(
                                            List.of(
                                                    new IncomingFile(
                                                            "a.json",
                                                            bytes(
                                                                    Watching.snapshot(
                                                                            1, "frozen"))))))
                    .isInstanceOf(TakenOver.class);
            loading.close();
        }
        assertThat(db.value("SELECT count(*) FROM waze.alerts WHERE uuid = 'frozen'"))
                .isEqualTo("0");

        watching.once();

        assertThat(db.value("SELECT count(*) FROM waze.alerts WHERE uuid = 'frozen'"))
                .isEqualTo("1");
    }

    @Test
    void aFileThatWasLoadedByAWatcherThatDiedIsOnlyMoved(Db db) throws Exception {
        var watching = new Watching(db, folder);
        watching.put("first.json", Watching.snapshot(0, "first"));
        watching.once();
        watching.put("a.json", Watching.snapshot(1, "alert"));
        try (var dead = join(watching);
                var session = dead.session();
                var pool = new BlockPool(1, 2)) {
            session.claim(List.of(wanted(watching, "a.json")), java.time.Instant.EPOCH);
            try (var loading =
                    watching.database()
                            .documents(watching.pack())
                            .session("dead", session.guard(), SessionLimits.DEFAULT)) {
                new DocumentLoader(watching.pack(), new Decoders(pool), loading)
                        .load(
                                List.of(
                                        new IncomingFile(
                                                "a.json", bytes(Watching.snapshot(1, "alert")))));
            }
        }
        assertThat(db.value("SELECT state FROM lode.intake_file WHERE key = 'a.json'"))
                .isEqualTo("loaded");

        var report = watching.once();

        assertThat(report.loaded() + report.duplicates()).isZero();
        assertThat(report.moved()).isEqualTo(1);
        assertThat(watching.names("incoming")).isEmpty();
        assertThat(db.value("SELECT count(*) FROM waze.alerts WHERE uuid = 'alert'"))
                .isEqualTo("1");
    }

    @Test
    void pausedFilesStayWhereTheyAre(Db db) throws Exception {
        var watching = new Watching(db, folder);
        watching.put("a.json", Watching.snapshot(1, "alert"));
        watching.database().migrateLedger();
        watching.database().intake("waze").pause("all");

        assertThat(watching.once().loaded()).isZero();
        assertThat(watching.names("incoming")).containsExactly("a.json");

        watching.database().intake("waze").resume();
        assertThat(watching.once().loaded()).isEqualTo(1);
    }

    @Test
    void processedFilesAreNotTakenInAgain() {
        var incoming = new dev.lode.store.place.FolderPlace(folder, dev.lode.store.Disk.LOCAL);
        var inside =
                new dev.lode.store.place.FolderPlace(
                        folder.resolve("processed"), dev.lode.store.Disk.LOCAL);
        assertThatThrownBy(() -> new IntakePlaces(incoming, inside, inside, false))
                .hasMessageContaining("lies in \"" + folder);
    }

    @Test
    void theKeyOfAFileCannotLeadOutOfItsFolder() {
        var place = new dev.lode.store.place.FolderPlace(folder, dev.lode.store.Disk.LOCAL);
        assertThatThrownBy(() -> place.find("../outside")).hasMessageContaining("leads out of");
        assertThat(new PlacedFile("a/b.json", 1, "", java.time.Instant.EPOCH).name())
                .isEqualTo("b.json");
    }
}
