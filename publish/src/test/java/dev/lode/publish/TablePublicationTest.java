package dev.lode.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.format.table.ColumnType;
import dev.lode.format.table.TableCodec;
import dev.lode.format.table.TableColumn;
import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;
import dev.lode.publish.archive.TableArchiveShape;
import dev.lode.publish.archive.Tally;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.testkit.disk.FailingDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Publications of Parquet, whose files are rewritten whole or not at all.
class TablePublicationTest {
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final Instant NOON = Instant.parse("2026-06-30T12:00:00Z");

    @TempDir private Path folder;

    static Publication publication() {
        return publication(new ColumnType.Text());
    }

    /// In row groups so small that partitions have several.
    private static Publication publication(ColumnType size) {
        return new Publication(
                "courts",
                "opinions",
                "Opinions by court",
                new TableArchiveShape(
                        TableFormat.parquet(),
                        new TableShape(
                                List.of(
                                        new TableColumn("id", new ColumnType.Text()),
                                        new TableColumn("size", size),
                                        new TableColumn("doc", new ColumnType.Text())),
                                TableCodec.ZSTD,
                                20_000)),
                true,
                true,
                1 << 20);
    }

    /// The same items as records of CSV: key, size of the document or NULL, document.
    static Corpus records(Corpus corpus) {
        var records = new Corpus();
        corpus.partitions()
                .forEach(
                        (name, items) -> {
                            var into = records.partition(name);
                            items.map()
                                    .forEach((key, json) -> into.map().put(key, record(key, json)));
                        });
        return records;
    }

