package dev.lode.source.s3;

import dev.lode.source.Retry;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/// Writes objects into a bucket. Each request is tried again on its own when it failed remotely.
/// Safe for use by several threads.
public final class S3Bucket implements AutoCloseable {
    private final S3Settings settings;
    private final S3Client client;
    private final S3Failures failures;
    private final Retry retry;

    private S3Bucket(S3Settings settings, S3Client client, Retry retry) {
        this.settings = settings;
        this.client = client;
        this.failures =
                new S3Failures(settings, "what was written stays, and the same command goes on");
        this.retry = retry;
    }

    /// Opens no connection yet.
    public static S3Bucket of(S3Settings settings, Retry retry) {
        return new S3Bucket(settings, S3Clients.of(settings), retry);
    }

    /// How messages name it.
    public String name() {
        return "s3://" + settings.bucket();
    }

    /// One request.
    private interface Request<T> {
        T send();
    }

    private <T> T call(String key, Request<T> request) throws InterruptedException {
        return retry.call(
                () -> {
                    try {
                        return request.send();
                    } catch (SdkException | UncheckedIOException e) {
                        throw failures.of(name() + "/" + key, e);
                    }
                });
    }

    /// The length of an object; nothing when there is none.
    public OptionalLong length(String key) throws InterruptedException {
        return call(
                key,
                () -> {
                    try {
                        return OptionalLong.of(
                                client.headObject(head -> head.bucket(settings.bucket()).key(key))
                                        .contentLength());
                    } catch (S3Exception e) {
                        if (e.statusCode() == 404) {
                            return OptionalLong.empty();
                        }
                        throw e;
                    }
                });
    }

    /// Whether these settings' credentials, or nobody's, can read an object.
    public boolean isReadable(String key) throws InterruptedException {
        return call(
                key,
                () -> {
                    try {
                        client.headObject(head -> head.bucket(settings.bucket()).key(key));
                        return true;
                    } catch (S3Exception e) {
                        if (e.statusCode() == 401
                                || e.statusCode() == 403
                                || e.statusCode() == 404) {
                            return false;
                        }
                        throw e;
                    }
                });
    }

    /// The bytes of a small object; none when there is no such object.
    public byte[] read(String key) throws InterruptedException {
        return call(
                key,
                () -> {
                    try {
                        return client.getObjectAsBytes(
                                        get -> get.bucket(settings.bucket()).key(key))
                                .asByteArray();
                    } catch (S3Exception e) {
                        if (e.statusCode() == 404 && !S3Failures.isMissingBucket(e)) {
                            return new byte[0];
                        }
                        throw e;
                    }
                });
    }

    /// Writes an object at once, over one of the same key.
    ///
    /// @param cacheControl for who fetches it: `no-cache`, `public, max-age=31536000, immutable`
    public void put(String key, byte[] content, String contentType, String cacheControl)
            throws InterruptedException {
        call(
                key,
                () ->
                        client.putObject(
                                put ->
                                        put.bucket(settings.bucket())
                                                .key(key)
                                                .contentType(contentType)
                                                .cacheControl(cacheControl),
                                body(content)));
    }

    private static RequestBody body(byte[] content) {
        return RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(content),
                content.length,
                "application/octet-stream");
    }

    /// Ends all unfinished uploads of keys with a prefix, as an interrupted process leaves them,
    /// which the store keeps and charges for.
    ///
    /// @return how many there were
    public int abortUploads(String prefix) throws InterruptedException {
        var uploads = call(prefix, () -> unfinished(prefix));
        for (MultipartUpload upload : uploads) {
            abort(new Upload(upload.key(), upload.uploadId()));
        }
        return uploads.size();
    }

    private List<MultipartUpload> unfinished(String prefix) {
        var uploads = new ArrayList<MultipartUpload>();
        client
                .listMultipartUploadsPaginator(
                        list -> list.bucket(settings.bucket()).prefix(prefix))
                .uploads()
                .stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .forEach(uploads::add);
        return uploads;
    }

    /// An upload in parts that was begun.
    public record Upload(String key, String id) {}

    /// Begins an upload in parts.
    public Upload begin(String key, String contentType, String cacheControl)
            throws InterruptedException {
        return new Upload(
                key,
                call(
                        key,
                        () ->
                                client.createMultipartUpload(
                                                create ->
                                                        create.bucket(settings.bucket())
                                                                .key(key)
                                                                .contentType(contentType)
                                                                .cacheControl(cacheControl))
                                        .uploadId()));
    }

    /// Sends a part.
    ///
    /// @param number from 1
    /// @return its tag
    public String send(Upload upload, int number, byte[] content) throws InterruptedException {
        return call(
                upload.key(),
                () ->
                        Objects.requireNonNull(
                                client.uploadPart(
                                                part ->
                                                        part.bucket(settings.bucket())
                                                                .key(upload.key())
                                                                .uploadId(upload.id())
                                                                .partNumber(number),
                                                body(content))
                                        .eTag()));
    }

    /// Lets the store make a part of a range of another object of the bucket.
    ///
    /// @return its tag
    public String copy(Upload upload, int number, String from, long offset, long length)
            throws InterruptedException {
        return call(
                upload.key(),
                () ->
                        Objects.requireNonNull(
                                client.uploadPartCopy(
                                                part ->
                                                        part.sourceBucket(settings.bucket())
                                                                .sourceKey(from)
                                                                .copySourceRange(
                                                                        "bytes="
                                                                                + offset
                                                                                + "-"
                                                                                + (offset + length
                                                                                        - 1))
                                                                .destinationBucket(
                                                                        settings.bucket())
                                                                .destinationKey(upload.key())
                                                                .uploadId(upload.id())
                                                                .partNumber(number))
                                        .copyPartResult()
                                        .eTag()));
    }

    /// Makes the object of its parts.
    ///
    /// @param tags of the parts, in order
    public void complete(Upload upload, List<String> tags) throws InterruptedException {
        var parts = new ArrayList<CompletedPart>();
        for (int i = 0; i < tags.size(); i++) {
            parts.add(CompletedPart.builder().partNumber(i + 1).eTag(tags.get(i)).build());
        }
        call(
                upload.key(),
                () ->
                        client.completeMultipartUpload(
                                complete ->
                                        complete.bucket(settings.bucket())
                                                .key(upload.key())
                                                .uploadId(upload.id())
                                                .multipartUpload(made -> made.parts(parts))));
    }

    /// Drops an upload that was begun.
    public void abort(Upload upload) throws InterruptedException {
        call(
                upload.key(),
                () ->
                        client.abortMultipartUpload(
                                abort ->
                                        abort.bucket(settings.bucket())
                                                .key(upload.key())
                                                .uploadId(upload.id())));
    }

    @Override
    public void close() {
        client.close();
    }
}
