package dev.lode.engine.budget;

import dev.lode.core.ByteSize;
import dev.lode.core.Secret;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.engine.fetch.FetchSettings;
import dev.lode.engine.fetch.Fetcher;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.engine.load.LoadReport;
import dev.lode.engine.load.LoadSettings;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.s3.S3Settings;
import dev.lode.source.s3.S3Source;
import dev.lode.source.stream.StreamSettings;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;
import dev.lode.testkit.http.FaultyProxy;
import dev.lode.testkit.http.Request;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.s3.TestBucket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/// A bucket behind a faulty network, a data root, a test database, and syncs between them.
final class Syncing implements AutoCloseable {
    static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    static final ByteSize UNLIMITED = new ByteSize(1L << 50);

    final TestBucket bucket = TestBucket.fresh();
    final FaultyProxy proxy = FaultyProxy.before(bucket.endpoint());
    final List<RunEvent> events = new ArrayList<>();

    private final Db db;
    private final Pack pack;
    private DataRoot root;
    private Optional<SpaceLimits> limits = Optional.empty();
    private final TargetDatabase database;
    private LoadSettings settings = settings(1, 1 << 20);
    private StreamSettings streaming = new StreamSettings(new ByteSize(1 << 20), 3);
    private RunListener listener = RunListener.SILENT;

    /// @param folder of the data root and the pack, empty
    Syncing(Db db, Path folder, String packYaml, String schema) throws IOException {
        this.db = db;
        Files.writeString(folder.resolve("schema.sql"), schema);
        this.pack = PackReader.parse(folder, packYaml.replace("SCHEMA", db.schema()));
        var place = Files.createDirectories(folder.resolve("root")).toRealPath();
        Files.createDirectories(place.resolve("tmp"));
        this.root = new DataRoot(place, Disk.LOCAL);
        this.database = new TargetDatabase(new Database(address(db), db.schema()), "test");
    }

    private static DatabaseSettings address(Db db) {
        return new DatabaseSettings(
                db.server().host(),
                db.server().port(),
                db.database(),
                db.user(),
                Optional.of(Secret.of(db.password().reveal())),
                Map.of());
    }

    static LoadSettings settings(int workers, int splitSize) {
        return new LoadSettings(
                workers,
                CutSettings.DEFAULT.withBatchSize(new ByteSize(splitSize)),
                LoadLimits.DEFAULT,
                Duration.ofSeconds(60),
                false);
    }

    Syncing with(LoadSettings changed) {
        settings = changed;
        return this;
    }

    Syncing listening(RunListener changed) {
        listener = changed;
        return this;
    }

    Syncing within(SpaceLimits changed) {
        limits = Optional.of(changed);
        return this;
    }

    /// A data root elsewhere.
    Syncing storingAt(Path place) throws IOException {
        Files.createDirectories(place.resolve("tmp"));
        root = new DataRoot(place.toRealPath(), Disk.LOCAL);
        return this;
    }

    /// The notes of the last sync.
    List<String> notes() {
        synchronized (events) {
            return events.stream()
                    .filter(RunEvent.Note.class::isInstance)
                    .map(event -> ((RunEvent.Note) event).message())
                    .toList();
        }
    }

    Snapshot snapshot() {
        return new Snapshot(root, new SnapshotId(pack.dataset(), DATE));
    }

    DataRoot root() {
        return root;
    }

    void put(String item, String content) {
        bucket.put("p/" + item + "-" + DATE + ".csv", content.getBytes(StandardCharsets.UTF_8));
    }

    List<Request> gets(String item) {
        return proxy.requests(FaultyProxy.getOf("/p/" + item + "-" + DATE + ".csv"));
    }

