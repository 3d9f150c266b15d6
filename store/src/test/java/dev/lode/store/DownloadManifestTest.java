package dev.lode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ContentHasher;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

class DownloadManifestTest {
    private static final SnapshotId ID = new SnapshotId("courtlistener", LocalDate.of(2026, 6, 30));
    private final DownloadManifest manifest =
            DownloadManifest.empty(ID).with(List.of(entry("b.csv"), entry("a.csv")));

    @Test
    void readsWhatItWrote() {
        assertThat(DownloadManifest.parse("m", manifest.json())).isEqualTo(manifest);
        assertThat(manifest.entries())
                .extracting(ManifestEntry::name)
                .containsExactly("a.csv", "b.csv");
        assertThat(manifest.json())
                .contains("\"etag\" : \"0123-2\"", "\"content_id\" : \"e3b0c442");
    }

    @Test
    void everySingleDamagedByteIsFoundOut() {
        String text = manifest.json();
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                String damaged = text.substring(0, i) + '~' + text.substring(i + 1);
                assertThatThrownBy(() -> DownloadManifest.parse("m", damaged))
                        .isInstanceOfSatisfying(
                                LodeException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                        .hasMessageContaining("\"m\": damaged: ");
            }
        }
    }

    @Test
    void cutFileIsFoundOut() {
        String text = manifest.json().strip();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> DownloadManifest.parse("m", cut))
                    .isInstanceOf(LodeException.class);
        }
    }

    @Test
    void laterEntryTakesTheEarliersPlace() {
        var newer =
                new ManifestEntry(
                        "a.csv",
                        "p/a.csv",
                        7,
                        "new",
                        Instant.EPOCH,
                        new ContentHasher().finish(),
                        Instant.EPOCH,
                        "s3://b/p");
        assertThat(manifest.with(List.of(newer)).entry("a.csv")).hasValue(newer);
        assertThat(manifest.with(List.of(newer)).entries()).hasSize(2);
    }

    @Test
    void snapshotWritesAndReadsItsManifest(@TempDir Path dir) throws Exception {
        Files.createDirectories(dir.resolve("tmp"));
        var root = new DataRoot(dir.toRealPath(), Disk.LOCAL);
        var snapshot = new Snapshot(root, ID);
        assertThat(snapshot.manifest().entries()).isEmpty();
        try (var temp = TempFiles.open(root, "run")) {
            snapshot.write(manifest, new AtomicFile(Disk.LOCAL, temp));
        }
        assertThat(snapshot.manifest()).isEqualTo(manifest);
        assertThat(dir.resolve("raw/courtlistener/20260630/download_manifest.json"))
                .isRegularFile();

        Path elsewhere = Files.createDirectories(dir.resolve("raw/courtlistener/20260930"));
        Files.copy(
                snapshot.folder().resolve(DownloadManifest.FILE),
                elsewhere.resolve(DownloadManifest.FILE));
        var other = new Snapshot(root, new SnapshotId("courtlistener", LocalDate.of(2026, 9, 30)));
        assertThatThrownBy(other::manifest)
                .hasMessageContaining("is of snapshot \"courtlistener 2026-06-30\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a",
                "a/../b",
                "/a",
                "a//b",
                "",
                ".",
                "a/",
                "a\\b",
                "a\u0000b",
                "a\nb",
                ".hidden",
                "a/.part",
                "load_summary.json",
                "download_manifest.json"
            })
    void namesThatLeadElsewhereAreRefused(String name) {
        assertThatThrownBy(() -> Snapshot.checked(name))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                .hasMessageContaining("cannot be a file of a snapshot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.csv.bz2",
                "randoms/a.csv",
                "people_db_race-2026-06-30.csv.bz2",
                "a b",
                "\u00e9.csv"
            })
    void namesThatFilesCanHaveStay(String name) {
        assertThat(Snapshot.checked(name)).isEqualTo(name);
    }

    private static ManifestEntry entry(String name) {
        return new ManifestEntry(
                name,
                "bulk-data/" + name,
                1_234,
                "0123-2",
                Instant.parse("2026-06-30T09:00:26Z"),
                new ContentHasher().finish(),
                Instant.parse("2026-07-01T00:00:00.5Z"),
                "s3://bucket/bulk-data/");
    }
}
