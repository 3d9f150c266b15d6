package dev.lode.demo.s3;

import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/// Gives plain files an ETag, which the file system store has only for objects that came through
/// its own uploads. The tag changes with the file's size, time of modification and inode, and has
/// the form of a multipart upload's (`32 hex digits-1`): a client must not take it for an MD5 of
/// the content.
final class VersionedFiles extends ForwardingBlobStore {
    private final Path buckets;

    VersionedFiles(BlobStore files, Path buckets) {
        super(files);
        this.buckets = buckets;
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        var page = super.list(request);
        return page.toBuilder()
                .contents(
                        page.contents().stream()
                                .map(object -> withTag(request.bucket(), object))
                                .toList())
                .build();
    }

    private S3Object withTag(String bucket, S3Object object) {
        return object.eTag() != null
                ? object
                : object.toBuilder().eTag(tag(bucket, object.key()).orElse(null)).build();
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        var head = super.blobMetadata(request);
        return head == null || head.eTag() != null
                ? head
                : head.toBuilder().eTag(tag(request.bucket(), request.key()).orElse(null)).build();
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        Optional<String> tag = tag(request.bucket(), request.key());
        if (tag.isEmpty()) {
            return super.getBlob(request);
        }
        var unconditional = super.getBlob(request.toBuilder().ifMatch(null).build());
        String found =
                unconditional.response().eTag() == null
                        ? tag.get()
                        : unconditional.response().eTag();
        if (request.ifMatch() != null && !request.ifMatch().equals(found)) {
            unconditional.abort();
            throw S3Exceptions.fromStatusCode(412);
        }
        return new ResponseInputStream<>(
                unconditional.response().toBuilder().eTag(found).build(), unconditional);
    }

    private Optional<String> tag(String bucket, String key) {
        try {
            var file =
                    Files.readAttributes(
                            buckets.resolve(bucket).resolve(key), BasicFileAttributes.class);
            if (!file.isRegularFile()) {
                return Optional.empty();
            }
            String version = file.size() + " " + file.lastModifiedTime() + " " + file.fileKey();
            UUID hash = UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8));
            HexFormat hex = HexFormat.of();
            return Optional.of(
                    "\""
                            + hex.toHexDigits(hash.getMostSignificantBits())
                            + hex.toHexDigits(hash.getLeastSignificantBits())
                            + "-1\"");
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw S3Exceptions.fromStatusCode(500, e);
        }
    }
}
