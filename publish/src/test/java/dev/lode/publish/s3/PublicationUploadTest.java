package dev.lode.publish.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunListener;
import dev.lode.publish.Corpus;
import dev.lode.publish.Manifest;
import dev.lode.publish.Publication;
import dev.lode.publish.PublicationBuilder;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.publish.Retention;
import dev.lode.publish.archive.ArchiveShape;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.s3.S3Bucket;
import dev.lode.source.s3.S3Settings;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;

class PublicationUploadTest {
    private static final Instant NOON = Instant.parse("2026-06-30T12:00:00Z");
    private static final String PREFIX = "bulk/";

    @TempDir private Path folder;

    private final TestBucket server = TestBucket.fresh();
    private final S3Bucket bucket =
            S3Bucket.of(
                    S3Settings.anonymous(server.name(), "", "us-east-1").at(server.endpoint()),
                    Retry.of(
                            new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2)),
                            new Random(1)));
    private final Random random = new Random(5);
    private final Corpus corpus = new Corpus();

    @BeforeEach
    void makesItems() {
        for (int i = 0; i < 700; i++) {
            var noise = new byte[24_000];
            random.nextBytes(noise);
            corpus.partition(i % 10 == 0 ? "small" : "large")
                    .map()
                    .put(Integer.toString(i), Base64.getEncoder().encode(noise));
        }
    }

    @AfterEach
    void closes() {
        bucket.close();
    }

    private PublicationFolder published(boolean isPublic, int hour) throws Exception {
        for (String each : List.of("tmp", "published")) {
            Files.createDirectories(folder.resolve(each));
        }
        var root = new DataRoot(folder.toRealPath(), Disk.LOCAL);
        var publication =
                new Publication(
                        "courts",
                        "opinions",
                        "Opinions",
                        ArchiveShape.tarOfJson(33_000),
                        true,
                        isPublic,
                        1 << 20);
        new PublicationBuilder(root, 2, Retention.DEFAULT, RunListener.SILENT)
                .build(publication, corpus.whole(), NOON.plus(Duration.ofHours(hour)));
        return PublicationFolder.of(root, publication);
    }

    private PublicationUpload upload(PublicationFolder published) {
        return new PublicationUpload(published, bucket, PREFIX, true, 3);
    }

    private void assertBucketHas(PublicationFolder published) throws Exception {
        var manifest = published.latest().orElseThrow();
        for (PublishedFile file : manifest.files()) {
            assertThat(bucket.read(PREFIX + file.path()))
                    .isEqualTo(Files.readAllBytes(published.resolve(file.path())));
        }
        assertThat(bucket.read(PREFIX + "latest.json"))
                .isEqualTo(Files.readAllBytes(published.resolve("latest.json")));
        assertThat(
                        Manifest.parse(
                                "there",
                                new String(
                                        bucket.read(
                                                PREFIX
                                                        + "generations/%06d/manifest.json"
                                                                .formatted(manifest.generation())),
                                        StandardCharsets.UTF_8)))
                .isEqualTo(manifest);
    }

    @Test
    void whatTheBucketHasIsCopiedThereAndTheRestSent() throws Exception {
        var published = published(true, 0);
        var first = upload(published).run();
        assertBucketHas(published);
        var again = upload(published).run();
        corpus.partition("large").put("333", 500, random);
        corpus.partition("small").put("1000", 500, random);
        published = published(true, 1);

        var second = upload(published).run();

        assertBucketHas(published);
        assertThat(first.copied()).isZero();
        assertThat(again.objects()).isZero();
        assertThat(again.sent()).isZero();
        assertThat(second.copied()).isGreaterThan(12L << 20);
        assertThat(second.sent()).isLessThan(first.sent() / 2);
        assertThat(second.sent() + second.copied() + second.skipped())
                .isGreaterThan(
                        published.latest().orElseThrow().files().stream()
                                .mapToLong(PublishedFile::bytes)
                                .sum());
    }

    @Test
    void anInterruptedUploadCompletesAndLeavesNoUnfinishedParts() throws Exception {
        var published = published(true, 0);
        upload(published).run();
        byte[] old = bucket.read(PREFIX + "latest.json");
        corpus.partition("large").put("1", 500, random);
        published = published(true, 1);
        var manifest = published.latest().orElseThrow();
        Path last = published.resolve(manifest.file("all").orElseThrow().path());
        Path aside = folder.resolve("aside");
        Files.move(last, aside);
        // As a process leaves it that dies between two parts.
        var forgotten = bucket.begin(PREFIX + "files/x", "a/b", "no-cache");
        bucket.send(forgotten, 1, new byte[5 << 20]);
        var interrupted = upload(published);

        assertThatThrownBy(interrupted::run)
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("is missing, though the latest generation has it");
        assertThat(bucket.read(PREFIX + "latest.json")).isEqualTo(old);
        bucket.begin(PREFIX + "files/y", "a/b", "no-cache");
        Files.move(aside, last);
        var report = upload(published).run();

        assertThat(report.aborted()).isEqualTo(1);
        assertThat(report.skipped()).isPositive();
        assertBucketHas(published);
        assertThat(bucket.abortUploads(PREFIX)).isZero();
    }

    @Test
    void whatIsNotPublicGoesToNoPublicPlace() throws Exception {
        var published = published(false, 0);
        var open = upload(published);

        assertThatThrownBy(open::run)
                .hasMessageContaining("is not public, but s3://" + server.name() + " is");
        assertThat(bucket.read(PREFIX + "latest.json")).isEmpty();
        new PublicationUpload(published, bucket, PREFIX, false, 3).run();
        assertBucketHas(published);
    }

    @Test
    void partsAreNeverTooSmallNorTooMany() {
        var random = new Random(11);
        for (int i = 0; i < 300; i++) {
            long total = 1 + (long) (random.nextDouble() * (i % 3 == 0 ? 1L << 42 : 1L << 27));
            var runs = new java.util.ArrayList<dev.lode.publish.archive.SharedRuns.Run>();
            long at = random.nextInt(100);
            while (at < total) {
                long length = Math.min(total - at, 1 + (long) (random.nextDouble() * total / 20));
                runs.add(new dev.lode.publish.archive.SharedRuns.Run(at, at + 1000, length));
                at += length + random.nextInt(10_000_000);
            }
            var parts = UploadPart.plan(total, runs);

            assertThat(parts.stream().mapToLong(UploadPart::length).sum()).isEqualTo(total);
            assertThat(parts).hasSizeLessThan(10_000);
            assertThat(parts.subList(0, parts.size() - 1))
                    .allMatch(part -> part.length() >= UploadPart.SMALLEST);
            long planned = 0;
            for (var part : parts) {
                switch (part) {
                    case UploadPart.Sent(long offset, long _) ->
                            assertThat(offset).isEqualTo(planned);
                    case UploadPart.Copied(long oldOffset, long length) -> {
                        assertThat(oldOffset).isEqualTo(planned + 1000);
                        assertThat(length).isLessThanOrEqualTo(5L << 30);
                    }
                }
                planned += part.length();
            }
        }
    }

    @Test
    void anEmptyFolderIsSaidSo() throws IOException {
        var nothing = upload(new PublicationFolder(Files.createDirectory(folder.resolve("no"))));

        assertThatThrownBy(nothing::run).hasMessageContaining("nothing is published there");
    }
}
