package dev.lode.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.publish.archive.ArchiveFormat;
import dev.lode.publish.archive.ArchiveShape;
import dev.lode.publish.archive.CodecSpec;
import dev.lode.publish.archive.Segmentation;
import dev.lode.publish.archive.Tally;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.testkit.disk.FailingDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

class PublicationBuilderTest {
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("lode.rounds", 10);
    private static final Instant NOON = Instant.parse("2026-06-30T12:00:00Z");

    /// Another reader in another language: every archive of the manifest, item for item.
    private static final String PYTHON =
            """
            import gzip, hashlib, json, os, sys, tarfile
            root = sys.argv[1]
            def load(path):
                with open(os.path.join(root, path), "rb") as f:
                    return f.read()
            pointer = json.loads(load("latest.json"))
            raw = load(pointer["manifest"])
            assert hashlib.sha256(raw).hexdigest() == pointer["manifest_sha256"]
            manifest = json.loads(raw)
            whole = hashlib.sha256()
            everything = []
            for file in manifest["files"]:
                data = load(file["path"])
                assert hashlib.sha256(data).hexdigest() == file["sha256"]
                assert len(data) == file["bytes"]
                content, items = hashlib.sha256(), []
                with tarfile.open(os.path.join(root, file["path"]), "r|gz") as tar:
                    for entry in tar:
                        body = tar.extractfile(entry).read()
                        content.update(hashlib.sha256(entry.name.encode() + b"\\0" + body).digest()[:16])
                        items.append((entry.name, hashlib.sha256(body).hexdigest()))
                assert len(items) == file["items"]
                if file["partition"] == "all":
                    assert items == everything
                    assert file["content"] == whole.hexdigest() == manifest["content"]
                else:
                    assert content.hexdigest() == file["content"]
                    whole.update(("%s\\t%s\\n" % (file["partition"], file["content"])).encode())
                    everything += items
                    for name, digest in items:
                        print(file["partition"], name, digest)
            """;

    @TempDir private Path folder;

    static Publication publication(ArchiveFormat format) {
        return new Publication(
                "courts",
                "opinions",
                "Opinions <by> court",
                new ArchiveShape(
                        format,
                        format == ArchiveFormat.TAR_GZ ? ".json" : "",
                        format == ArchiveFormat.CSV_GZ ? "id,text" : "",
                        format == ArchiveFormat.JSONL_ZST ? CodecSpec.ZSTD : CodecSpec.DEFLATE,
                        new Segmentation(8, 24, 40_000)),
                true,
                true,
                1 << 20);
    }

    static DataRoot root(Path folder, Disk disk) throws IOException {
        for (String each : List.of("tmp", "published")) {
            Files.createDirectories(folder.resolve(each));
        }
        return new DataRoot(folder.toRealPath(), disk);
    }

    private static PublicationBuilder builder(DataRoot root) {
        return new PublicationBuilder(root, 2, Retention.DEFAULT, RunListener.SILENT);
    }

    private static Path published(DataRoot root) {
        return root.folder("published").resolve("courts/opinions");
    }

    @ParameterizedTest
    @EnumSource(ArchiveFormat.class)
    void everyGenerationIsWhatAFullBuildMakesAndMirrorsEndEqual(ArchiveFormat format)
            throws Exception {
        var random = new Random(SEED);
        var publication = publication(format);
        var root = root(folder.resolve("incremental"), Disk.LOCAL);
        var corpus = Corpus.of(7, 700, random);
        var first = builder(root).build(publication, corpus.whole(), NOON);
        var mirror = new Mirror(corpus, first.manifest());
        int rounds = format == ArchiveFormat.TAR_GZ ? ROUNDS : 3;
        var past = first.manifest();
        for (int round = 0; round < rounds; round++) {
            var before = corpus.copy();
            corpus.disturb(random, 1 + random.nextInt(30));
            if (round == 7) {
                corpus.partitions().remove("court1");
            }
            if (round == 9) {
                corpus.partition("a new one").put("1", 100, random);
            }
            var source = round % 4 == 3 ? corpus.whole() : corpus.since(before, random);
            var report =
                    builder(root)
                            .build(publication, source, NOON.plus(Duration.ofHours(round + 1)));
            var full =
                    builder(root(folder.resolve("full-" + round), Disk.LOCAL))
                            .build(publication, corpus.whole(), NOON);

            var as = "seed " + SEED + " round " + round;
            assertThat(pathsAndSums(report.manifest()))
                    .as(as)
                    .isEqualTo(pathsAndSums(full.manifest()));
            assertThat(report.manifest().content()).as(as).isEqualTo(full.manifest().content());
            assertThat(report.manifest().items()).as(as).isEqualTo(corpus.items());
            if (format == ArchiveFormat.TAR_GZ) {
                assertThat(readByPython(published(root))).as(as).isEqualTo(expected(corpus));
            }
            if (round % 3 == 2) {
                mirror.follow(published(root), report.manifest());
                assertThat(sameItems(mirror.held(), corpus)).as(as).isTrue();
            }
            assertThat(report.isNew()).isEqualTo(!report.manifest().equals(past));
            past = report.manifest();
        }
    }

