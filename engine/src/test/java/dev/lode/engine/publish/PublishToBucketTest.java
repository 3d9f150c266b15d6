package dev.lode.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.LodeException;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.publish.s3.UploadReport;
import dev.lode.source.Retry;
import dev.lode.source.RetryPolicy;
import dev.lode.source.s3.S3Bucket;
import dev.lode.source.s3.S3Settings;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.s3.TestBucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

@OnPostgres
class PublishToBucketTest {
    @TempDir Path folder;

    private final TestBucket server = TestBucket.fresh();
    private final S3Settings settings =
            S3Settings.anonymous(server.name(), "bulk", "us-east-1").at(server.endpoint());
    private final Retry retry =
            Retry.of(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2)), new Random(1));

    private PublicationOutcome publish(Publishing publishing) throws Exception {
        return publishing
                .operation(publishing.place(), Optional.of(new BucketTarget(settings, retry, 2)))
                .run(
                        DatasetPublish.chosen(publishing.pack(), List.of("opinions")),
                        new RunOrigin("test", 1, "test"),
                        () -> {})
                .publications()
                .getFirst();
    }

    /// A court with 2,500 opinions of 9,600 digits each, and one with a single opinion.
    private static void fill(Db db) {
        db.run(
                Publishing.TABLES
                        + "INSERT INTO court VALUES ('ca1', 'First'), ('ca2', 'Second'); INSERT"
                        + " INTO docket VALUES (1, 'ca1', 'A'), (2, 'ca2', 'B'); INSERT INTO"
                        + " opinion SELECT i, 1 + i / 2501, (SELECT string_agg(md5(i::text || j),"
                        + " '') FROM generate_series(1, 300) j), NULL, 1, NULL FROM"
                        + " generate_series(1, 2501) i");
    }

    private void assertSameInBucket(Publishing publishing) throws Exception {
        try (var bucket = S3Bucket.of(settings, retry)) {
            for (var file : publishing.latest("opinions").files()) {
                assertThat(bucket.read("bulk/courts/opinions/" + file.path()))
                        .as(file.partition())
                        .isEqualTo(
                                Files.readAllBytes(
                                        publishing.folder("opinions").resolve(file.path())));
            }
            assertThat(
                            new String(
                                    bucket.read("bulk/courts/opinions/latest.json"),
                                    StandardCharsets.UTF_8))
                    .contains("000002");
        }
    }

    @Test
    void aBucketHasWhatTheFolderHasAndLargeArchivesAreCopiedThere(Db db) throws Exception {
        fill(db);
        var publishing =
                Publishing.of(
                        db,
                        folder,
                        Publishing.PUBLISH.replace(
                                        "    table: opinion\n",
                                        "    table: opinion\n    item-size: 12000\n")
                                + Publishing.TRIGGERS);
        publish(publishing);
        db.run("UPDATE opinion SET body = 'short' WHERE id = 2400");
        var second = publish(publishing).uploaded().orElseThrow();

        // Every part but the last has at least 5 MiB, also the one that holds the head.
        assertThat(second.copied()).isGreaterThan(10L << 20).isGreaterThan(second.sent());
        assertSameInBucket(publishing);
        assertThat(publish(publishing).uploaded().map(UploadReport::sent)).contains(0L);
    }

    @Test
    void ofColumnsTheStoreCopiesThePartitionsThatDidNotChange(Db db) throws Exception {
        fill(db);
        var publishing =
                Publishing.of(db, folder, ParquetPublishTest.COLUMNS + Publishing.TRIGGERS);
        publish(publishing);
        db.run("UPDATE opinion SET body = 'short' WHERE id = 2501");
        var second = publish(publishing).uploaded().orElseThrow();

        assertThat(second.copied()).isGreaterThan(5L << 20);
        assertThat(second.sent()).isLessThan(6L << 20);
        assertSameInBucket(publishing);
    }

    @Test
    void whatIsNotPublicDoesNotGoToABucketThatAnybodyReads(Db db) throws Exception {
        db.run(Publishing.TABLES + Publishing.ROWS);
        var publishing =
                Publishing.of(
                        db,
                        folder,
                        Publishing.PUBLISH.replace(
                                "    table: opinion\n", "    table: opinion\n    public: false\n"));
        assertThat(publish(publishing).failure().map(LodeException::getMessage).orElseThrow())
                .contains("is not public, but s3://" + server.name() + " is");
        try (var bucket = S3Bucket.of(settings, retry)) {
            assertThat(bucket.length("bulk/courts/opinions/latest.json")).isEmpty();
        }
    }
}
