package dev.lode.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.engine.export.Export;
import dev.lode.engine.export.ExportShape;
import dev.lode.engine.export.ExportTarget;
import dev.lode.postgres.Database;
import dev.lode.postgres.query.QueryCopy;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.store.Disk;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The whole way, from a generated database to files that a program in another language reads and
/// compares with the database: `-Dlode.publish.items=1000000 -Dlode.publish.courts=350
/// -Dlode.publish.rounds=20 -Dlode.publish.kills=30` for the large run.
@OnPostgres
class PublishAcceptanceTest {
    private static final int ITEMS = Integer.getInteger("lode.publish.items", 2000);
    private static final int COURTS = Integer.getInteger("lode.publish.courts", 40);
    private static final int ROUNDS = Integer.getInteger("lode.publish.rounds", 3);
    private static final int KILLS = Integer.getInteger("lode.publish.kills", 3);
    private static final long SEED = Long.getLong("lode.seed", 20260630);

    @TempDir Path folder;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void needsPython() throws Exception {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "python3 is not installed");
    }

    private Publishing publishing(Db db) {
        return Publishing.of(db, folder.resolve("out"), Publishing.PUBLISH + Publishing.TRIGGERS);
    }

    @Test
    void everyArchiveIsWhatTheDatabaseHasAfterEveryRoundOfChanges(Db db) throws Exception {
        var courts = new Courts(db, COURTS, ITEMS, random);
        courts.fill();
        var publishing = publishing(db);
        publishing.run("opinions");
        compare(db, publishing, true);
        for (int round = 1; round <= ROUNDS; round++) {
            courts.disturb(round, Math.max(5, ITEMS / 1000));
            var outcome = publishing.publish("opinions");
            assertThat(outcome.why()).contains("may have changed");
            assertThat(outcome.read()).isLessThan(Math.max(200, ITEMS / 20));
            compare(db, publishing, false);
        }
        var full = Publishing.of(db, folder.resolve("full"), Publishing.PUBLISH);
        full.run("opinions");
        assertThat(full.latest("opinions").files().stream().map(PublishedFile::sha256))
                .containsExactlyElementsOf(
                        publishing.latest("opinions").files().stream()
                                .map(PublishedFile::sha256)
                                .toList());
    }

    @Test
    void whoeverIsKilledWhenever_readersSeeWholeGenerationsOnly(Db db) throws Exception {
        var courts = new Courts(db, COURTS, Math.min(ITEMS, 100_000), random);
        courts.fill();
        var publishing = publishing(db);
        publishing.run("opinions");
        compare(db, publishing, true);
        var published = publishing.folder("opinions");
        var stop = new AtomicBoolean();
        try (var pool = Executors.newSingleThreadExecutor()) {
            var reader = pool.submit(() -> reads(published, stop));
            int killed = 0;
            for (int round = 1; killed < KILLS; round++) {
                courts.disturb(round, 20);
                killed += killed(db) ? 1 : 0;
                publishing.run("opinions");
                compare(db, publishing, false);
            }
            stop.set(true);
            assertThat(reader.get()).isPositive();
        }
    }

    /// Publishes in a process that is killed at some moment.
    ///
    /// @return whether it was killed before it was done
    private boolean killed(Db db) throws Exception {
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx256m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledPublish.class.getName(),
                                folder.resolve("out").toString(),
                                db.url(),
                                db.schema())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (InputStream out = process.getInputStream()) {
            // Its first word: from here on it publishes.
            assertThat(out.read()).isEqualTo('b');
            boolean ended = process.waitFor(random.nextInt(900), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            return !ended;
        }
    }

    private static int reads(PublicationFolder published, AtomicBoolean stop) throws Exception {
        int reads = 0;
        while (!stop.get()) {
            var latest = published.latest().orElseThrow();
            Path generation = published.resolve("generations/%06d".formatted(latest.generation()));
            for (String line : Files.readAllLines(generation.resolve("SHA256SUMS"))) {
                Path file = generation.resolve(line.substring(66)).normalize();
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                assertThat(HexFormat.of().formatHex(sum)).isEqualTo(line.substring(0, 64));
            }
            reads++;
        }
        return reads;
    }

    private void compare(Db db, Publishing publishing, boolean first) throws Exception {
        var dump = folder.resolve("expected.csv");
        new Export(
                        new QueryCopy(new Database(Publishing.settings(db), db.schema()), "test"),
                        Disk.LOCAL)
                .run(
                        Courts.EXPECTED,
                        ExportShape.of(Optional.of("csv"), Optional.empty(), ""),
                        new ExportTarget.OfFile(dump));
        var script = folder.resolve("read_published.py");
        try (var in = getClass().getResourceAsStream("read_published.py")) {
            Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
        }
        var command =
                new ArrayList<>(
                        List.of(
                                "python3",
                                script.toString(),
                                publishing.folder("opinions").path().toString(),
                                dump.toString(),
                                folder.resolve("mirror.sqlite").toString(),
                                first ? "1" : "0"));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("seed " + SEED + ": " + said).isZero();
        assertThat(said)
                .startsWith(publishing.latest("opinions").generation() + " ")
                .endsWith(" " + db.value("SELECT count(*) FROM opinion") + "\n");
    }
}
