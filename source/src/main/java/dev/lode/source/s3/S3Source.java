package dev.lode.source.s3;

import dev.lode.core.LodeException;
import dev.lode.source.Checksum;
import dev.lode.source.Item;
import dev.lode.source.Opened;
import dev.lode.source.Source;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The objects of a bucket below a prefix, through the XML listing (ListObjectsV2) and ranged GETs
/// that carry the listed ETag as `If-Match`. The client's own retries are off. Keys that end with
/// `/` (folder marks) are not items.
public final class S3Source implements Source {
    private final S3Settings settings;
    private final S3Client client;
    private final S3Failures failures;

    private S3Source(S3Settings settings, S3Client client) {
        this.settings = settings;
        this.client = client;
        this.failures = new S3Failures(settings);
    }

    /// Opens no connection yet.
    public static S3Source of(S3Settings settings) {
        return new S3Source(settings, S3Clients.of(settings));
    }

    @Override
    public String name() {
        return "s3://" + settings.bucket() + "/" + settings.prefix();
    }

    @Override
    public List<Item> list() throws InterruptedException {
        var items = new ArrayList<Item>();
        var seen = new HashSet<String>();
        String token = null;
        do {
            if (seen.size() == settings.limits().mostPages()) {
                throw LodeException.usage(
                        name()
                                + ": the listing has more than "
                                + seen.size()
                                + " pages of "
                                + settings.limits().pageSize()
                                + " keys; nothing was read; give a longer prefix or raise the"
                                + " limit");
            }
            var page = page(token);
            if (page.isTruncated() == null) {
                throw LodeException.remote(
                        name()
                                + ": the answer from "
                                + failures.endpoint()
                                + " is no listing; nothing was read; check the endpoint, and"
                                + " proxies on the way");
            }
            page.contents().stream()
                    .filter(object -> !object.key().endsWith("/"))
                    .map(this::item)
                    .forEach(items::add);
            token = page.nextContinuationToken();
            if (page.isTruncated() && (token == null || !seen.add(token))) {
                throw LodeException.remote(
                        name()
                                + ": the listing says it goes on after "
                                + items.size()
                                + " keys, but not from where; nothing was read");
            }
        } while (token != null);
        items.sort(Comparator.comparing(Item::key));
        return List.copyOf(items);
    }

    private ListObjectsV2Response page(@Nullable String token) throws InterruptedException {
        try {
            return client.listObjectsV2(
                    ListObjectsV2Request.builder()
                            .bucket(settings.bucket())
                            .prefix(settings.prefix().isEmpty() ? null : settings.prefix())
                            .maxKeys(settings.limits().pageSize())
                            .continuationToken(token)
                            .build());
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(name(), e);
        }
    }

    private Item item(S3Object object) {
        return item(
                object.key(),
                Objects.requireNonNullElse(object.size(), 0L),
                Objects.requireNonNullElse(object.eTag(), ""),
                Objects.requireNonNullElse(object.lastModified(), Instant.EPOCH));
    }

    private Item item(String key, long size, String tag, Instant lastModified) {
        String name =
                key.startsWith(settings.prefix()) ? key.substring(settings.prefix().length()) : key;
        return new Item(name, key, size, unquoted(tag), lastModified);
    }

