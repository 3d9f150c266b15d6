package dev.lode.publish.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;

import dev.lode.publish.Items;
import dev.lode.publish.KeyOrder;
import dev.lode.publish.SafeName;
import dev.lode.store.Disk;

import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// An archive with copied and with new segments, several partitions in one, and an empty one, read
/// by everything that people read such files with. A reader that stops early without a word is what
/// this is about.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchiveReadersTest {
    private static final String PYTHON =
            """
            import hashlib, sys, tarfile
            for mode in ("r:gz", "r|gz"):
                with tarfile.open(sys.argv[1], mode) as tar:
                    for entry in tar:
                        content = tar.extractfile(entry).read()
                        assert entry.isreg() and entry.mode == 0o644 and entry.uid == 0
                        assert entry.mtime == 315532800, entry.mtime
                        print(mode, entry.name, hashlib.sha256(content).hexdigest())
            """;

    @TempDir private static Path folder;

    private final Items items = new Items();
    private Path tar = Path.of("none");
    private Path empty = Path.of("none");
    private Path joined = Path.of("none");
    private final Items others = new Items();

    @BeforeAll
    void builds() throws Exception {
        var random = new Random(7);
        tar = changed(ArchiveFormat.TAR_GZ, items, "tar", random).archive();
        empty = whole(ArchiveFormat.TAR_GZ, new Items(), "empty").files.archive();
        var one = whole(ArchiveFormat.TAR_GZ, items, "one");
        others.put("other-1", 500, random);
        others.put("other-22", 70_000, random);
        var other = whole(ArchiveFormat.TAR_GZ, others, "other");
        var nothing = whole(ArchiveFormat.TAR_GZ, new Items(), "nothing");
        joined = folder.resolve("joined.tar.gz");
        JoinedArchive.write(
                ArchiveBuildTest.shape(ArchiveFormat.TAR_GZ, 12),
                Disk.LOCAL,
                List.of(one.part("a"), nothing.part("b"), other.part("c")),
                joined);
    }

    private record Built(ArchiveFiles files, ArchiveFacts facts) {
        Part part(String name) {
            return new Part(name, files.archive(), facts.body());
        }
    }

    private ArchiveFiles files(ArchiveFormat format, String name) {
        return new ArchiveFiles(
                folder.resolve(name + "." + format.ending()), folder.resolve(name + ".index"));
    }

    private static ArchiveBuild build(ArchiveFormat format) {
        return new ArchiveBuild(ArchiveBuildTest.shape(format, 12), Disk.LOCAL, 1 << 20);
    }

    private Built whole(ArchiveFormat format, Items content, String name) throws Exception {
        var files = files(format, name);
        var facts =
                build(format)
                        .whole(content.whole(), Optional.empty(), files, StepListener.SILENT)
                        .built()
                        .orElseThrow();
        return new Built(files, facts);
    }

    /// An archive with copied segments in it.
    private ArchiveFiles changed(ArchiveFormat format, Items content, String name, Random random)
            throws Exception {
        content.disturb(random, 1500, 600);
        var before = whole(format, content, name + "-before");
        var old = new TreeMap<String, byte[]>(content.map());
        content.disturb(random, 5, 600);
        var files = files(format, name);
        var facts =
                build(format)
                        .changed(
                                content.since(old, random),
                                before.files,
                                files,
                                StepListener.SILENT)
                        .built()
                        .orElseThrow();
        assertThat(facts.copied()).isPositive();
        return files;
    }

    private Stream<Items> both() {
        return Stream.of(items, others);
    }

    private List<String> expected(Items content) throws Exception {
        var lines = new ArrayList<String>();
        for (var entry : content.map().entrySet()) {
            lines.add(SafeName.of(entry.getKey()) + ".json " + sha256(entry.getValue()));
        }
        return lines;
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(ItemHash.sha256().digest(content));
    }

    private static byte[] run(String... command) throws Exception {
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return out;
    }

    private static void assumeThere(String program) {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, program))),
                program + " is not installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "bsdtar"})
    void isUnpackedBy(String program) throws Exception {
        assumeThere(program);
        for (var content : List.of(items, others)) {
            var archive = content == items ? tar : joined;
            var to = Files.createTempDirectory(folder, program);
            run(program, "-xzf", archive.toString(), "-C", to.toString());

            var all = content == items ? expected(items) : allExpected();
            try (var paths = Files.list(to)) {
                assertThat(paths.map(ArchiveReadersTest::nameAndHash).toList())
                        .containsExactlyInAnyOrderElementsOf(all);
            }
        }
        var listed = new String(run(program, "-tzf", empty.toString()), StandardCharsets.UTF_8);
        assertThat(listed).isEmpty();
    }

    private List<String> allExpected() throws Exception {
        var all = new ArrayList<>(expected(items));
        all.addAll(expected(others));
        return all;
    }

    private static String nameAndHash(Path file) {
        try {
            return file.getFileName() + " " + sha256(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void isFoundSoundByGzip() throws Exception {
        assumeThere("gzip");
        for (Path archive : List.of(tar, joined, empty)) {
            run("gzip", "-t", archive.toString());
        }
        assertThat(run("gzip", "-dc", joined.toString())).isEqualTo(plain(joined));
    }

    @Test
    void isReadByPythonSeekingAndStreaming() throws Exception {
        assumeThere("python3");
        for (Path archive : List.of(tar, joined, empty)) {
            var content =
                    archive.equals(tar)
                            ? expected(items)
                            : archive.equals(joined) ? allExpected() : List.<String>of();
            var out =
                    new String(
                            run("python3", "-c", PYTHON, archive.toString()),
                            StandardCharsets.UTF_8);

            assertThat(out.lines().filter(line -> line.startsWith("r:gz")))
                    .containsExactlyElementsOf(
                            content.stream().map(line -> "r:gz " + line).toList());
            assertThat(out.lines().filter(line -> line.startsWith("r|gz")))
                    .containsExactlyElementsOf(
                            content.stream().map(line -> "r|gz " + line).toList());
        }
    }

    @Test
    void isReadByCommonsCompressAsItComes() throws Exception {
        var found = new ArrayList<String>();
        try (var in =
                new TarArchiveInputStream(
                        new GzipCompressorInputStream(
                                new BufferedInputStream(Files.newInputStream(joined))))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                found.add(entry.getName() + " " + sha256(in.readAllBytes()));
            }
        }

        assertThat(found).containsExactlyElementsOf(allExpected());
    }

    private static byte[] plain(Path archive) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
            return in.readAllBytes();
        }
    }

    @Test
    void isReadByJava() throws Exception {
        var expected = new ByteRun();
        var format = new TarEntries(".json");
        both().forEach(
                        content ->
                                content.map()
                                        .forEach((key, item) -> format.add(expected, key, item)));
        expected.add(format.tail());

        assertThat(plain(joined)).isEqualTo(expected.copy());
    }

    @Test
    void linesAreReadAsTheyWereWritten() throws Exception {
        var random = new Random(8);
        for (var format :
                List.of(ArchiveFormat.JSONL_GZ, ArchiveFormat.CSV_GZ, ArchiveFormat.JSONL_ZST)) {
            var content = new Items();
            var archive = changed(format, content, "lines-" + format, random).archive();
            var expected = new ByteArrayOutputStream();
            if (format == ArchiveFormat.CSV_GZ) {
                expected.writeBytes("id,text\n".getBytes(StandardCharsets.UTF_8));
            }
            for (byte[] line : content.map().values()) {
                expected.writeBytes(line);
                expected.write('\n');
            }

            assertThat(unpacked(format, archive)).isEqualTo(expected.toByteArray());
            var program = format == ArchiveFormat.JSONL_ZST ? "zstd" : "gzip";
            if (Files.isExecutable(Path.of("/usr/bin", program))) {
                assertThat(run(program, "-dc", archive.toString()))
                        .isEqualTo(expected.toByteArray());
            }
        }
    }

    private static byte[] unpacked(ArchiveFormat format, Path archive) throws IOException {
        if (format != ArchiveFormat.JSONL_ZST) {
            return plain(archive);
        }
        try (var in = new ZstdInputStream(Files.newInputStream(archive))) {
            return in.readAllBytes();
        }
    }

    /// So that no value of a key can lead out of the folder or overwrite another's file.
    @Test
    void namesAreSafeAndDistinctWhateverTheirCase() {
        var names = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (String key :
                List.of(
                        "..", ".", "a/b", "a\\b", "A", "a", "Ä", "ä", "~41", ".x", "x.", "-", "ſ",
                        "K")) {
            names.put(SafeName.of(key), key);
        }

        assertThat(names).hasSize(14);
        assertThat(names.keySet()).allMatch(name -> name.matches("[a-z0-9_~-][a-z0-9._~-]*"));
        assertThat(KeyOrder.INSTANCE.compare("9", "10")).isNegative();
    }
}
