package dev.lode.engine.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.event.RunListener;
import dev.lode.core.place.KeyRules;
import dev.lode.core.place.Place;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.s3.BucketPlace;
import dev.lode.source.s3.S3Settings;
import dev.lode.store.Disk;
import dev.lode.store.place.FolderPlace;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Folders and buckets, in all four combinations.
class CopyingTest {
    private static final KeyRules NOVEMBER_1 =
            new KeyRules(
                    List.of(
                            new KeyRules.Rule(false, KeyRules.KeyPattern.of("*")),
                            new KeyRules.Rule(true, KeyRules.KeyPattern.of("w_2017_11_01*"))));

    @TempDir Path folder;

    private Path source;

    @BeforeEach
    void files() throws IOException {
        source = Files.createDirectories(folder.resolve("source"));
        Files.createDirectory(source.resolve("w_2017_11_01_sub"));
        for (var name :
                List.of(
                        "w_2017_10_31.json",
                        "w_2017_11_01_10.json",
                        "w_2017_11_01_sub/a b+c.json",
                        "w_2017_11_02.json")) {
            Files.writeString(source.resolve(name), "content of " + name);
        }
    }

    private static BucketPlace bucket(TestBucket bucket, String prefix) {
        return BucketPlace.of(
                S3Settings.anonymous(bucket.name(), prefix, "us-east-1").at(bucket.endpoint()));
    }

    private static CopyReport copy(Place from, Place to, KeyRules rules, boolean dryRun)
            throws InterruptedException {
        var policy = new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1));
        return new Copying(
                        from,
                        to,
                        rules,
                        4,
                        Retry.of(policy, new Random(1)),
                        RunListener.SILENT,
                        dryRun)
                .run();
    }

    private static void assertCopied(Place to) throws InterruptedException {
        assertThat(to.list("", 10).stream().map(file -> file.key()))
                .containsExactly("w_2017_11_01_10.json", "w_2017_11_01_sub/a b+c.json");
    }

    @Test
    void eachWayCopiesWhatTheRulesMeanOnceAndKeepsTheBytes() throws Exception {
        var server = TestBucket.fresh();
        var local = new FolderPlace(source, Disk.LOCAL);
        var remote = bucket(server, "up/");
        var beside = bucket(server, "beside/");
        var back = new FolderPlace(folder.resolve("back"), Disk.LOCAL);
        var twin = new FolderPlace(folder.resolve("twin"), Disk.LOCAL);

        var dry = copy(local, remote, NOVEMBER_1, true);
        assertThat(List.of(dry.copied(), dry.copiedBytes())).containsExactly(2L, 69L);
        assertThat(remote.list("", 10)).isEmpty();

        assertThat(copy(local, remote, NOVEMBER_1, false).copied()).isEqualTo(2);
        assertCopied(remote);
        var inside = copy(remote, beside, KeyRules.ALL, false);
        assertThat(List.of(inside.copied(), inside.inStore())).containsExactly(2L, 2L);
        assertCopied(beside);
        assertThat(copy(beside, back, KeyRules.ALL, false).copied()).isEqualTo(2);
        assertCopied(back);
        assertThat(copy(back, twin, KeyRules.ALL, false).copied()).isEqualTo(2);
        assertThat(folder.resolve("twin/w_2017_11_01_sub/a b+c.json"))
                .hasContent("content of w_2017_11_01_sub/a b+c.json");

        Files.writeString(
                folder.resolve("back/w_2017_11_01_10.json"), "CONTENT of w_2017_11_01_10.json");
        var again = copy(back, remote, KeyRules.ALL, false);
        assertThat(List.of(again.copied(), again.skipped())).containsExactly(1L, 1L);
        var third = copy(back, remote, KeyRules.ALL, false);
        assertThat(List.of(third.copied(), third.skipped())).containsExactly(0L, 2L);
    }

    @Test
    void aLargeFileGoesInPartsAndIsKnownAgain() throws Exception {
        var large = new byte[(16 << 20) + 12_345];
        new Random(7).nextBytes(large);
        Files.write(folder.resolve("source/large.bin"), large);
        var only =
                new KeyRules(
                        List.of(
                                new KeyRules.Rule(false, KeyRules.KeyPattern.of("*")),
                                new KeyRules.Rule(true, KeyRules.KeyPattern.of("large*"))));
        var local = new FolderPlace(source, Disk.LOCAL);
        var remote = bucket(TestBucket.fresh(), "");
        var back = new FolderPlace(folder.resolve("back"), Disk.LOCAL);

        assertThat(copy(local, remote, only, false).copied()).isEqualTo(1);
        assertThat(copy(local, remote, only, false).skipped()).isEqualTo(1);
        assertThat(copy(remote, back, KeyRules.ALL, false).copied()).isEqualTo(1);
        assertThat(Files.readAllBytes(folder.resolve("back/large.bin"))).isEqualTo(large);
    }

    @Test
    void theLastRuleThatMatchesDecidesAndAStarCrossesSlashes() {
        var rules =
                new KeyRules(
                        List.of(
                                new KeyRules.Rule(false, KeyRules.KeyPattern.of("*")),
                                new KeyRules.Rule(true, KeyRules.KeyPattern.of("a*.json")),
                                new KeyRules.Rule(false, KeyRules.KeyPattern.of("a/x?.json")),
                                new KeyRules.Rule(true, KeyRules.KeyPattern.of("a/x[1-3].json"))));
        assertThat(rules.includes("a/b/c.json")).isTrue();
        assertThat(rules.includes("b.json")).isFalse();
        assertThat(rules.includes("a/x9.json")).isFalse();
        assertThat(rules.includes("a/x2.json")).isTrue();
        assertThat(rules.includes("a/x[1].json")).isTrue();
        assertThat(rules.commonPrefix()).isEqualTo("a");
        assertThat(NOVEMBER_1.commonPrefix()).isEqualTo("w_2017_11_01");
        assertThat(KeyRules.ALL.commonPrefix()).isEmpty();
    }
}