    @Override
    public Optional<Item> lookUp(Item item) throws InterruptedException {
        try {
            var found = head(item);
            if (found.contentLength() == null || found.eTag() == null) {
                return fromListing(item);
            }
            return Optional.of(
                    item(
                            item.key(),
                            found.contentLength(),
                            found.eTag(),
                            Objects.requireNonNullElse(found.lastModified(), Instant.EPOCH)));
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 404 -> Optional.empty();
                case 405, 501 -> fromListing(item);
                default -> throw failures.of(place(item), e);
            };
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(item), e);
        }
    }

    /// For stores that do not answer HEAD, or not with a length.
    private Optional<Item> fromListing(Item item) throws InterruptedException {
        try {
            return client
                    .listObjectsV2(
                            ListObjectsV2Request.builder()
                                    .bucket(settings.bucket())
                                    .prefix(item.key())
                                    .maxKeys(1)
                                    .build())
                    .contents()
                    .stream()
                    .filter(object -> object.key().equals(item.key()))
                    .map(this::item)
                    .findFirst();
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(item), e);
        }
    }

    /// Nothing also where HEAD is not answered, though GET may be: then there is nothing to compare
    /// with.
    @Override
    public Optional<Checksum> checksum(Item item) throws InterruptedException {
        try {
            return Optional.of(head(item))
                    .filter(
                            found ->
                                    found.eTag() != null
                                            && unquoted(found.eTag()).equals(item.versionTag()))
                    .flatMap(S3Checksums::of);
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 403, 404, 405, 501 -> Optional.empty();
                default -> throw failures.of(place(item), e);
            };
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(item), e);
        }
    }

    private HeadObjectResponse head(Item item) {
        return client.headObject(
                HeadObjectRequest.builder()
                        .bucket(settings.bucket())
                        .key(item.key())
                        .checksumMode(ChecksumMode.ENABLED)
                        .build());
    }

    @Override
    public Opened open(Item item, long offset, long length) throws InterruptedException {
        var request =
                GetObjectRequest.builder()
                        .bucket(settings.bucket())
                        .key(item.key())
                        .ifMatch(
                                item.versionTag().isEmpty()
                                        ? null
                                        : "\"" + item.versionTag() + "\"")
                        .range(length == 0 ? null : "bytes=" + offset + "-" + (offset + length - 1))
                        .build();
        try {
            var response = client.getObject(request);
            return checked(item, offset, length, response);
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 412, 416 -> new Opened.Replaced();
                case 404 -> gone(item, e);
                default -> throw failures.of(place(item), e);
            };
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(item), e);
        }
    }

    private Opened gone(Item item, S3Exception e) throws InterruptedException {
        if (S3Failures.isMissingBucket(e)) {
            throw failures.of(place(item), e);
        }
        return new Opened.Gone();
    }

    /// Some stores ignore `If-Match`, some ignore `Range`: what was answered decides.
    private Opened checked(
            Item item, long offset, long length, ResponseInputStream<GetObjectResponse> answer) {
        var head = answer.response();
        boolean otherTag =
                head.eTag() != null
                        && !item.versionTag().isEmpty()
                        && !unquoted(head.eTag()).equals(item.versionTag());
        boolean otherTime =
                item.versionTag().isEmpty()
                        && head.lastModified() != null
                        && !head.lastModified().equals(item.lastModified());
        if (otherTag || otherTime) {
            answer.abort();
            return new Opened.Replaced();
        }
        boolean ranged = head.contentRange() != null;
        long total =
                ranged
                        ? totalOf(head.contentRange())
                        : Objects.requireNonNullElse(head.contentLength(), -1L);
        if (total >= 0 && total != item.size()) {
            answer.abort();
            throw LodeException.remote(
                    place(item)
                            + ": "
                            + total
                            + " bytes by the answer, "
                            + item.size()
                            + " by the listing, for the same version; nothing was read of it");
        }
        if (ranged && !head.contentRange().startsWith("bytes " + offset + "-")) {
            answer.abort();
            throw LodeException.remote(
                    place(item)
                            + ": bytes from "
                            + offset
                            + " asked for, \""
                            + head.contentRange()
                            + "\" answered; nothing was read of it");
        }
        var stream = new ObjectStream(answer, length);
        if (!ranged && offset > 0) {
            try {
                stream.skipTo(offset);
            } catch (IOException e) {
                answer.abort();
                throw LodeException.remote(
                        place(item)
                                + ": cut before byte "
                                + offset
                                + ", of a store that gives no ranges",
                        e);
            }
        }
        return new Opened.Bytes(stream);
    }

    /// Of `bytes 0-99/1234` the 1234; -1 when the store does not say.
    private static long totalOf(String contentRange) {
        String total = contentRange.substring(contentRange.indexOf('/') + 1);
        return total.chars().allMatch(Character::isDigit) && !total.isEmpty()
                ? Long.parseLong(total)
                : -1;
    }

    /// Without quotes, and without the mark of a weak tag, which some caches in front of a store
    /// add.
    private static String unquoted(String tag) {
        return tag.replace("\"", "").replaceFirst("^W/", "");
    }

    private String place(Item item) {
        return "s3://" + settings.bucket() + "/" + item.key();
    }

    @Override
    public void close() {
        client.close();
    }
}