    private static List<String> pathsAndSums(Manifest manifest) {
        return manifest.files().stream()
                .map(file -> file.path() + " " + file.sha256() + " " + file.content())
                .toList();
    }

    private static boolean sameItems(Corpus one, Corpus other) {
        var names = new TreeSet<>(one.partitions().keySet());
        names.addAll(other.partitions().keySet());
        return names.stream()
                .allMatch(
                        name ->
                                Corpus.same(
                                        one.partitions().getOrDefault(name, new Items()),
                                        other.partitions().getOrDefault(name, new Items())));
    }

    private static List<String> expected(Corpus corpus) {
        var lines = new ArrayList<String>();
        corpus.partitions()
                .forEach(
                        (name, items) ->
                                items.map()
                                        .forEach(
                                                (key, content) ->
                                                        lines.add(
                                                                name
                                                                        + " "
                                                                        + SafeName.of(key)
                                                                        + ".json "
                                                                        + Manifest.sha256(
                                                                                content))));
        return lines;
    }

    private static List<String> readByPython(Path published) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/env")), "no programs to run");
        var process =
                new ProcessBuilder("/usr/bin/env", "python3", "-c", PYTHON, published.toString())
                        .redirectErrorStream(true)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assumeTrue(exit != 127, "python3 is not installed");
        assertThat(exit).as(out).isZero();
        return out.lines().toList();
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(5, 200, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var first = builder(root).build(publication, corpus.whole(), NOON);
        var before = state(published(root));

        var known =
                builder(root).build(publication, corpus.since(corpus, random), NOON.plusSeconds(1));
        var compared = builder(root).build(publication, corpus.whole(), NOON.plusSeconds(2));

        assertThat(first.isNew()).isTrue();
        assertThat(known.isNew()).isFalse();
        assertThat(compared.isNew()).isFalse();
        assertThat(known.tally()).isEqualTo(Tally.NOTHING);
        assertThat(compared.tally().changes()).isZero();
        assertThat(compared.archives()).isZero();
        assertThat(state(published(root))).isEqualTo(before);
    }