    /// Lists, plans, stages, loads.
    LoadReport sync(ByteSize budget) throws InterruptedException {
        events.clear();
        RunListener heard =
                event -> {
                    synchronized (events) {
                        events.add(event);
                    }
                    listener.on(event);
                };
        var retry =
                new Retry(
                        new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(9)),
                        _ -> {},
                        new Random(1));
        try (var source =
                        S3Source.of(
                                S3Settings.anonymous(bucket.name(), "p/", "us-west-2")
                                        .at(proxy.endpoint()));
                var temp = TempFiles.open(root, "test-" + ProcessHandle.current().pid());
                var pool = new BlockPool(2, 4)) {
            var items = source.list();
            var parts =
                    pack.tables().stream()
                            .map(
                                    table ->
                                            new RemotePart(
                                                    table,
                                                    items.stream()
                                                            .filter(
                                                                    item ->
                                                                            item.name()
                                                                                    .startsWith(
                                                                                            table
                                                                                                            .item()
                                                                                                    + "-"))
                                                            .max(Comparator.comparing(Item::name))
                                                            .orElseThrow()))
                            .toList();
            var fetcher =
                    new Fetcher(
                            source,
                            root,
                            temp,
                            retry,
                            FetchSettings.DEFAULT.withParallel(2, 1),
                            heard,
                            () -> Instant.parse("2026-07-01T00:00:00Z"));
            try (var sync =
                    new RemoteSync(
                            pack,
                            new SnapshotId(pack.dataset(), DATE),
                            parts,
                            fetcher,
                            streaming,
                            heard)) {
                var plan = DiskPlan.of(sync.standings(database, false), budget);
                var local = sync.stage(plan);
                var load =
                        new DatasetLoad(
                                pack,
                                database,
                                new Decoders(pool),
                                dev.lode.engine.load.CopyUnderTest.forced(settings),
                                new RunOrigin("test", 1, "test"),
                                heard);
                limits.ifPresent(load::within);
                return load.suppliedBy(sync.supply()).run(local, "sync", () -> {});
            }
        }
    }

    /// Files of the data root but for the manifest and locks, by their path below the root.
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root.path())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.path().relativize(file).toString())
                    .filter(name -> !name.endsWith("download_manifest.json"))
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    /// Bytes of all files of the data root; what goes while it is looked at does not count.
    long storedBytes() {
        try (Stream<Path> files = Files.walk(root.path())) {
            return files.mapToLong(file -> Files.isRegularFile(file) ? file.toFile().length() : 0)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /// Tables, rejects and sums of the ledger, as text.
    Map<String, String> outcome() {
        var outcome = new java.util.TreeMap<String, String>();
        for (var table : pack.tables()) {
            outcome.put(
                    table.table(),
                    db.value(
                            "SELECT count(*) || ' ' || coalesce(sum(('x' || left(md5(t::text),"
                                    + " 15))::bit(60)::bigint), 0) FROM "
                                    + table.table()
                                    + " t"));
        }
        outcome.put(
                "rejects",
                Objects.toString(
                        db.rows(
                                "SELECT i.name, r.record, r.byte_offset, r.reason, md5(r.raw) FROM"
                                        + " lode.reject r JOIN lode.item i ON i.id = r.item_id"
                                        + " ORDER BY 1, 3")));
        outcome.put(
                "sums",
                Objects.toString(
                        db.rows(
                                "SELECT i.name, i.state, i.content_id, i.records, i.inserted,"
                                        + " i.rejected, sum(s.records), sum(s.inserted), count(*),"
                                        + " max(s.end_offset) FROM lode.item i JOIN lode.split s ON"
                                        + " s.item_id = i.id GROUP BY i.id ORDER BY 1, i.id")));
        return outcome;
    }

    /// The state of the database's content that a sync without news must not touch.
    String writes() {
        var marks = new StringBuilder();
        for (var table : pack.tables()) {
            marks.append(
                    db.value(
                            "SELECT coalesce(max(xmin::text::bigint), 0) || ' ' || count(*) FROM "
                                    + table.table()));
            marks.append('\n');
        }
        return marks + db.value("SELECT count(*) || ' ' || max(id) FROM lode.item");
    }

    @Override
    public void close() {
        proxy.close();
    }
}