    private static byte[] record(String key, byte[] json) {
        return (quoted(key)
                        + ","
                        + (json.length % 7 == 0 ? "" : json.length)
                        + ","
                        + quoted(new String(json, StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static PublicationBuilder builder(DataRoot root) {
        return new PublicationBuilder(root, 2, Retention.DEFAULT, RunListener.SILENT);
    }

    private static DataRoot root(Path folder) throws Exception {
        return PublicationBuilderTest.root(folder, Disk.LOCAL);
    }

    private static Path published(DataRoot root) {
        return root.folder("published").resolve("courts/opinions");
    }

    private static List<String> pathsAndSums(Manifest manifest) {
        return manifest.files().stream()
                .map(file -> file.path() + " " + file.sha256() + " " + file.content())
                .toList();
    }

    /// What DuckDB reads from the files of a manifest, by partition, in the order of the file.
    private static Map<String, List<String>> read(Path published, Manifest manifest)
            throws Exception {
        var all = new TreeMap<String, List<String>>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            for (var file : manifest.files()) {
                var rows = new ArrayList<String>();
                try (var found =
                        statement.executeQuery(
                                "SELECT id, size::VARCHAR, doc::VARCHAR FROM '"
                                        + published.resolve(file.path())
                                        + "' ORDER BY file_row_number")) {
                    while (found.next()) {
                        rows.add(
                                found.getString(1)
                                        + " "
                                        + found.getString(2)
                                        + " "
                                        + found.getString(3));
                    }
                }
                assertThat(rows).hasSize((int) file.items());
                all.put(file.partition(), rows);
            }
        }
        return all;
    }

    private static Map<String, List<String>> expected(Corpus corpus) {
        var all = new TreeMap<String, List<String>>();
        var everything = new ArrayList<String>();
        corpus.partitions()
                .forEach(
                        (name, items) -> {
                            var rows = new ArrayList<String>();
                            items.map()
                                    .forEach(
                                            (key, json) ->
                                                    rows.add(
                                                            key
                                                                    + " "
                                                                    + (json.length % 7 == 0
                                                                            ? null
                                                                            : json.length)
                                                                    + " "
                                                                    + new String(
                                                                            json,
                                                                            StandardCharsets
                                                                                    .UTF_8)));
                            all.put(name, rows);
                            everything.addAll(rows);
                        });
        all.put(Publication.ALL, everything);
        return all;
    }

    @Test
    void everyGenerationIsWhatAFullBuildMakesAndMirrorsEndEqual() throws Exception {
        var random = new Random(SEED);
        var root = root(folder.resolve("incremental"));
        var corpus = Corpus.of(6, 500, random);
        var first = builder(root).build(publication(), records(corpus).whole(), NOON);
        var mirror = new Mirror(records(corpus), first.manifest());
        assertThat(read(published(root), first.manifest())).isEqualTo(expected(corpus));
        for (int round = 0; round < 6; round++) {
            var before = corpus.copy();
            corpus.disturb(random, 1 + random.nextInt(8));
            if (round == 2) {
                corpus.partitions().remove("court1");
            }
            if (round == 3) {
                corpus.partition("a new one").put("1", 100, random);
            }
            var source =
                    round % 3 == 2
                            ? records(corpus).whole()
                            : records(corpus).since(records(before), random);
            var report =
                    builder(root)
                            .build(publication(), source, NOON.plus(Duration.ofHours(round + 1)));
            var full =
                    builder(root(folder.resolve("full-" + round)))
                            .build(publication(), records(corpus).whole(), NOON);

            var as = "seed " + SEED + " round " + round;
            assertThat(pathsAndSums(report.manifest()))
                    .as(as)
                    .isEqualTo(pathsAndSums(full.manifest()));
            assertThat(report.manifest().content()).as(as).isEqualTo(full.manifest().content());
            assertThat(read(published(root), report.manifest())).as(as).isEqualTo(expected(corpus));
            Downloads.check(published(root), report.manifest());
            mirror.follow(published(root), report.manifest());
            assertThat(
                            records(corpus).partitions().entrySet().stream()
                                    .allMatch(
                                            entry ->
                                                    Corpus.same(
                                                            entry.getValue(),
                                                            mirror.held()
                                                                    .partition(entry.getKey()))))
                    .as(as)
                    .isTrue();
        }
    }

    @Test
    void onlyPartitionsWithChangesAreWrittenAndTheOthersStayTheSameFile() throws Exception {
        var random = new Random(SEED);
        var root = root(folder);
        var corpus = Corpus.of(5, 300, random);
        var first = builder(root).build(publication(), records(corpus).whole(), NOON).manifest();
        var inode = inode(published(root).resolve("current/court1.parquet"));
        var before = corpus.copy();
        corpus.partition("court0").put("7", 101, random);

        var report =
                builder(root)
                        .build(
                                publication(),
                                records(corpus).since(records(before), random),
                                NOON.plusSeconds(60));

        assertThat(report.archives()).isEqualTo(2);
        assertThat(report.tally().changes()).isEqualTo(1);
        assertThat(report.manifest().file("court1")).isEqualTo(first.file("court1"));
        assertThat(inode(published(root).resolve("current/court1.parquet"))).isEqualTo(inode);
        assertThat(report.manifest().file("court0").orElseThrow().lastChange())
                .isEqualTo(NOON.plusSeconds(60));
        // Of the file of all, what lies before the change is what it was.
        for (var source :
                List.of(records(corpus).since(records(corpus), random), records(corpus).whole())) {
            var again = builder(root).build(publication(), source, NOON.plusSeconds(120));
            assertThat(again.isNew()).isFalse();
            assertThat(again.archives()).isZero();
            assertThat(again.tally().changes()).isEqualTo(Tally.NOTHING.changes());
        }
    }

    private static Object inode(Path file) throws Exception {
        return Files.getAttribute(file, "unix:ino");
    }

    @Test
    void aColumnOfAnotherTypeMakesAllFilesAnewAndNoNews() throws Exception {
        var random = new Random(SEED);
        var root = root(folder);
        var corpus = Corpus.of(3, 60, random);
        var first = builder(root).build(publication(), records(corpus).whole(), NOON).manifest();

        var report =
                builder(root)
                        .build(
                                publication(new ColumnType.Whole(32)),
                                records(corpus).since(records(corpus), random),
                                NOON.plusSeconds(60));

        assertThat(report.isNew()).isTrue();
        assertThat(report.manifest().content()).isEqualTo(first.content());
        assertThat(report.manifest().feeds().getLast().upserts()).isZero();
        assertThat(report.manifest().file("court0").orElseThrow().sha256())
                .isNotEqualTo(first.file("court0").orElseThrow().sha256());
        assertThat(read(published(root), report.manifest())).isEqualTo(expected(corpus));
    }

    @Test
    void aDamagedFileIsWrittenAnewAndSaidSo() throws Exception {
        var random = new Random(SEED);
        var root = root(folder);
        var corpus = Corpus.of(5, 300, random);
        var first = builder(root).build(publication(), records(corpus).whole(), NOON).manifest();
        // A bit of a page, the footer, the index, the file.
        var rotten = published(root).resolve(first.file("court0").orElseThrow().path());
        byte[] bytes = Files.readAllBytes(rotten);
        bytes[bytes.length / 4] ^= 4;
        Files.write(rotten, bytes);
        var cut = published(root).resolve(first.file("court1").orElseThrow().path());
        byte[] whole = Files.readAllBytes(cut);
        Arrays.fill(whole, whole.length - 200, whole.length, (byte) 7);
        Files.write(cut, whole);
        var index =
                published(root)
                        .resolve(
                                "segments/"
                                        + first.file("court2").orElseThrow().path().substring(6)
                                        + ".segments");
        Files.write(index, new byte[] {1, 2, 3});
        Files.delete(published(root).resolve(first.file("court3").orElseThrow().path()));
        var before = corpus.copy();
        corpus.partition("court2").put("7", 100, random);
        corpus.partition("court4").put("8", 100, random);
        var notes = new ConcurrentLinkedQueue<String>();

        var report =
                new PublicationBuilder(
                                root,
                                2,
                                Retention.DEFAULT,
                                event -> {
                                    if (event instanceof RunEvent.Note(boolean _, String text)) {
                                        notes.add(text);
                                    }
                                })
                        .build(
                                publication(),
                                records(corpus).since(records(before), random),
                                NOON.plusSeconds(60));

        assertThat(notes).hasSize(4);
        for (int i = 0; i < 4; i++) {
            String partition = "partition \"court" + i + "\"";
            assertThat(notes).anyMatch(note -> note.contains(partition));
        }
        assertThat(read(published(root), report.manifest())).isEqualTo(expected(corpus));
        Downloads.check(published(root), report.manifest());
    }

    @Test
    void aDiskThatFailsAnywhereLeavesAWholeGeneration() throws Exception {
        var random = new Random(SEED);
        var old = Corpus.of(3, 40, random);
        var corpus = old.copy();
        corpus.disturb(random, 5);
        corpus.partition("court0").put("x", 50, random);
        var wanted =
                builder(root(folder.resolve("wanted")))
                        .build(publication(), records(corpus).whole(), NOON)
                        .manifest();
        int step = Integer.getInteger("lode.failing-step", 17);
        boolean failed = true;
        for (int nth = 1 + random.nextInt(step); failed; nth += step) {
            var at = folder.resolve("failing-" + nth);
            var root = root(at);
            var first = builder(root).build(publication(), records(old).whole(), NOON).manifest();
            var disk = new FailingDisk(Disk.LOCAL, nth, "No space left on device");
            failed = false;
            try {
                new PublicationBuilder(
                                PublicationBuilderTest.root(at, disk),
                                1,
                                Retention.DEFAULT,
                                RunListener.SILENT)
                        .build(publication(), records(corpus).whole(), NOON.plusSeconds(1));
            } catch (LodeException e) {
                failed = true;
                assertThat(e).hasMessageContaining("disk is full");
            }
            var latest = new PublicationFolder(published(root)).latest().orElseThrow();
            assertThat(latest.content()).isIn(first.content(), wanted.content());
            Downloads.check(published(root), latest);

            var report =
                    builder(root)
                            .build(publication(), records(corpus).whole(), NOON.plusSeconds(2));
            assertThat(pathsAndSums(report.manifest())).isEqualTo(pathsAndSums(wanted));
            assertThat(PublicationBuilderTest.residue(root)).as("change " + nth).isEmpty();
            assertThat(disk.hasFailed()).isEqualTo(failed);
        }
    }
}
