package dev.lode.engine.publish;

import dev.lode.publish.PublicationFolder;
import dev.lode.publish.s3.PublicationUpload;
import dev.lode.publish.s3.UploadReport;
import dev.lode.source.Retry;
import dev.lode.source.s3.S3Bucket;
import dev.lode.source.s3.S3Settings;

/// A bucket that generations are brought to.
///
/// @param settings with the prefix below which the dataset's folder lies
/// @param atOnce files of a publication that are on their way at the same time
public record BucketTarget(S3Settings settings, Retry retry, int atOnce) {
    private static final String PROBE = ".lode-readable";

    /// Uploads the latest generation of a publication.
    ///
    /// @param isPublic whether the publication may go where anybody can read
    UploadReport upload(PublicationFolder folder, String path, boolean isPublic)
            throws InterruptedException {
        String prefix = prefix() + path + "/";
        try (var bucket = S3Bucket.of(settings, retry)) {
            boolean open = !isPublic && anybodyReads(bucket, prefix + PROBE);
            return new PublicationUpload(folder, bucket, prefix, open, atOnce).run();
        }
    }

    String name() {
        return "s3://" + settings.bucket() + "/" + prefix();
    }

    private String prefix() {
        String prefix = settings.prefix();
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /// Writes an empty object and asks for it without credentials: policies and access lists have
    /// many ways to let everybody in, and only this finds all of them.
    private boolean anybodyReads(S3Bucket bucket, String key) throws InterruptedException {
        bucket.put(key, new byte[0], "application/octet-stream", "no-store");
        try (var stranger =
                S3Bucket.of(settings.withAccess(new S3Settings.Access.Anonymous()), retry)) {
            return stranger.isReadable(key);
        }
    }
}
