package dev.lode.engine.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.engine.publish.Publishing;
import dev.lode.postgres.Database;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.postgres.space.SpaceWatch;
import dev.lode.testkit.disk.SmallDisk;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.postgres.TestServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Disks that fill: that of the store, and that of the database.
@OnPostgres
class SmallDiskTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            format: { csv: { quote: '"', escape: '\\' } }
            tables:
              small: { item: smalls, key: [id] }
              large: { item: larges, key: [id] }
            """;
    private static final String SCHEMA =
            """
            CREATE TABLE small (id bigint PRIMARY KEY, body text);
            CREATE TABLE large (id bigint PRIMARY KEY, body text);
            """;
    private static final long MIB = 1 << 20;

    @TempDir Path folder;

    @Test
    void aStoreThatFillsForAnotherReasonTurnsTheRestIntoStreaming(Db db) throws Exception {
        try (var disk = SmallDisk.mount(folder.resolve("disk"), ByteSize.of(16 * MIB));
                var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            syncing.storingAt(disk.path().resolve("root"));
            syncing.put("smalls", rows(1, 200));
            syncing.put("larges", rows(2, 2000));
            // Room for everything when it is planned, and then for half of it.
            syncing.listening(
                    event -> {
                        if (event instanceof RunEvent.FetchProgress progress
                                && progress.item().startsWith("larges")
                                && progress.bytes() == 0) {
                            disk.fill(ByteSize.of(10 * MIB));
                        }
                    });
            assertThat(syncing.sync(ByteSize.of(16 * MIB)).exitCode()).isZero();
            assertThat(syncing.notes())
                    .anyMatch(
                            note ->
                                    note.contains("the disk is full")
                                            && note.contains("streaming"));
            assertThat(db.value("SELECT count(*) FROM large")).isEqualTo("2000");
            assertThat(syncing.files()).noneMatch(file -> file.contains("incoming"));
            disk.free();
            var writes = syncing.writes();
            syncing.proxy.forgetRequests();
            syncing.sync(ByteSize.of(16 * MIB));
            assertThat(syncing.gets("larges")).isEmpty();
            assertThat(syncing.writes()).isEqualTo(writes);
        }
    }

    @Test
    void aDatabaseThatGrewByWhatItMayPausesAndStopsResumable(Db db) throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            syncing.put("smalls", rows(1, 200));
            syncing.put("larges", rows(2, 2000));
            var report =
                    syncing.within(limits(Optional.of(ByteSize.of(4 * MIB)), 0, Duration.ZERO))
                            .sync(ByteSize.of(0));
            assertThat(report.exitCode()).isEqualTo(4);
            assertThat(report.trouble().orElseThrow())
                    .contains("4.0 MiB are allowed (--db-space)", "run the same command again");
            long rows = Long.parseLong(db.value("SELECT count(*) FROM large"));
            assertThat(rows).isBetween(100L, 1900L);
            syncing.within(limits(Optional.empty(), 0, Duration.ZERO));
            assertThat(syncing.sync(ByteSize.of(0)).exitCode()).isZero();
            assertThat(db.value("SELECT count(*) FROM large")).isEqualTo("2000");
        }
    }

    @Test
    void aLowDiskOfTheDatabasePausesTheRunBeforeItIsFullAndRoomLetsItGoOn(Db db, TestServer server)
            throws Exception {
        try (var disk = tablespace(server, db, 40 * MIB);
                var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            disk.fill(ByteSize.of(22 * MIB));
            syncing.put("smalls", rows(1, 200));
            syncing.put("larges", rows(2, 2000));
            var paused = new AtomicInteger();
            syncing.within(limits(Optional.empty(), 10 * MIB, Duration.ofMinutes(1)))
                    .listening(
                            event -> {
                                if (event instanceof RunEvent.Note note
                                        && note.message().contains("paused")) {
                                    assertThat(
                                                    db.value(
                                                            "SELECT state FROM lode.run ORDER BY id"
                                                                    + " DESC LIMIT 1"))
                                            .isEqualTo("running");
                                    paused.incrementAndGet();
                                    disk.free();
                                }
                            });
            assertThat(syncing.sync(ByteSize.of(0)).exitCode()).isZero();
            assertThat(paused.get()).isEqualTo(1);
            assertThat(syncing.notes())
                    .anyMatch(note -> note.contains("10.0 MiB are to stay free (--db-reserve)"))
                    .anyMatch(note -> note.contains("has room again"));
            assertThat(db.value("SELECT count(*) FROM large")).isEqualTo("2000");
            assertThat(db.value("SELECT coalesce(message, '') FROM lode.run")).isEmpty();
            clear(db);
        }
    }

    @Test
    void aFullDiskOfTheDatabasePausesTheSplitAndLosesNothing(Db db, TestServer server)
            throws Exception {
        try (var disk = tablespace(server, db, 40 * MIB);
                var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            disk.fill(ByteSize.of(32 * MIB));
            syncing.put("smalls", rows(1, 200));
            syncing.put("larges", rows(2, 2000));
            var paused = new AtomicInteger();
            syncing.within(limits(Optional.empty(), 0, Duration.ofMinutes(1)))
                    .listening(
                            event -> {
                                if (event instanceof RunEvent.Note note
                                        && note.message().contains("the server's disk is full")) {
                                    paused.incrementAndGet();
                                    disk.free();
                                }
                            });
            assertThat(syncing.sync(ByteSize.of(0)).exitCode()).isZero();
            assertThat(paused.get()).isPositive();
            assertThat(db.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM large"))
                    .isEqualTo("2000 2000");
            assertThat(db.value("SELECT sum(records) FROM lode.split")).isEqualTo("2200");
            clear(db);
        }
    }

    @Test
    void aFullDiskPausesTheBuildingOfIndexesAndRoomLetsItGoOn(Db db, TestServer server)
            throws Exception {
        String indexed = SCHEMA + "CREATE INDEX large_words ON large (md5(body));\n";
        try (var disk = tablespace(server, db, 64 * MIB);
                var syncing = new Syncing(db, folder, PACK, indexed)) {
            syncing.put("smalls", rows(1, 200));
            syncing.put("larges", rows(2, 2000));
            var paused = new AtomicInteger();
            syncing.within(limits(Optional.empty(), 0, Duration.ofMinutes(1)))
                    .listening(
                            event -> {
                                if (event instanceof RunEvent.StageStarted(String stage)
                                        && stage.equals("indexes and keys")) {
                                    disk.fill();
                                }
                                if (event instanceof RunEvent.Note note
                                        && note.message()
                                                .contains("large_words: the server's disk is")) {
                                    paused.incrementAndGet();
                                    disk.free();
                                }
                            });
            assertThat(syncing.sync(ByteSize.of(0)).exitCode()).isZero();
            assertThat(paused.get()).isEqualTo(1);
            assertThat(syncing.notes()).anyMatch(note -> note.contains("has room again"));
            assertThat(
                            db.value(
                                    "SELECT indisvalid FROM pg_index WHERE indexrelid ="
                                            + " 'large_words'::regclass"))
                    .isEqualTo("t");
            clear(db);
        }
    }

    @Test
    void aRunWaitsForRoomOnceAndNotForEachTable(Db db) throws Exception {
        var watch =
                SpaceWatch.begin(
                        new Database(Publishing.settings(db), db.schema()),
                        "test",
                        0,
                        limits(Optional.empty(), 0, Duration.ofMillis(50)),
                        List.of(),
                        RunListener.SILENT);
        var first = watch.pause("the disk is full");
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                first.waitOnce();
                            }
                        })
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("then stopped");
        var second = watch.pause("the disk is full");
        assertThatThrownBy(second::waitOnce).isInstanceOf(LodeException.class);
        watch.pause("the disk is full").end();
        var third = watch.pause("the disk is full");
        third.waitOnce();
        third.end();
    }

    private static SpaceLimits limits(Optional<ByteSize> growth, long reserve, Duration patience) {
        return new SpaceLimits(growth, ByteSize.of(reserve), Duration.ofMillis(20), patience);
    }

    /// A tablespace on a disk of its own, the database's default from now on.
    private static SmallDisk tablespace(TestServer server, Db db, long size) throws Exception {
        String name = "small_" + db.database();
        var disk = SmallDisk.mount(server.folder().resolve(name), ByteSize.of(size));
        var place = Files.createDirectory(disk.path().resolve("space"));
        Files.setOwner(place, Files.getOwner(server.folder().resolve("data")));
        db.run("CREATE TABLESPACE " + name + " LOCATION '" + place + "'");
        db.run("ALTER DATABASE " + db.database() + " SET default_tablespace = '" + name + "'");
        return disk;
    }

    /// A tablespace must be gone before its disk is.
    private static void clear(Db db) {
        db.run("DROP SCHEMA lode CASCADE; DROP TABLE small, large");
        db.run("DROP TABLESPACE small_" + db.database());
    }

    /// 5 KiB each, which no page of the server compresses much.
    private static String rows(int seed, int count) {
        var random = new Random(seed);
        var text = new StringBuilder("id,body\n");
        for (int i = 0; i < count; i++) {
            text.append('"').append(i).append("\",\"");
            for (int word = 0; word < 800; word++) {
                text.append(Long.toString(random.nextInt(Integer.MAX_VALUE), 36)).append(' ');
            }
            text.append("end\"\n");
        }
        return text.toString();
    }
}
