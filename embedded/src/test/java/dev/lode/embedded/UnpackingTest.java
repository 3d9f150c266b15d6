package dev.lode.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

class UnpackingTest {
    private static final String POSTGRES = "#!/bin/sh\necho 'postgres (PostgreSQL) 18.6'\n";

    private final Path folder;
    private final Path archive;

    UnpackingTest(@TempDir Path folder) {
        this.folder = folder;
        this.archive = folder.resolve("postgres.txz");
    }

    @Test
    void rightsAndLinksAreKept() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/postgres", 0755, POSTGRES);
            file(tar, "lib/libpq.so.5.18", 0644, "library");
            link(tar, "lib/libpq.so.5", "libpq.so.5.18");
        }
        Installation programs = programs().install(folder.resolve("under"));
        assertThat(programs.version()).isEqualTo("18.6");
        assertThat(programs.major()).isEqualTo(18);
        assertThat(permissions(programs.bin().resolve("postgres"))).isEqualTo("rwxr-xr-x");
        Path library = programs.bin().resolve("../lib/libpq.so.5").normalize();
        assertThat(library).isSymbolicLink().hasContent("library");
        assertThat(permissions(library)).isEqualTo("rw-r--r--");
    }

    @Test
    void theSameArchiveIsUnpackedOnce() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/postgres", 0755, POSTGRES);
        }
        Path first = programs().install(folder.resolve("under")).bin();
        Files.writeString(first.resolve("mark"), "");
        assertThat(programs().install(folder.resolve("under")).bin()).isEqualTo(first);
        assertThat(first.resolve("mark")).exists();
    }

    @Test
    void whatAKilledUnpackingLeftIsReplaced() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/postgres", 0755, POSTGRES);
        }
        Path bin = programs().install(folder.resolve("under")).bin();
        Path place = bin.resolveSibling("").normalize();
        Files.delete(place.resolve("VERSION"));
        Files.writeString(bin.resolve("postgres"), "half");
        Path fresh = place.resolveSibling(place.getFileName() + ".new");
        Files.createDirectories(fresh.resolve("bin"));
        Files.writeString(fresh.resolve("bin/postgres"), "half");
        assertThat(programs().install(folder.resolve("under")).version()).isEqualTo("18.6");
        assertThat(bin.resolve("postgres")).hasContent(POSTGRES);
        assertThat(fresh).doesNotExist();
    }

    @Test
    void anArchiveThatPointsOutsideIsRefused() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/../../../evil", 0644, "evil");
        }
        assertThatThrownBy(() -> programs().install(folder.resolve("under")))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("outside its folder");
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void aCutArchiveLeavesNothing() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/postgres", 0755, POSTGRES.repeat(10_000));
        }
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> programs().install(folder.resolve("under")))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("cannot be unpacked");
        try (var left = Files.list(folder.resolve("under"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactly("unpack.lock");
        }
    }

    @Test
    void programsThatDoNotRunHereAreNamed() throws IOException {
        try (var tar = tar()) {
            file(tar, "bin/postgres", 0755, "#!/bin/sh\necho 'no such library'; exit 127\n");
        }
        assertThatThrownBy(() -> programs().install(folder.resolve("under")))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("does not run on this machine: \"no such library\"")
                .hasMessageContaining("DATABASE_URL");
    }

    @Test
    void programsOfAJarAreKnownWithoutReadingThem() {
        var bundled = (PostgresBinaries.Bundled) PostgresBinaries.ofThisMachine();
        URL url = bundled.archive();
        assertThat(url.getProtocol()).isEqualTo("jar");
        assertThat(bundled.install(Place.binaries()).bin().toString())
                .matches(".*/[0-9a-f]{8}-\\d+/bin");
    }

    private PostgresBinaries programs() throws IOException {
        return new PostgresBinaries.Bundled(archive.toUri().toURL());
    }

    private TarArchiveOutputStream tar() throws IOException {
        OutputStream out = Files.newOutputStream(archive);
        return new TarArchiveOutputStream(new XZOutputStream(out, new LZMA2Options(0)));
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target)
            throws IOException {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
