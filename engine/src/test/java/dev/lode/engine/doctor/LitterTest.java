package dev.lode.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentHasher;
import dev.lode.core.FileBytes;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.store.DataRoot;
import dev.lode.store.DataRootChoice;
import dev.lode.store.Disk;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

class LitterTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant OLD = NOW.minus(Duration.ofDays(40));
    private static final SnapshotId COURTS = new SnapshotId("courts", LocalDate.of(2026, 6, 30));

    @TempDir private Path folder;

    private DataRoot root;
    private BlockPool pool;

    @BeforeEach
    void opens() throws IOException {
        folder = folder.toRealPath();
        root =
                DataRoot.open(
                        new DataRootChoice(
                                Optional.of(Files.createDirectories(folder.resolve("data"))),
                                Map.of(),
                                folder,
                                folder,
                                false),
                        Disk.LOCAL);
        pool = new BlockPool(1, 1);
    }

    @AfterEach
    void closes() {
        pool.close();
    }

    @Test
    void findsTheTemporaryFilesOfPythonAndNothingElse() throws IOException {
        old("data/tmpvz6exw3o", "x".repeat(1000));
        old("data/bulk/tmpw99j_0kh", "y");
        old("data/tmpnotes", "somebody's");
        old("data/tmpVZ6EXW3O", "upper case is not Python's");
        old("data/tmpvz6exw3o.csv", "an ending neither");
        old("data/tmp/tmpvz6exw3o", "a run's own");
        old("data/postgres/tmpvz6exw3o", "the server's own");
        Files.createDirectories(folder.resolve("data/tmpabcdefgh"));
        Files.createSymbolicLink(folder.resolve("data/tmplink0000"), folder);

        assertThat(search().search(List.of()))
                .extracting(stray -> folder.relativize(stray.file()).toString())
                .containsExactly("data/bulk/tmpw99j_0kh", "data/tmpvz6exw3o");
    }

    @Test
    void looksIntoFurtherFoldersOnRequest() throws IOException {
        old("project/tmpvz6exw3o", "x");
        old("project/.git/tmpvz6exw3o", "hidden");

        assertThat(search().search(List.of())).isEmpty();
        assertThat(search().search(List.of(folder.resolve("project"))))
                .extracting(Stray::file)
                .containsExactly(folder.resolve("project/tmpvz6exw3o"));
        assertThatThrownBy(() -> search().search(List.of(folder.resolve("nowhere"))))
                .hasMessageContaining("is no folder");
    }

    @Test
    void removesOnlyWhatIsOldUnopenedAndUnchanged() throws Exception {
        old("data/tmpaaaaaaaa", "litter");
        old("data/tmpbbbbbbbb", "in use");
        old("data/tmpdddddddd", "written to since");
        write("data/tmpcccccccc", "fresh", NOW.minus(Duration.ofHours(1)));
        try (var open = Files.newInputStream(folder.resolve("data/tmpbbbbbbbb"))) {
            var strays = search().search(List.of());
            assertThat(strays)
                    .extracting(stray -> stray.hold().orElse("free"))
                    .containsExactly(
                            "free",
                            "a process has it open",
                            "it was written less than 24 h ago",
                            "free");
            Files.writeString(folder.resolve("data/tmpdddddddd"), "something new");

            var removed = new LitterRemoval(root).remove(strays);

            assertThat(removed).isEqualTo(new LitterRemoval.Removed(1, ByteSize.of(6)));
            assertThat(open.read()).isEqualTo('i');
        }
        assertThat(folder.resolve("data/tmpaaaaaaaa")).doesNotExist();
        assertThat(folder.resolve("data/tmpbbbbbbbb")).exists();
        assertThat(folder.resolve("data/tmpcccccccc")).exists();
        assertThat(folder.resolve("data/tmpdddddddd")).exists();
    }

    @Test
    void aFileThatWasOpenedAfterTheListIsNotRemoved() throws Exception {
        old("data/tmpaaaaaaaa", "litter");
        var strays = search().search(List.of());
        try (var open = Files.newInputStream(folder.resolve("data/tmpaaaaaaaa"))) {
            assertThat(new LitterRemoval(root).remove(strays).files()).isZero();
            assertThat(open.read()).isEqualTo('l');
        }
    }

    @Test
    void aMisplacedItemIsAdoptedWithAManifestEntry() throws Exception {
        var file = old("data/courts-2026-06-30.csv", "id,name\n1,a\n");
        var content = ContentHasher.hash(FileBytes.of(file));
        old("data/other-2026-06-30.csv", "no item of the pack\n");
        var stray = only(search().search(List.of()));
        assertThat(stray.kind()).isEqualTo(Stray.Kind.MISPLACED);

        var place = new Adoption(root, new Decoders(pool), NOW).adopt(stray);

        assertThat(place).isEqualTo(root.raw(COURTS).resolve("courts-2026-06-30.csv")).exists();
        assertThat(file).doesNotExist();
        var entry =
                new Snapshot(root, COURTS).manifest().entry("courts-2026-06-30.csv").orElseThrow();
        assertThat(entry.contentId()).isEqualTo(content);
        assertThat(entry.size()).isEqualTo(12);
        assertThat(entry.source()).isEqualTo("adopted from " + file);
        assertThat(search().search(List.of())).isEmpty();
        assertThat(root.folder("tmp")).isDirectoryNotContaining(f -> Files.isDirectory(f));
    }

    @Test
    void whatIsNotWholeStaysWhereItIs() throws Exception {
        var cut = old("data/courts-2026-06-30.csv", "id,name\n1,a");
        assertThatThrownBy(() -> adopt(only(search().search(List.of()))))
                .hasMessageContaining("not adopted: it is not whole: its last line has no end");
        assertThat(cut).exists();
        Files.delete(cut);

        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("id,name\n1,a\n".repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        var half = folder.resolve("data/courts-2026-06-30.csv.gz");
        Files.write(half, java.util.Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
        Files.setLastModifiedTime(half, FileTime.from(OLD));
        var stray = only(search("{item}-{date}.csv.gz").search(List.of()));
        assertThatThrownBy(() -> adopt(stray)).hasMessageContaining("it is not whole: ");
        assertThat(half).exists();
        assertThat(root.raw(COURTS)).doesNotExist();
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        old("data/courts-2026-06-30.csv", "id,name\n1,a\n");
        var before = only(search().search(List.of()));
        old("data/raw/courts/20260630/courts-2026-06-30.csv", "id,name\n2,b\n");

        assertThat(search().search(List.of()))
                .anyMatch(
                        stray ->
                                stray.hold()
                                        .orElse("")
                                        .equals("the snapshot has a file of that name already"));
        assertThatThrownBy(() -> adopt(before)).hasMessageContaining("is there already");
        assertThat(root.raw(COURTS).resolve("courts-2026-06-30.csv")).hasContent("id,name\n2,b\n");
        assertThat(folder.resolve("data/courts-2026-06-30.csv")).exists();
    }

    @Test
    void anAdoptionThatWasStoppedBeforeTheManifestIsEnded() throws Exception {
        old("data/raw/courts/20260630/courts-2026-06-30.csv", "id,name\n1,a\n");
        var stray = only(search().search(List.of()));
        assertThat(stray.kind()).isEqualTo(Stray.Kind.UNLISTED);
        adopt(stray);

        assertThat(new Snapshot(root, COURTS).manifest().entries()).hasSize(1);
        assertThat(search().search(List.of())).isEmpty();
    }

    @Test
    void aFetchUnderWayIsNotDisturbed() throws Exception {
        old("data/courts-2026-06-30.csv", "id,name\n1,a\n");
        var stray = only(search().search(List.of()));
        try (var fetching =
                dev.lode.store.RunLock.tryClaim(root.folder("tmp"), "fetch.courts").orElseThrow()) {
            assertThat(fetching).isNotNull();
            assertThatThrownBy(() -> adopt(stray)).hasMessageContaining("is fetching it");
        }
        assertThat(stray.file()).exists();
    }

    @Test
    void theStoreIsJudged() throws Exception {
        assertThat(new StoreDoctor(root).diagnoses(List.of()))
                .extracting(Diagnosis::level)
                .containsOnly(Diagnosis.Level.WELL);
        old("data/tmpaaaaaaaa", "x".repeat(2048));
        old("data/courts-2026-06-30.csv", "id,name\n1,a\n");
        old("data/incoming/courts/20260630/part", "half");

        assertThat(new StoreDoctor(root).diagnoses(search().search(List.of())))
                .filteredOn(one -> one.level() != Diagnosis.Level.WELL)
                .extracting(one -> one.level() + " " + one.remedy() + ": " + one.gain())
                .containsExactly(
                        "WORTH_DOING lode doctor --remove: 2.0 KiB of disk",
                        "WORTH_DOING lode doctor --adopt: 12 B that need not be fetched again",
                        "NOTE lode sync DATASET goes on with them: they are not fetched again");
    }

    private void adopt(Stray stray) {
        new Adoption(root, new Decoders(pool), NOW).adopt(stray);
    }

    private static Stray only(List<Stray> strays) {
        assertThat(strays).hasSize(1);
        return strays.getFirst();
    }

    private LitterSearch search() {
        return search("{item}-{date}.csv");
    }

    private LitterSearch search(String pattern) {
        return new LitterSearch(
                root,
                List.of(pack(pattern)),
                Set.of(root.path().resolve("postgres")),
                NOW,
                Duration.ofHours(24));
    }

    private Pack pack(String pattern) {
        return PackReader.parse(
                folder,
                "dataset: courts\nsnapshot: \""
                        + pattern
                        + "\"\ntables:\n  court: { item: courts, key: [id] }\n");
    }

    private Path old(String name, String content) throws IOException {
        return write(name, content, OLD);
    }

    private Path write(String name, String content, Instant at) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(at));
        return file;
    }
}
