package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.s3.LocalS3Server;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The commands of README.md, as a user types them, on what `./mvnw verify` has just built.
class DistributionTest {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);

    private Path folder;
    private Map<String, String> environment;

    @BeforeEach
    void prepare(@TempDir Path temporary) throws IOException {
        Path root = Checkout.root();
        Assumptions.assumeTrue(
                Files.exists(root.resolve("cli/target/dist/build.txt")),
                "not packaged; ./mvnw verify does");
        folder = temporary;
        environment = new HashMap<>(System.getenv());
        environment.keySet().retainAll(Set.of("PATH", "LANG", "LC_ALL", "JAVA_HOME"));
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("LODE_BUILD", "never");
        environment.put("LODE_DATA_ROOT", Files.createDirectory(folder.resolve("data")).toString());
    }

    @AfterEach
    void stopTheServer() throws Exception {
        lode("./lode db stop");
    }

    @Test
    void theDemoShowsTheWholeWay() throws Exception {
        Outcome demo = lode("./lode demo");

        assertThat(demo.exitCode()).as(demo.stderr()).isZero();
        assertThat(demo.stdout()).contains("33 tables");
        Outcome query =
                lode("./lode query --format=csv SELECT+count(*)+AS+courts+FROM+demo.search_court");
        assertThat(query.stdout()).as(query.stderr()).matches("courts\\R[1-9][0-9]*\\R");

        Path courts = folder.resolve("courts.parquet");
        Outcome export = lode("./lode export --table=demo.search_court --to=" + courts);
        assertThat(export.exitCode()).as(export.stderr()).isZero();
        assertThat(Files.readString(courts, StandardCharsets.ISO_8859_1))
                .startsWith("PAR1")
                .endsWith("PAR1");
    }

    @Test
    void syncTakesWhatABucketHoldsAndTheSecondTimeNothing() throws Exception {
        Path buckets = folder.resolve("buckets");
        CorpusGenerator.write(
                CorpusSpec.of(1, ByteSize.parse("2MB"), DATE),
                buckets.resolve("mirror/bulk-data"),
                (_, _, _) -> {});
        try (LocalS3Server server = LocalS3Server.overFolder(buckets)) {
            environment.put("LODE_S3_ENDPOINT", server.endpoint().toString());
            environment.put("LODE_S3_BUCKET", "mirror");
            environment.put("LODE_S3_PATH_STYLE", "true");

            Outcome plan = lode("./lode plan courtlistener");
            assertThat(plan.exitCode()).as(plan.stderr()).isZero();
            assertThat(plan.stdout()).contains("2026-06-30").contains("search_opinion");

            Outcome first = lode("./lode sync courtlistener");
            assertThat(first.exitCode()).as(first.stderr()).isZero();

            Outcome second = lode("./lode sync courtlistener");
            assertThat(second.exitCode()).as(second.stderr()).isZero();
            assertThat(second.stdout() + second.stderr()).doesNotContain(" inserted in");
        }
    }

    @Test
    void anUnpackedDistributionStandsOnItsOwn() throws Exception {
        Path unpacked = folder.resolve("unpacked here");
        copy(Checkout.root().resolve("cli/target/dist"), unpacked);

        Outcome version = run(folder, unpacked.resolve("lode").toString(), "--version");
        Outcome datasets = run(folder, unpacked.resolve("lode").toString(), "datasets");

        assertThat(version.stdout()).as(version.stderr()).startsWith("lode ");
        assertThat(datasets.stdout()).as(datasets.stderr()).contains("courtlistener");
        try (var files = Files.list(unpacked)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("packs", "lib", "LICENSE")
                    .anyMatch(name -> name.endsWith(".aot"));
        }
    }

    /// What a process said and how it ended.
    private record Outcome(int exitCode, String stdout, String stderr) {}

    /// A command line as it stands in README.md; a plus is a blank inside a word.
    private Outcome lode(String line) throws Exception {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.replaceAll(word -> word.replace('+', ' '));
        return run(Checkout.root(), words.toArray(String[]::new));
    }

    private Outcome run(Path from, String... words) throws Exception {
        Path stdout = folder.resolve("stdout.txt");
        Path stderr = folder.resolve("stderr.txt");
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(from.toFile())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Outcome(
                process.waitFor(),
                Files.readString(stdout, StandardCharsets.UTF_8),
                Files.readString(stderr, StandardCharsets.UTF_8));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (!file.toString().endsWith(".aot")) {
                            Files.copy(
                                    file,
                                    to.resolve(from.relativize(file).toString()),
                                    StandardCopyOption.COPY_ATTRIBUTES);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