    private static List<String> state(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            var lines = new ArrayList<String>();
            for (Path path : paths.sorted().toList()) {
                lines.add(
                        folder.relativize(path)
                                + " "
                                + Files.getAttribute(path, "unix:ino")
                                + " "
                                + Files.getLastModifiedTime(path));
            }
            return lines;
        }
    }

    @Test
    void onlyWhatChangedIsWrittenAnewAndKeepsItsDate() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(5, 300, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        builder(root).build(publication, corpus.whole(), NOON);
        var before = corpus.copy();
        corpus.partition("court0").put("7", 100, random);

        var report =
                builder(root)
                        .build(publication, corpus.since(before, random), NOON.plusSeconds(60));

        assertThat(report.archives()).isEqualTo(2);
        assertThat(report.tally().changes()).isEqualTo(1);
        assertThat(report.manifest().file("court0").orElseThrow().lastChange())
                .isEqualTo(NOON.plusSeconds(60));
        assertThat(report.manifest().file("court1").orElseThrow().lastChange()).isEqualTo(NOON);
        assertThat(report.copied()).isGreaterThan(report.pressed());
        var alias = published(root).resolve("current/court0.tar.gz");
        assertThat(
                        Files.isSameFile(
                                alias,
                                published(root)
                                        .resolve(
                                                report.manifest()
                                                        .file("court0")
                                                        .orElseThrow()
                                                        .path())))
                .isTrue();
    }

    @Test
    void aDamagedArchiveIsWrittenAnewAndSaidSo() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(4, 300, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var first = builder(root).build(publication, corpus.whole(), NOON).manifest();
        var mirror = new Mirror(corpus, first);
        Path index =
                published(root)
                        .resolve(
                                "segments/"
                                        + first.file("court0").orElseThrow().path().substring(6)
                                        + ".segments");
        Files.write(index, new byte[] {1, 2, 3});
        Path rotten = published(root).resolve(first.file("court2").orElseThrow().path());
        byte[] bytes = Files.readAllBytes(rotten);
        bytes[bytes.length / 2] ^= 4;
        Files.write(rotten, bytes);
        Files.delete(published(root).resolve(first.file("court3").orElseThrow().path()));
        var before = corpus.copy();
        corpus.partition("court0").put("7", 100, random);
        corpus.partition("court1").put("8", 100, random);
        var notes = new ConcurrentLinkedQueue<String>();

        var report =
                noting(root, notes)
                        .build(publication, corpus.since(before, random), NOON.plusSeconds(60));

        assertThat(notes).hasSize(3);
        assertThat(notes).anyMatch(note -> note.contains("partition \"court0\""));
        assertThat(notes).anyMatch(note -> note.contains("partition \"court2\""));
        assertThat(notes).anyMatch(note -> note.contains("partition \"court3\""));
        assertThat(readByPython(published(root))).isEqualTo(expected(corpus));
        mirror.follow(published(root), report.manifest());
        assertThat(sameItems(mirror.held(), corpus)).isTrue();
    }

    @Test
    void aPointerThatLeadsNowhereStartsAnew() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(4, 100, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        builder(root).build(publication, corpus.whole(), NOON);
        Files.writeString(published(root).resolve("latest.json"), "{}");

        var report = builder(root).build(publication, corpus.whole(), NOON.plusSeconds(1));

        assertThat(report.manifest().generation()).isEqualTo(2);
        assertThat(report.manifest().feeds()).isEmpty();
        assertThat(readByPython(published(root))).isEqualTo(expected(corpus));
    }

    private static PublicationBuilder noting(DataRoot root, Collection<String> notes) {
        return new PublicationBuilder(
                root,
                2,
                Retention.DEFAULT,
                event -> {
                    if (event instanceof RunEvent.Note(boolean _, String text)) {
                        notes.add(text);
                    }
                });
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(3, 60, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var notes = new ConcurrentLinkedQueue<String>();
        var builder = noting(root, notes);
        for (int hour = 0; hour < 3; hour++) {
            corpus.partition("court0").put("x", 20 + hour, random);
            builder.build(publication, corpus.whole(), NOON.plus(Duration.ofHours(hour)));
        }
        assertThat(notes).isEmpty();
        var manifest = published(root).resolve("generations/000001/manifest.json");
        Files.delete(manifest);

        corpus.partition("court0").put("x", 40, random);
        builder.build(publication, corpus.whole(), NOON.plus(Duration.ofHours(3)));

        assertThat(notes).hasSize(1);
        assertThat(notes.remove())
                .contains(
                        manifest.toString(),
                        "is missing",
                        "bring it back, or remove",
                        "older generations are kept");

        Files.delete(published(root).resolve("latest.json"));
        builder.build(publication, corpus.whole(), NOON.plus(Duration.ofHours(4)));

        assertThat(notes).anyMatch(note -> note.contains("latest.json\": is missing, although"));
        assertThat(readByPython(published(root))).isEqualTo(expected(corpus));
    }

    @Test
    void oldGenerationsAreKeptThroughTheLongestDownloadAndThenGo() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = Corpus.of(3, 60, random);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var builder =
                new PublicationBuilder(
                        root, 1, new Retention(1, Duration.ofHours(3), 2), RunListener.SILENT);
        Manifest latest = builder.build(publication, corpus.whole(), NOON).manifest();
        for (int hour = 1; hour <= 8; hour++) {
            corpus.disturb(random, 3);
            corpus.partition("court0").put("x", 20 + hour, random);
            latest =
                    builder.build(publication, corpus.whole(), NOON.plus(Duration.ofHours(hour)))
                            .manifest();
        }

        var folder = new PublicationFolder(published(root));
        assertThat(folder.numbers()).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(latest.feeds()).hasSize(2);
        var named = new TreeSet<String>();
        for (long number : folder.numbers()) {
            folder.manifest(number).files().forEach(file -> named.add(file.path().substring(6)));
        }
        try (var files = Files.list(published(root).resolve("files"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    /// For every change of the disk: it fails, the latest generation is whole, and the next build
    /// completes and leaves nothing behind.
    @Test
    void aDiskThatFailsAnywhereLeavesAWholeGeneration() throws Exception {
        var random = new Random(SEED);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var old = Corpus.of(3, 40, random);
        var corpus = old.copy();
        corpus.disturb(random, 5);
        corpus.partition("court0").put("x", 50, random);
        int step = Integer.getInteger("lode.failing-step", 23);
        for (int nth = 1 + random.nextInt(step); ; nth += step) {
            var at = folder.resolve("failing-" + nth);
            var root = root(at, Disk.LOCAL);
            var first = builder(root).build(publication, old.whole(), NOON).manifest();
            var disk = new FailingDisk(Disk.LOCAL, nth, "No space left on device");
            boolean failed = false;
            try {
                new PublicationBuilder(root(at, disk), 1, Retention.DEFAULT, RunListener.SILENT)
                        .build(publication, corpus.whole(), NOON.plusSeconds(1));
            } catch (dev.lode.core.LodeException e) {
                failed = true;
                assertThat(e).hasMessageContaining("disk is full");
            }
            var latest = new PublicationFolder(published(root)).latest().orElseThrow();
            assertThat(latest.content())
                    .isIn(first.content(), Manifest.contentOf(wanted(publication, corpus)));
            Downloads.check(published(root), latest);

            var report = builder(root).build(publication, corpus.whole(), NOON.plusSeconds(2));
            assertThat(pathsAndSums(report.manifest()))
                    .isEqualTo(
                            wanted(publication, corpus).stream()
                                    .map(
                                            file ->
                                                    file.path()
                                                            + " "
                                                            + file.sha256()
                                                            + " "
                                                            + file.content())
                                    .toList());
            assertThat(residue(root)).as("change " + nth).isEmpty();
            if (!failed) {
                assertThat(disk.hasFailed()).isFalse();
                return;
            }
        }
    }

    @Test
    void nothingGetsItsNameBeforeItIsDurable() throws Exception {
        var random = new Random(SEED);
        var publication = publication(ArchiveFormat.TAR_GZ);
        var corpus = Corpus.of(4, 60, random);
        var disk = new OrderedDisk();
        var builder = builder(root(folder, disk));
        builder.build(publication, corpus.whole(), NOON);
        corpus.disturb(random, 9);
        builder.build(publication, corpus.whole(), NOON.plusSeconds(1));

        assertThat(disk.torn()).isEmpty();
        assertThat(disk.renamed()).isGreaterThan(10);
    }

    private List<PublishedFile> wanted(Publication publication, Corpus corpus) throws Exception {
        return builder(root(folder.resolve("wanted"), Disk.LOCAL))
                .build(publication, corpus.whole(), NOON)
                .manifest()
                .files();
    }

    static List<Path> residue(DataRoot root) throws IOException {
        try (var files = Files.list(root.folder("tmp"))) {
            return files.filter(file -> !file.getFileName().toString().equals(".lock")).toList();
        }
    }

    @Test
    void partitionsThatCannotNameAFileAreRefused() throws Exception {
        var corpus = new Corpus();
        corpus.partition("all");

        assertThatThrownBy(
                        () ->
                                builder(root(folder, Disk.LOCAL))
                                        .build(
                                                publication(ArchiveFormat.TAR_GZ),
                                                corpus.whole(),
                                                NOON))
                .hasMessageContaining("partition \"all\" cannot name a file");
        assertThat(published(root(folder, Disk.LOCAL)).resolve("latest.json")).doesNotExist();
    }

    @Test
    void thePageIsEscapedAndHasNoScripts() throws Exception {
        var random = new Random(SEED);
        var root = root(folder, Disk.LOCAL);
        var corpus = new Corpus();
        corpus.partition("<script>&\"x'").put("1", 10, random);

        builder(root).build(publication(ArchiveFormat.TAR_GZ), corpus.whole(), NOON);

        var page = Files.readString(published(root).resolve("index.html"));
        assertThat(page)
                .contains("<h1>Opinions &lt;by&gt; court</h1>")
                .contains("&lt;script&gt;&amp;&quot;x&#39;")
                .doesNotContain("<script")
                .contains("lang=\"en\"");
    }
}
