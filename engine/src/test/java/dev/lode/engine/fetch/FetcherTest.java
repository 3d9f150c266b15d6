package dev.lode.engine.fetch;

import static dev.lode.engine.fetch.Fetching.CHUNK;
import static dev.lode.engine.fetch.Fetching.ID;
import static dev.lode.engine.fetch.Fetching.content;
import static dev.lode.engine.fetch.Fetching.oneByOne;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentHasher;
import dev.lode.core.ErrorKind;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.source.Item;
import dev.lode.source.Source;
import dev.lode.source.folder.FolderSource;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.ManifestEntry;
import dev.lode.store.RunLock;
import dev.lode.testkit.disk.FailingDisk;
import dev.lode.testkit.http.Fault;
import dev.lode.testkit.http.Request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

@Timeout(180)
class FetcherTest {
    private Fetching fetching;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        fetching = new Fetching(folder);
    }

    @AfterEach
    void close() {
        fetching.close();
    }

    @Test
    void fetchesEveryItemAndWritesItDown() throws Exception {
        byte[] big = fetching.put("big", 2 * CHUNK + 5);
        byte[] small = fetching.put("below/small", 3);
        fetching.put("empty", 0);

        var report =
                fetching.fetch(FetchSettings.DEFAULT.withRangeSize(ByteSize.of(CHUNK))).orThrow();

        assertThat(fetching.file("big")).hasBinaryContent(big);
        assertThat(fetching.file("below/small")).hasBinaryContent(small);
        assertThat(fetching.file("empty")).isEmptyFile();
        assertThat(report.transferred()).isEqualTo(big.length + 3);
        assertThat(report.entries())
                .containsExactlyElementsOf(
                        fetching.manifest().entries().stream()
                                .sorted(java.util.Comparator.comparing(ManifestEntry::key))
                                .toList());
        Item listed = fetching.list().get(1);
        assertThat(fetching.manifest().entry("big"))
                .hasValue(
                        new ManifestEntry(
                                "big",
                                "p/big",
                                big.length,
                                listed.versionTag(),
                                listed.lastModified(),
                                ContentHasher.hash(FileBytes.of(fetching.file("big"))),
                                Instant.parse("2026-07-01T00:00:00Z"),
                                "s3://" + fetching.bucket.name() + "/p/"));
        assertThat(fetching.gets("big")).hasSize(3);
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void secondFetchAsksForNoBytes() throws Exception {
        fetching.put("a", CHUNK + 1);
        fetching.put("b", 7);
        var first = fetching.fetch(FetchSettings.DEFAULT).orThrow();
        var items = fetching.list();
        fetching.proxy.forgetRequests();

        var second = fetching.fetch(Disk.LOCAL, FetchSettings.DEFAULT, items).orThrow();

        assertThat(fetching.proxy.requests()).isEmpty();
        assertThat(second.transferred()).isZero();
        assertThat(second.entries()).isEqualTo(first.entries());
        assertThat(second.outcomes()).allMatch(FetchReport.Present.class::isInstance);
    }

    @Test
    void fileThatIsMissingShortOrOfAnotherVersionIsFetchedAgain() throws Exception {
        fetching.put("gone", 5);
        fetching.put("short", 6);
        fetching.put("newer", 7);
        fetching.put("same", 8);
        fetching.fetch(FetchSettings.DEFAULT).orThrow();
        Files.delete(fetching.file("gone"));
        Files.write(fetching.file("short"), new byte[5]);
        byte[] newer = "changed".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        fetching.bucket.put("p/newer", newer);

        var report = fetching.fetch(FetchSettings.DEFAULT).orThrow();

        assertThat(report.transferred()).isEqualTo(5 + 6 + 7);
        assertThat(fetching.file("gone")).hasBinaryContent(content(5));
        assertThat(fetching.file("short")).hasBinaryContent(content(6));
        assertThat(fetching.file("newer")).hasBinaryContent(newer);
    }

    @Test
    void rehashFindsAFileThatRotted() throws Exception {
        byte[] bytes = fetching.put("a", 1_000);
        fetching.fetch(FetchSettings.DEFAULT).orThrow();
        try (var file = FileChannel.open(fetching.file("a"), StandardOpenOption.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(new byte[] {(byte) ~bytes[500]}), 500);
        }
        assertThat(fetching.fetch(FetchSettings.DEFAULT).transferred()).isZero();

        assertThat(fetching.fetch(FetchSettings.DEFAULT.withRehash(true)).transferred())
                .isEqualTo(1_000);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
        assertThat(fetching.events.heard())
                .anySatisfy(
                        event ->
                                assertThat(event)
                                        .isInstanceOfSatisfying(
                                                RunEvent.Note.class,
                                                note ->
                                                        assertThat(note.message())
                                                                .contains(
                                                                        "its content is not what"
                                                                                + " was fetched")));
    }

    @Test
    void goesOnWhereTheConnectionEnded() throws Exception {
        byte[] bytes = fetching.put("a", 2 * CHUNK + 100);
        int[] cuts = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 99};
        long before = 0;
        for (int cut : cuts) {
            fetching.proxy.once(fetching.get("a"), new Fault.EndAfter(cut - before));
            before = cut;
        }

        var report = fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.gets("a"))
                .extracting(Request::rangeStart)
                .containsExactly(
                        0L,
                        0L,
                        1L,
                        CHUNK - 1L,
                        (long) CHUNK,
                        CHUNK + 1L,
                        2L * CHUNK,
                        2L * CHUNK + 99);
        assertThat(report.transferred()).isEqualTo(bytes.length);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void survivesResetsServerErrorsAndLiesAboutLengths() throws Exception {
        byte[] bytes = fetching.put("a", CHUNK + 100);
        fetching.proxy
                .once(fetching.get("a"), new Fault.Refuse())
                .once(fetching.get("a"), new Fault.Answer(503, Map.of("Retry-After", "2"), ""))
                .once(fetching.get("a"), new Fault.LieAboutLength(-1_000))
                .once(fetching.get("a"), new Fault.CutAfter(2 << 20))
                .once(fetching.get("a"), new Fault.LieAboutLength(50));

        fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.file("a")).hasBinaryContent(bytes);
    }

    @Test
    void givesUpWithTheCountAndKeepsWhatCame() throws Exception {
        byte[] bytes = fetching.put("a", CHUNK + 100);
        byte[] other = fetching.put("b", 10);
        fetching.proxy
                .once(fetching.get("a"), new Fault.EndAfter(CHUNK + 50))
                .times(3, fetching.get("a"), new Fault.Answer(500));

        var report = fetching.fetch(oneByOne());

        assertThatThrownBy(report::orThrow)
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.REMOTE))
                .hasMessageContaining(
                        "fetch of courtlistener 2026-06-30: 1 of 2 items are not there: ")
                .hasMessageContaining("500 from the store; tried 4 times");
        assertThat(fetching.file("a")).doesNotExist();
        assertThat(fetching.file("b")).hasBinaryContent(other);
        assertThat(fetching.residue())
                .containsExactly(
                        "incoming/courtlistener/20260630/a.part",
                        "incoming/courtlistener/20260630/a.part.state");

        fetching.proxy.forgetRequests();
        assertThat(fetching.fetch(oneByOne()).orThrow().transferred()).isEqualTo(100);
        assertThat(fetching.gets("a"))
                .extracting(Request::rangeStart)
                .containsExactly((long) CHUNK);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void killedProcessLeavesItsFinishedChunksToTheNext() throws Exception {
        byte[] bytes = fetching.put("a", 2 * CHUNK + 100);
        fetching.proxy.once(fetching.get("a"), new Fault.StallAfter(CHUNK + (4 << 20)));
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OtherProcess.class.getName(),
                                fetching.folder.toString(),
                                fetching.bucket.name(),
                                fetching.proxy.endpoint().toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            String said = "";
            while (!said.startsWith("chunk")) {
                said = String.valueOf(other.inputReader().readLine());
                assertThat(said).isNotEqualTo("null");
            }
            assertThatThrownBy(() -> fetching.fetch(oneByOne()))
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                    .hasMessageContaining("another process is fetching it");
        } finally {
            other.destroyForcibly();
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        fetching.proxy.forgetRequests();

        var report = fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.gets("a"))
                .extracting(Request::rangeStart)
                .containsExactly((long) CHUNK);
        assertThat(report.transferred()).isEqualTo(CHUNK + 100);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
        assertThat(fetching.residue()).isEmpty();
    }

    /// Fetches, says when it has more than the first chunk, and goes on until it is killed.
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws InterruptedException {
            var root = new DataRoot(Path.of(arguments[0]), Disk.LOCAL);
            RunListener announcer =
                    event -> {
                        if (event instanceof RunEvent.FetchProgress(_, long bytes, _)
                                && bytes > CHUNK) {
                            System.out.println("chunk");
                        }
                    };
            try (var source = Fetching.source(arguments[1], java.net.URI.create(arguments[2]))) {
                Fetching.fetch(root, source, oneByOne(), source.list(), announcer);
            }
        }
    }

    @Test
    void interruptEndsAFetchThatWaitsForBytesAndKeepsWhatCame() throws Exception {
        fetching.put("a", CHUNK + 100);
        fetching.put("b", 100);
        fetching.proxy.always(fetching.get("a"), new Fault.StallAfter(CHUNK));
        var outcome = new CompletableFuture<Throwable>();
        var items = fetching.list();
        Thread run =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        fetching.fetch(Disk.LOCAL, FetchSettings.DEFAULT, items);
                                        outcome.complete(new AssertionError("was not interrupted"));
                                    } catch (InterruptedException | RuntimeException e) {
                                        outcome.complete(e);
                                    }
                                });
        fetching.proxy.awaitStall();
        fetching.events.await(
                event ->
                        event instanceof RunEvent.FetchProgress(_, long there, _)
                                && there == CHUNK);
        fetching.events.await(event -> event instanceof RunEvent.Fetched);
        run.interrupt();
        // A minute of silence is allowed: only the interrupt can end it within two seconds.
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);

        assertThat(fetching.manifest().entries())
                .extracting(ManifestEntry::name)
                .containsExactly("b");
        assertThat(
                        PartialFile.recorded(
                                items.getFirst(),
                                PartialFile.Paths.of(
                                        fetching.folder.resolve("incoming/courtlistener/20260630"),
                                        "a",
                                        fetching.file("a"))))
                .isEqualTo(CHUNK);
    }

    @Test
    void chunkThatRottedOnDiskMeanwhileIsFetchedAgain() throws Exception {
        byte[] bytes = fetching.put("a", 3 * CHUNK);
        fetching.proxy
                .once(fetching.get("a"), new Fault.EndAfter(2 * CHUNK))
                .times(3, fetching.get("a"), new Fault.Answer(500));
        assertThat(fetching.fetch(oneByOne()).failures()).hasSize(1);
        Path part = fetching.folder.resolve("incoming/courtlistener/20260630/a.part");
        try (var file = FileChannel.open(part, StandardOpenOption.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(new byte[] {(byte) ~bytes[7]}), 7);
        }
        fetching.proxy.forgetRequests();

        fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.gets("a"))
                .extracting(Request::rangeStart)
                .containsExactly(0L, 2L * CHUNK);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
    }

    @Test
    void damagedStateCostsItsChunksOnly() throws Exception {
        byte[] bytes = fetching.put("a", 3 * CHUNK);
        fetching.proxy
                .once(fetching.get("a"), new Fault.EndAfter(2 * CHUNK))
                .times(3, fetching.get("a"), new Fault.Answer(500));
        fetching.fetch(oneByOne());
        Path state = fetching.folder.resolve("incoming/courtlistener/20260630/a.part.state");
        Files.writeString(state, Files.readString(state).stripTrailing().replaceAll(".$", ""));

        assertThat(fetching.fetch(oneByOne()).orThrow().transferred()).isEqualTo(2L * CHUNK);
        assertThat(fetching.file("a")).hasBinaryContent(bytes);
    }

    @Test
    void objectReplacedInTheMiddleArrivesWholeInItsNewVersion() throws Exception {
        fetching.put("a", 2 * CHUNK);
        byte[] newer = content(CHUNK + 77);
        var settings = FetchSettings.DEFAULT.withParallel(1, 1).withRangeSize(ByteSize.of(CHUNK));
        fetching.proxy.once(
                request -> fetching.get("a").test(request) && request.rangeStart() == CHUNK,
                new Fault.Before(() -> fetching.bucket.put("p/a", newer)));

        var report = fetching.fetch(settings).orThrow();

        assertThat(fetching.file("a")).hasBinaryContent(newer);
        assertThat(report.entries().getFirst().size()).isEqualTo(newer.length);
        assertThat(report.entries().getFirst().versionTag())
                .isEqualTo(fetching.list().getFirst().versionTag());
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void objectThatIsReplacedForEverIsGivenUp() throws Exception {
        fetching.put("a", 10);
        var items = fetching.list();
        fetching.bucket.put("p/a", content(11));
        var size = new java.util.concurrent.atomic.AtomicInteger(12);
        fetching.proxy.always(
                request -> fetching.get("a").test(request),
                new Fault.Before(
                        () -> fetching.bucket.put("p/a", content(size.getAndIncrement()))));

        var report = fetching.fetch(Disk.LOCAL, oneByOne(), items);

        assertThatThrownBy(report::orThrow)
                .hasMessageContaining(
                        "it was replaced while it was fetched, 4 times in a row; not fetched");
        assertThat(fetching.gets("a")).hasSize(4);
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void objectThatIsGoneIsSaidAndLeavesNothing() throws Exception {
        fetching.put("a", 2 * CHUNK);
        fetching.put("b", 5);
        var settings = FetchSettings.DEFAULT.withParallel(1, 1).withRangeSize(ByteSize.of(CHUNK));
        fetching.proxy.once(
                request -> fetching.get("a").test(request) && request.rangeStart() == CHUNK,
                new Fault.Before(() -> fetching.bucket.remove("p/a")));

        var report = fetching.fetch(settings);

        assertThatThrownBy(report::orThrow).hasMessageContaining("gone since it was listed");
        assertThat(fetching.manifest().entries())
                .extracting(ManifestEntry::name)
                .containsExactly("b");
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void byteChangedOnItsWayIsFoundByTheChecksumAndFetchedAgain() throws Exception {
        byte[] bytes = fetching.put("a", 1_000);
        fetching.proxy.once(fetching.get("a"), new Fault.Corrupt(500));

        fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.file("a")).hasBinaryContent(bytes);
        assertThat(fetching.gets("a")).hasSize(2);
    }

    @Test
    void checksumThatNeverMatchesIsAnErrorAndNoFile() throws Exception {
        fetching.put("a", 1_000);
        fetching.proxy.always(fetching.get("a"), new Fault.Corrupt(500));

        assertThatThrownBy(() -> fetching.fetch(oneByOne()).orThrow())
                .hasMessageContaining("its bytes do not sum up to the source's MD5 ");
        assertThat(fetching.file("a")).doesNotExist();
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void refusesWhatTheDiskHasNoRoomFor() throws Exception {
        var item = new Item("a", "p/a", 1L << 50, "tag", Instant.EPOCH);
        assertThatThrownBy(() -> fetching.fetch(Disk.LOCAL, FetchSettings.DEFAULT, List.of(item)))
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                .hasMessageContaining(
                        ", 1.0 PiB needed to fetch 1 items; nothing was fetched; make room");
        assertThat(fetching.proxy.requests()).isEmpty();
    }

    @Test
    void nameThatLeadsElsewhereFailsAloneAndBeforeAnyRequest() throws Exception {
        byte[] good = fetching.put("good", 5);
        fetching.bucket.put("p/.hidden", new byte[1]);

        var report = fetching.fetch(FetchSettings.DEFAULT);

        assertThatThrownBy(report::orThrow)
                .hasMessageContaining("item \".hidden\": cannot be a file of a snapshot");
        assertThat(fetching.file("good")).hasBinaryContent(good);
    }

    @Test
    void partsOfOlderSnapshotsAreSweptAndOtherFilesLeftAlone() throws Exception {
        Path older =
                Files.createDirectories(fetching.folder.resolve("incoming/courtlistener/20260331"));
        Files.writeString(older.resolve("a.part"), "x");
        Files.writeString(older.resolve("a.part.state"), "x");
        Path newer =
                Files.createDirectories(fetching.folder.resolve("incoming/courtlistener/20260930"));
        Files.writeString(newer.resolve("b.part"), "x");
        Files.writeString(fetching.folder.resolve("incoming/courtlistener/mine.csv"), "x");
        fetching.put("a", 5);

        fetching.fetch(FetchSettings.DEFAULT).orThrow();

        assertThat(fetching.residue())
                .containsExactly(
                        "incoming/courtlistener/20260930/b.part",
                        "incoming/courtlistener/mine.csv");
        assertThat(older).doesNotExist();
    }

    @Test
    void oneFetchOfADatasetAtATime() throws Exception {
        fetching.put("a", 5);
        try (var _ =
                RunLock.tryClaim(fetching.folder.resolve("tmp"), "fetch.courtlistener")
                        .orElseThrow()) {
            assertThatThrownBy(() -> fetching.fetch(FetchSettings.DEFAULT))
                    .hasMessageContaining(
                            "dataset \"courtlistener\": another process is fetching it");
        }
        fetching.fetch(FetchSettings.DEFAULT).orThrow();
    }

    @Test
    void progressCountsWhatIsThere() throws Exception {
        fetching.put("a", CHUNK + 100);
        fetching.proxy
                .once(fetching.get("a"), new Fault.EndAfter(CHUNK))
                .times(3, fetching.get("a"), new Fault.Answer(500));
        fetching.fetch(oneByOne());
        fetching.events.forget();

        fetching.fetch(oneByOne()).orThrow();

        assertThat(fetching.events.heard())
                .containsExactly(
                        new RunEvent.FetchProgress("a", CHUNK, CHUNK + 100),
                        new RunEvent.FetchProgress("a", CHUNK + 100, CHUNK + 100),
                        new RunEvent.Fetched("a", CHUNK + 100, 100));
    }

    @Test
    void manyItemsAreWrittenDownOnceEach() throws Exception {
        for (int i = 0; i < 100; i++) {
            fetching.put("item-" + i, i);
        }
        fetching.fetch(FetchSettings.DEFAULT.withParallel(8, 2)).orThrow();
        assertThat(fetching.manifest().entries()).hasSize(100);
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void whicheverChangeOfTheDiskFailsTheNextFetchEndsTheSame(@TempDir Path runs) throws Exception {
        byte[] big = fetching.put("big", CHUNK + 100);
        byte[] small = fetching.put("small", 3);
        var items = fetching.list();
        boolean failed = true;
        int n = 0;
        while (failed) {
            n++;
            Path folder = runs.resolve("run-" + n);
            Files.createDirectories(folder.resolve("tmp"));
            var disk = new FailingDisk(Disk.LOCAL, n, "No space left on device");
            failed = fails(new DataRoot(folder, disk), items);
            assertThat(failed).as("change %d", n).isEqualTo(disk.hasFailed());

            fetch(new DataRoot(folder, Disk.LOCAL), fetching.source, items);
            assertThat(folder.resolve("raw/courtlistener/20260630/big")).hasBinaryContent(big);
            assertThat(folder.resolve("raw/courtlistener/20260630/small")).hasBinaryContent(small);
            try (var files = Files.walk(folder)) {
                assertThat(
                                files.filter(Files::isRegularFile)
                                        .map(file -> folder.relativize(file).toString()))
                        .as("files after change %d failed", n)
                        .containsExactlyInAnyOrder(
                                "raw/courtlistener/20260630/big",
                                "raw/courtlistener/20260630/small",
                                "raw/courtlistener/20260630/download_manifest.json",
                                "tmp/.lock");
            }
        }
        assertThat(n).isGreaterThan(40);
    }

    private boolean fails(DataRoot root, List<Item> items) throws InterruptedException {
        try {
            fetch(root, fetching.source, items);
            return false;
        } catch (LodeException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE);
            assertThat(e).hasMessageContaining("the disk is full, ");
            return true;
        }
    }

    private FetchReport fetch(DataRoot root, Source source, List<Item> items)
            throws InterruptedException {
        return Fetching.fetch(root, source, FetchSettings.DEFAULT, items, fetching.events)
                .orThrow();
    }

    @Test
    void fetchesFromAFolderToo(@TempDir Path downloads) throws Exception {
        Files.write(downloads.resolve("a"), content(CHUNK + 1));
        Files.write(downloads.resolve("b"), content(3));
        var root = new DataRoot(fetching.folder, Disk.LOCAL);
        try (var source = FolderSource.of(downloads)) {
            assertThat(fetch(root, source, source.list()).transferred()).isEqualTo(CHUNK + 4);
            assertThat(fetch(root, source, source.list()).transferred()).isZero();
        }
        assertThat(fetching.file("a")).hasBinaryContent(content(CHUNK + 1));
        assertThat(fetching.residue()).isEmpty();
    }

    @Test
    void idIsTheSameHoweverTheBytesCame() throws Exception {
        fetching.put("a", 3 * CHUNK + 1);
        var parallel =
                fetching.fetch(
                                FetchSettings.DEFAULT
                                        .withParallel(1, 3)
                                        .withRangeSize(ByteSize.of(CHUNK)))
                        .orThrow();
        Files.delete(fetching.file("a"));
        var sequential = fetching.fetch(oneByOne()).orThrow();
        assertThat(parallel.entries().getFirst().contentId())
                .isEqualTo(sequential.entries().getFirst().contentId())
                .isEqualTo(ContentHasher.hash(FileBytes.of(fetching.file("a"))));
        assertThat(fetching.manifest().snapshot()).isEqualTo(ID);
    }
}
