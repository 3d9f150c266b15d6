package dev.lode.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.TempFiles;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// A process that publishes is killed at changes of the disk all over its work, while a reader
/// follows `latest.json`, downloads everything and checks it. Each round's generation is killed at
/// least once, then completed by the next run.
///
/// More kills: `-Dlode.kills=40`. A seed that failed is repeated with `-Dlode.seed=N`.
class KilledPublishingTest {
    private static final int KILLS = Integer.getInteger("lode.kills", 4);
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tar.gz", "parquet"})
    void aReaderNeverSeesAMixtureOrABrokenFile(String format) throws Exception {
        var random = new Random(SEED);
        int changes = Integer.parseInt(child(format, 0, 0).strip());
        assertThat(changes).isGreaterThan(50);
        var root = PublicationBuilderTest.root(folder, Disk.LOCAL);
        var published = PublicationFolder.of(root, KilledBuild.publication(format));
        var mirror =
                new Mirror(KilledBuild.corpus(SEED, 0, format), published.latest().orElseThrow());
        var stop = new AtomicBoolean();
        try (var pool = Executors.newSingleThreadExecutor()) {
            Future<Integer> reader = pool.submit(() -> reads(published, stop));
            int killed = 0;
            // What comes behind the archives is the same for all formats.
            int kills = format.equals("tar.gz") ? KILLS : Math.ceilDiv(KILLS, 4);
            for (int round = 1; killed < kills; round++) {
                long before = published.latest().orElseThrow().generation();
                // Each round's points spread over the whole work.
                int point = 1 + random.nextInt(changes);
                String out = child(format, round, point);
                boolean died = out.isEmpty();
                killed += died ? 1 : 0;
                long then = published.latest().orElseThrow().generation();
                assertThat(then).isIn(before, before + 1);

                child(format, round, 0);

                var latest = published.latest().orElseThrow();
                Downloads.check(published.path(), latest);
                assertThat(latest.generation()).isEqualTo(before + 1);
                assertThat(latest.items()).isEqualTo(KilledBuild.corpus(SEED, round).items());
                mirror.follow(published.path(), latest);
                TempFiles.sweep(root);
                assertThat(PublicationBuilderTest.residue(root)).isEmpty();
                assertNothingForgotten(root, published);
                System.out.println(
                        format + " seed " + SEED + " round " + round + " point " + point + " died "
                                + died);
            }
            stop.set(true);
            assertThat(reader.get()).isPositive();
        }
    }

    /// What lies there is named by a manifest that is there.
    private static void assertNothingForgotten(DataRoot root, PublicationFolder published)
            throws Exception {
        assertThat(root.folder("published")).isDirectory();
        for (long number : published.numbers()) {
            assertThat(published.manifest(number).generation()).isEqualTo(number);
        }
        var latest = published.latest().orElseThrow();
        for (PublishedFile file : latest.files()) {
            assertThat(
                            Files.isSameFile(
                                    published.resolve(file.alias()),
                                    published.resolve(file.path())))
                    .isTrue();
        }
    }

    private static int reads(PublicationFolder published, AtomicBoolean stop) throws Exception {
        int reads = 0;
        while (!stop.get()) {
            var latest = published.latest().orElseThrow();
            Downloads.check(published.path(), latest);
            reads++;
        }
        return reads;
    }

    private String child(String format, int round, int point) throws Exception {
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx256m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledBuild.class.getName(),
                                folder.toString(),
                                Long.toString(SEED),
                                Integer.toString(round),
                                Integer.toString(point),
                                format)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isIn(point == 0 ? new Object[] {0} : new Object[] {0, 137});
        return out;
    }
}
