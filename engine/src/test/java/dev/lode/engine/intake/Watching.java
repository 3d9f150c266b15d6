package dev.lode.engine.intake;

import dev.lode.core.Secret;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.core.place.Announcements;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.store.Disk;
import dev.lode.store.place.FolderPlace;
import dev.lode.testkit.postgres.Db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Watches places with the pack `waze`, once.
final class Watching {
    private final Path folder;
    private final Pack pack = PackReader.read(Path.of("..", "packs", "waze"));
    private final TargetDatabase database;
    private IntakePlaces places;
    private RunListener listener = RunListener.SILENT;
    private WatchSettings settings = quick();

    Watching(Db db, Path folder) {
        this.folder = folder;
        this.database =
                new TargetDatabase(
                        new Database(
                                new DatabaseSettings(
                                        db.server().host(),
                                        db.server().port(),
                                        db.database(),
                                        db.user(),
                                        Optional.of(Secret.of(db.password().reveal())),
                                        Map.of()),
                                "waze"),
                        "test");
        this.places =
                new IntakePlaces(place("incoming"), place("processed"), place("failed"), false);
    }

    /// Small waits: the database, not the clock, decides how long a test takes.
    private static WatchSettings quick() {
        return quick(
                BulkSettings.NONE,
                WatchSettings.DEFAULT.space(),
                WatchSettings.DEFAULT.waitingFiles());
    }

    private static WatchSettings quick(BulkSettings bulk, SpaceLimits space, int waitingFiles) {
        var standard = WatchSettings.DEFAULT;
        return new WatchSettings(
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                2,
                standard.latencyFactor(),
                8,
                standard.groupBytes(),
                standard.memory(),
                waitingFiles,
                standard.attempts(),
                standard.deaths(),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                standard.silence(),
                standard.stuck(),
                true,
                Optional.empty(),
                standard.session(),
                space,
                bulk);
    }

    private FolderPlace place(String name) {
        return new FolderPlace(folder.resolve(name), Disk.LOCAL).made();
    }

    Watching at(IntakePlaces changed) {
        places = changed;
        return this;
    }

    Watching bulk(BulkSettings bulk) {
        settings = quick(bulk, WatchSettings.DEFAULT.space(), WatchSettings.DEFAULT.waitingFiles());
        return this;
    }

    Watching within(SpaceLimits space) {
        settings = quick(BulkSettings.NONE, space, WatchSettings.DEFAULT.waitingFiles());
        return this;
    }

    Watching waitingFiles(int most) {
        settings = quick(BulkSettings.NONE, WatchSettings.DEFAULT.space(), most);
        return this;
    }

    Watching listening(RunListener changed) {
        listener = changed;
        return this;
    }

    TargetDatabase database() {
        return database;
    }

    IntakePlaces places() {
        return places;
    }

    Pack pack() {
        return pack;
    }

    WatchReport once() throws InterruptedException {
        try (var pool = new BlockPool(1, 2)) {
            return new Watch(
                            pack,
                            database,
                            places,
                            Announcements.NONE,
                            new Decoders(pool),
                            settings,
                            new RunOrigin("test", 1, "test"),
                            InstantSource.system(),
                            listener)
                    .run(true);
        }
    }

    Path put(String name, String content) throws IOException {
        return Files.writeString(folder.resolve("incoming").resolve(name), content);
    }

    List<String> names(String place) throws IOException {
        var root = folder.resolve(place);
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /// A snapshot of the feed with one alert.
    static String snapshot(long minute, String uuid) {
        long start = 1_509_500_000_000L / 60_000 * 60_000 + minute * 60_000;
        return """
        {"alerts":[{"uuid":"%s","pubMillis":%d,"type":"JAM","subtype":"","country":"BR","magvar":0,
        "reliability":5,"location":{"x":-48.9,"y":-26.3}}],"jams":[],
        "startTimeMillis":%d,"endTimeMillis":%d,"startTime":"x","endTime":"y"}
        """
                .formatted(uuid, start, start, start + 60_000);
    }

    /// What the tables hold, whatever order the files came in: rows and digest of each.
    static Map<String, String> tables(Db db) {
        var columns = new TreeMap<String, String>();
        columns.put("data_files", "start_time_millis, end_time_millis");
        columns.put("alerts", "uuid, pub_millis, type, subtype, street, location, reliability");
        columns.put("jams", "uuid, pub_millis, line, level, delay, length, street");
        columns.put("irregularities", "uuid, detection_date_millis, line, drivers_count");
        columns.put("coordinates", "latitude, longitude, \"order\", coordinate_type_id");
        columns.put("alert_types", "type, subtype");
        columns.put("coordinate_type", "t");
        columns.put("roads", "t");
        var tables = new TreeMap<String, String>();
        columns.forEach(
                (table, values) ->
                        tables.put(
                                table,
                                db.value(
                                        "SELECT count(*) || ' ' || coalesce(sum(('x' ||"
                                                + " left(md5(row("
                                                + values
                                                + ")::text), 12))::bit(48)::bigint), 0) FROM waze."
                                                + table
                                                + " t")));
        return tables;
    }
}
