package dev.lode.engine.fetch;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentId;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.Source;
import dev.lode.source.s3.S3Settings;
import dev.lode.source.s3.S3Source;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DownloadManifest;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;
import dev.lode.testkit.http.FaultyProxy;
import dev.lode.testkit.http.Request;
import dev.lode.testkit.s3.TestBucket;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A bucket behind a faulty network, a data root, and fetches between them.
final class Fetching implements AutoCloseable {
    static final SnapshotId ID = new SnapshotId("courtlistener", LocalDate.of(2026, 6, 30));
    static final int CHUNK = ContentId.CHUNK;

    final TestBucket bucket = TestBucket.fresh();
    final FaultyProxy proxy = FaultyProxy.before(bucket.endpoint());
    final Heard events = new Heard();
    final Path folder;
    final S3Source source = source(bucket.name(), proxy.endpoint());

    /// @param folder of the data root, empty
    Fetching(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        Files.createDirectories(folder.resolve("tmp"));
    }

    static S3Source source(String bucket, URI endpoint) {
        return S3Source.of(
                S3Settings.anonymous(bucket, "p/", "us-west-2")
                        .at(endpoint)
                        .withLimits(
                                new S3Settings.Limits(
                                        1_000,
                                        10,
                                        16,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(60))));
    }

    /// One range of one file at a time, whatever its size: the order of requests is certain.
    static FetchSettings oneByOne() {
        return FetchSettings.DEFAULT.withParallel(1, 1).withRangeSize(new ByteSize(1L << 40));
    }

    /// Bytes of which no chunk is like another.
    static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    byte[] put(String name, int size) {
        byte[] bytes = content(size);
        bucket.put("p/" + name, bytes);
        return bytes;
    }

    List<Item> list() throws InterruptedException {
        return source.list();
    }

    FetchReport fetch(FetchSettings settings) throws InterruptedException {
        return fetch(Disk.LOCAL, settings, list());
    }

    FetchReport fetch(Disk disk, FetchSettings settings, List<Item> items)
            throws InterruptedException {
        return fetch(new DataRoot(folder, disk), source, settings, items, events);
    }

    static FetchReport fetch(
            DataRoot root,
            Source source,
            FetchSettings settings,
            List<Item> items,
            RunListener listener)
            throws InterruptedException {
        var patience = new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(9));
        var retry = new Retry(patience, _ -> {}, new Random(1));
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-07-01T00:00:00Z"));
        try (var temp = TempFiles.open(root, "test-" + ProcessHandle.current().pid())) {
            return new Fetcher(source, root, temp, retry, settings, listener, clock)
                    .fetch(ID, items);
        }
    }

    Snapshot snapshot() {
        return new Snapshot(new DataRoot(folder, Disk.LOCAL), ID);
    }

    Path file(String name) {
        return snapshot().file(name);
    }

    DownloadManifest manifest() {
        return snapshot().manifest();
    }

    /// Requests for the bytes of an object.
    List<Request> gets(String name) {
        return proxy.requests(FaultyProxy.getOf("/p/" + name));
    }

    Predicate<Request> get(String name) {
        return FaultyProxy.getOf("/p/" + name);
    }

    /// Every file of the data root that is not part of a snapshot, by its path below the root.
    List<String> residue() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.startsWith("raw/") && !name.equals("tmp/.lock"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        source.close();
        proxy.close();
    }

    /// Every event so far.
    static final class Heard implements RunListener {
        private final List<RunEvent> events = new ArrayList<>();

        @Override
        public synchronized void on(RunEvent event) {
            events.add(event);
            notifyAll();
        }

        synchronized List<RunEvent> heard() {
            return List.copyOf(events);
        }

        synchronized void forget() {
            events.clear();
        }

        /// Waits for an event.
        synchronized void await(Predicate<RunEvent> wanted) throws InterruptedException {
            while (events.stream().noneMatch(wanted)) {
                wait();
            }
        }
    }
}
