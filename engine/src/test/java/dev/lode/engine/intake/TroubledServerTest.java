package dev.lode.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.demo.waze.WazeExpectations;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.testkit.disk.SmallDisk;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.postgres.PostgresServers;
import dev.lode.testkit.postgres.PostgresVersion;
import dev.lode.testkit.postgres.ServerKind;
import dev.lode.testkit.postgres.TestServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Files are taken in while the server has no room, or goes away: none fails for it.
@OnPostgres
class TroubledServerTest {
    private static final int FILES = 60;
    private static final long MIB = 1 << 20;

    @TempDir Path folder;

    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();

    private WazeExpectations generate() {
        return WazeFeed.write(WazeSpec.of(FILES), folder, _ -> {});
    }

    private static void assertLoadedAtOnce(Db db, WazeExpectations expected) {
        expected.rows()
                .forEach(
                        (table, rows) ->
                                assertThat(db.value("SELECT count(*) FROM waze." + table))
                                        .as(table)
                                        .isEqualTo(rows.toString()));
        assertThat(db.rows("SELECT DISTINCT state, attempts, deaths FROM lode.intake_file"))
                .containsExactly(Db.row("moved", "1", "0"));
    }

    @Test
    void aFullDiskPausesTheWatchAndFailsNoFile(Db db, TestServer server) throws Exception {
        try (var disk = tablespace(server, db)) {
            var expected = generate();
            var watching = new Watching(db, folder);
            var standings = new ConcurrentLinkedQueue<String>();
            var filled = new AtomicInteger();
            watching.within(limits(Duration.ofMinutes(2)))
                    .listening(
                            event -> {
                                if (event instanceof RunEvent.FileStep(String step, _, _)
                                        && step.equals("read")
                                        && filled.getAndIncrement() == 0) {
                                    disk.fill();
                                }
                                if (event instanceof RunEvent.Note(_, String sentence)) {
                                    notes.add(sentence);
                                    if (sentence.contains("the server's disk is full")) {
                                        Thread.ofPlatform()
                                                .start(
                                                        () -> {
                                                            standings.add(paused(watching));
                                                            disk.free();
                                                        });
                                    }
                                }
                            });

            var report = watching.once();

            assertThat(report.exitCode()).isZero();
            assertLoadedAtOnce(db, expected);
            assertThat(standings)
                    .isNotEmpty()
                    .allMatch(note -> note.startsWith("paused: ") && note.contains("disk is full"));
            assertThat(notes)
                    .anyMatch(note -> note.contains("waits for 120 s"))
                    .anyMatch(note -> note.contains("has room again"));
            assertThat(db.value("SELECT count(*) FROM lode.run WHERE message LIKE 'paused%'"))
                    .isEqualTo("0");
            clear(db);
        }
    }

    /// What `lode status` would say, when it does.
    private static String paused(Watching watching) {
        var ledger = watching.database().intake("waze");
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < end) {
            var note = ledger.standing().notes();
            if (note.isPresent()) {
                return note.get();
            }
            Thread.onSpinWait();
        }
        return "nothing";
    }

    @Test
    void aWatchThatEndsGivesUpWhereNobodyMakesRoomAndTheNextGoesOn(Db db, TestServer server)
            throws Exception {
        try (var disk = tablespace(server, db)) {
            var expected = generate();
            var watching = new Watching(db, folder).within(limits(Duration.ofMillis(300)));
            var filled = new AtomicInteger();
            watching.listening(
                    event -> {
                        if (event instanceof RunEvent.FileStep(String step, _, _)
                                && step.equals("read")
                                && filled.getAndIncrement() == 0) {
                            disk.fill();
                        }
                    });
            assertThatThrownBy(watching::once)
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                    .hasMessageContaining("disk is full");
            disk.free();
            watching.listening(event -> {});
            assertThat(watching.once().exitCode()).isZero();
            assertThat(db.value("SELECT count(*) FROM lode.intake_file WHERE state <> 'moved'"))
                    .isEqualTo("0");
            assertThat(db.value("SELECT max(attempts) FROM lode.intake_file")).isEqualTo("1");
            assertThat(db.value("SELECT count(*) FROM waze.coordinates"))
                    .isEqualTo(String.valueOf(expected.rows().get("coordinates")));
            clear(db);
        }
    }

    @Test
    void aServerThatDiesAndComesBackFailsNoFile() throws Exception {
        try (var server = PostgresServers.own(ServerKind.of(PostgresVersion.NEWEST));
                var db = server.freshDatabase()) {
            var expected = generate();
            var loaded = new AtomicInteger();
            var claimed = new AtomicInteger();
            var watching =
                    new Watching(db, folder)
                            .listening(
                                    event -> {
                                        if (event instanceof RunEvent.FileStep(String step, _, _)) {
                                            killed(server, step, loaded, claimed);
                                        }
                                    });

            var report = watching.once();

            assertThat(report.failed()).isZero();
            assertThat(loaded.get()).isEqualTo(FILES);
            assertLoadedAtOnce(db, expected);
        }
    }

    /// Once with files in hand, once with files loaded and not moved.
    private static void killed(
            TestServer server, String step, AtomicInteger loaded, AtomicInteger claimed) {
        boolean now =
                switch (step) {
                    case "claimed" -> claimed.incrementAndGet() == 12;
                    case "loaded" -> loaded.incrementAndGet() == 30;
                    default -> false;
                };
        if (now) {
            server.kill();
        }
    }

    private static SpaceLimits limits(Duration patience) {
        return new SpaceLimits(Optional.empty(), ByteSize.of(0), Duration.ofMillis(20), patience);
    }

    /// A tablespace on a disk of its own, the database's default from now on.
    private static SmallDisk tablespace(TestServer server, Db db) throws Exception {
        String name = "intake_" + db.database();
        var disk = SmallDisk.mount(server.folder().resolve(name), ByteSize.of(160 * MIB));
        var place = Files.createDirectory(disk.path().resolve("space"));
        Files.setOwner(place, Files.getOwner(server.folder().resolve("data")));
        db.run("CREATE TABLESPACE " + name + " LOCATION '" + place + "'");
        db.run("ALTER DATABASE " + db.database() + " SET default_tablespace = '" + name + "'");
        return disk;
    }

    /// A tablespace must be gone before its disk is.
    private static void clear(Db db) {
        for (var schema : List.of("lode", "waze")) {
            db.run("DROP SCHEMA " + schema + " CASCADE");
        }
        db.run("DROP TABLESPACE intake_" + db.database());
    }
}
