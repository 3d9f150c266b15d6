package dev.lode.source.s3;

import dev.lode.core.LodeException;
import dev.lode.core.place.Content;
import dev.lode.core.place.Moved;
import dev.lode.core.place.MovesByBytes;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlacedFile;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The objects of a bucket below a prefix, as a place. Objects appear whole or not at all. A
/// version is its ETag.
///
/// How a version is moved: copied on the condition that the source still has its tag, then removed
/// on the same condition. Stores that know no condition on DELETE are asked for the tag just
/// before: what is written in between, some milliseconds, is lost where the bucket keeps no
/// versions.
public final class BucketPlace implements Place {
    /// The largest object that S3 copies with one request, and takes with one PUT: 5 GiB.
    private static final long ONE_PIECE = 5L << 30;

    /// Objects up to here are sent in one piece, with their MD5 ahead.
    private static final int SMALL = 16 << 20;

    private static final long MOST_PARTS = 10_000;
    private static final long COPIED_PART = 512L << 20;
    private static final String MD5 = "lode-md5";

    private final S3Settings settings;
    private final S3Client client;
    private final S3Failures failures;

    private BucketPlace(S3Settings settings, S3Client client) {
        this.settings = settings;
        this.client = client;
        this.failures = new S3Failures(settings);
    }

    /// Opens no connection yet.
    ///
    /// @param settings their prefix is empty or ends with `/`
    public static BucketPlace of(S3Settings settings) {
        return new BucketPlace(settings, S3Clients.of(settings));
    }

    @Override
    public String name() {
        return "s3://" + settings.bucket() + "/" + settings.prefix();
    }

    private String full(String key) {
        return settings.prefix() + key;
    }

    private String place(String key) {
        return name() + key;
    }

    private interface Request<T> {
        T run();
    }

    private <T> T ask(String key, Request<T> request) throws InterruptedException {
        try {
            return request.run();
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(key), e);
        }
    }

    /// The answer, or nothing where the store says that the object is not there (404), is another
    /// version (412), or is being changed (409).
    private <T> Optional<T> askFor(String key, Request<T> request) throws InterruptedException {
        try {
            return Optional.of(request.run());
        } catch (S3Exception e) {
            boolean absent =
                    (e.statusCode() == 404 && !S3Failures.isMissingBucket(e))
                            || e.statusCode() == 412
                            || e.statusCode() == 409;
            if (absent) {
                return Optional.empty();
            }
            throw failures.of(place(key), e);
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(key), e);
        }
    }

    @Override
    public List<PlacedFile> list(String after, int most) throws InterruptedException {
        var files = new ArrayList<PlacedFile>();
        String from = after.isEmpty() ? "" : full(after);
        while (files.size() < most) {
            int wanted = Math.min(most - files.size(), settings.limits().pageSize());
            String last = from;
            var page =
                    ask(
                            "",
                            () ->
                                    client.listObjectsV2(
                                            request ->
                                                    request.bucket(settings.bucket())
                                                            .prefix(settings.prefix())
                                                            .startAfter(
                                                                    last.isEmpty() ? null : last)
                                                            .maxKeys(wanted)));
            if (page.isTruncated() == null) {
                throw LodeException.remote(
                        name()
                                + ": the answer from "
                                + failures.endpoint()
                                + " is no listing; nothing was read; check the endpoint, and"
                                + " proxies on the way");
            }
            for (S3Object object : page.contents()) {
                from = object.key();
                if (!object.key().endsWith("/")) {
                    files.add(placed(object));
                }
            }
            if (!page.isTruncated()) {
                break;
            }
            if (from.equals(last)) {
                throw LodeException.remote(
                        name()
                                + ": the listing says it goes on after \""
                                + last
                                + "\", but shows nothing; nothing was read");
            }
        }
        return List.copyOf(files);
    }

    private String below(String key) {
        return key.startsWith(settings.prefix()) ? key.substring(settings.prefix().length()) : key;
    }

    private PlacedFile placed(S3Object object) {
        return new PlacedFile(
                below(object.key()),
                Objects.requireNonNullElse(object.size(), 0L),
                unquoted(object.eTag()),
                Objects.requireNonNullElse(object.lastModified(), Instant.EPOCH));
    }

    private static String unquoted(@org.jspecify.annotations.Nullable String tag) {
        return tag == null ? "" : tag.replace("\"", "").replaceFirst("^W/", "");
    }

    @Override
    public Optional<PlacedFile> find(String key) throws InterruptedException {
        return head(key)
                .map(
                        head ->
                                new PlacedFile(
                                        key,
                                        Objects.requireNonNullElse(head.contentLength(), 0L),
                                        unquoted(head.eTag()),
                                        Objects.requireNonNullElse(
                                                head.lastModified(), Instant.EPOCH)));
    }

    private Optional<HeadObjectResponse> head(String key) throws InterruptedException {
        return askFor(
                key,
                () ->
                        client.headObject(
                                request -> request.bucket(settings.bucket()).key(full(key))));
    }

    @Override
    public Content open(PlacedFile file) throws InterruptedException {
        var found =
                askFor(
                        file.key(),
                        () ->
                                client.getObject(
                                        request ->
                                                request.bucket(settings.bucket())
                                                        .key(full(file.key()))
                                                        .ifMatch(quoted(file.version()))));
        if (found.isEmpty()) {
            return find(file.key()).isPresent() ? new Content.Changed() : new Content.Gone();
        }
        var stream = found.get();
        // Some stores ignore If-Match: what was answered decides.
        if (!unquoted(stream.response().eTag()).equals(file.version())) {
            stream.abort();
            return new Content.Changed();
        }
        return new Content.Bytes(new ObjectStream(stream, file.size()));
    }

    private static String quoted(String tag) {
        return "\"" + tag + "\"";
    }

    @Override
    public PlacedFile write(String key, InputStream content, long size, Optional<String> md5)
            throws InterruptedException {
        try {
            if (size <= SMALL) {
                put(key, whole(key, content, (int) size), md5);
            } else {
                new Parts(key, size, md5).send(content);
            }
        } catch (IOException e) {
            throw LodeException.remote(
                    place(key) + ": its bytes stopped coming; nothing was written there", e);
        }
        return find(key)
                .orElseThrow(
                        () ->
                                LodeException.remote(
                                        place(key)
                                                + ": was written and is not there; see who else"
                                                + " writes there"));
    }

    private byte[] whole(String key, InputStream content, int size) throws IOException {
        var bytes = content.readNBytes(size);
        if (bytes.length != size || content.read() >= 0) {
            throw LodeException.remote(
                    place(key)
                            + ": "
                            + bytes.length
                            + (bytes.length < size ? "" : " or more")
                            + " bytes came, "
                            + size
                            + " were expected; nothing was written there");
        }
        return bytes;
    }

    private void put(String key, byte[] bytes, Optional<String> expected)
            throws InterruptedException {
        byte[] digest = md5Of().digest(bytes);
        check(key, HexFormat.of().formatHex(digest), expected);
        // The store refuses bytes that do not have this MD5.
        ask(
                key,
                () ->
                        client.putObject(
                                request ->
                                        request.bucket(settings.bucket())
                                                .key(full(key))
                                                .contentMD5(
                                                        Base64.getEncoder().encodeToString(digest)),
                                RequestBody.fromBytes(bytes)));
    }

    private void check(String key, String sent, Optional<String> expected) {
        if (expected.isPresent() && !expected.get().equals(sent)) {
            throw LodeException.remote(
                    place(key)
                            + ": its bytes have the MD5 "
                            + sent
                            + ", expected "
                            + expected.get()
                            + "; nothing was written there");
        }
    }

    private static MessageDigest md5Of() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no MD5", e);
        }
    }

    /// A large object in parts. Nothing of it is visible before the last is there.
    private final class Parts {
        private final String key;
        private final long size;
        private final Optional<String> md5;

        Parts(String key, long size, Optional<String> md5) {
            this.key = key;
            this.size = size;
            this.md5 = md5;
        }

        void send(InputStream content) throws IOException, InterruptedException {
            var upload = begin(md5);
            try {
                var whole = md5Of();
                var parts = new ArrayList<CompletedPart>();
                int most = (int) Math.max(SMALL, size / MOST_PARTS + 1);
                long left = size;
                while (left > 0) {
                    var bytes = content.readNBytes((int) Math.min(most, left));
                    if (bytes.length == 0) {
                        throw new IOException(left + " bytes did not come");
                    }
                    whole.update(bytes);
                    left -= bytes.length;
                    parts.add(part(upload, parts.size() + 1, bytes));
                }
                check(key, HexFormat.of().formatHex(whole.digest()), md5);
                complete(upload, parts);
            } catch (IOException | RuntimeException | InterruptedException e) {
                abort(upload, e);
                throw e;
            }
        }

        private CompletedPart part(String upload, int number, byte[] bytes)
                throws InterruptedException {
            var digest = Base64.getEncoder().encodeToString(md5Of().digest(bytes));
            var done =
                    ask(
                            key,
                            () ->
                                    client.uploadPart(
                                            request ->
                                                    request.bucket(settings.bucket())
                                                            .key(full(key))
                                                            .uploadId(upload)
                                                            .partNumber(number)
                                                            .contentMD5(digest),
                                            RequestBody.fromBytes(bytes)));
            return CompletedPart.builder().partNumber(number).eTag(done.eTag()).build();
        }

        /// Inside the store, of exactly this version.
        void copy(BucketPlace from, PlacedFile file) throws InterruptedException {
            var upload = begin(md5);
            try {
                var parts = new ArrayList<CompletedPart>();
                long most = Math.max(COPIED_PART, size / MOST_PARTS + 1);
                for (long at = 0; at < size; at += most) {
                    String range = "bytes=" + at + "-" + (Math.min(size, at + most) - 1);
                    int number = parts.size() + 1;
                    var done =
                            ask(
                                    key,
                                    () ->
                                            client.uploadPartCopy(
                                                    request ->
                                                            request.destinationBucket(
                                                                            settings.bucket())
                                                                    .destinationKey(full(key))
                                                                    .sourceBucket(
                                                                            from.settings.bucket())
                                                                    .sourceKey(
                                                                            from.full(file.key()))
                                                                    .copySourceIfMatch(
                                                                            quoted(file.version()))
                                                                    .copySourceRange(range)
                                                                    .uploadId(upload)
                                                                    .partNumber(number)));
                    parts.add(
                            CompletedPart.builder()
                                    .partNumber(number)
                                    .eTag(done.copyPartResult().eTag())
                                    .build());
                }
                complete(upload, parts);
            } catch (RuntimeException | InterruptedException e) {
                abort(upload, e);
                throw e;
            }
        }

        private String begin(Optional<String> sum) throws InterruptedException {
            return ask(
                            key,
                            () ->
                                    client.createMultipartUpload(
                                            request ->
                                                    request.bucket(settings.bucket())
                                                            .key(full(key))
                                                            .metadata(
                                                                    sum.map(
                                                                                    text ->
                                                                                            Map.of(
                                                                                                    MD5,
                                                                                                    text))
                                                                            .orElse(Map.of()))))
                    .uploadId();
        }

        private void complete(String upload, List<CompletedPart> parts)
                throws InterruptedException {
            ask(
                    key,
                    () ->
                            client.completeMultipartUpload(
                                    request ->
                                            request.bucket(settings.bucket())
                                                    .key(full(key))
                                                    .uploadId(upload)
                                                    .multipartUpload(all -> all.parts(parts))));
        }

        /// Parts that nobody completes cost money.
        private void abort(String upload, Exception why) {
            try {
                client.abortMultipartUpload(
                        request ->
                                request.bucket(settings.bucket()).key(full(key)).uploadId(upload));
            } catch (SdkException | UncheckedIOException e) {
                why.addSuppressed(e);
            }
        }
    }

    @Override
    public Optional<String> md5(PlacedFile file) throws InterruptedException {
        var plain = MovesByBytes.plainTag(file.version());
        return plain.isPresent()
                ? plain
                : head(file.key())
                        .filter(head -> unquoted(head.eTag()).equals(file.version()))
                        .flatMap(head -> Optional.ofNullable(head.metadata().get(MD5)));
    }

    @Override
    public Optional<Copied> copyFrom(Place other, PlacedFile file, String key)
            throws InterruptedException {
        if (!(other instanceof BucketPlace from) || !sameStore(from)) {
            return Optional.empty();
        }
        if (file.size() > ONE_PIECE) {
            new Parts(key, file.size(), from.md5(file)).copy(from, file);
        } else {
            var done =
                    askFor(
                            key,
                            () ->
                                    client.copyObject(
                                            request ->
                                                    request.destinationBucket(settings.bucket())
                                                            .destinationKey(full(key))
                                                            .sourceBucket(from.settings.bucket())
                                                            .sourceKey(from.full(file.key()))
                                                            .copySourceIfMatch(
                                                                    quoted(file.version()))));
            if (done.isEmpty()) {
                return Optional.of(new Copied.Changed());
            }
        }
        var there = find(key);
        if (there.isEmpty() || there.get().size() != file.size()) {
            throw LodeException.remote(
                    place(key)
                            + ": "
                            + there.map(found -> found.size() + " bytes").orElse("nothing")
                            + " after it was copied, "
                            + file.size()
                            + " bytes expected; the source is as it was");
        }
        return Optional.of(new Copied.Done(there.get()));
    }

    private boolean sameStore(BucketPlace other) {
        return settings.endpoint().equals(other.settings.endpoint())
                && settings.region().equals(other.settings.region())
                && settings.access().equals(other.settings.access());
    }

    @Override
    public Moved move(PlacedFile file, Place to, String key) throws InterruptedException {
        if (!(to instanceof BucketPlace place) || !place.sameStore(this)) {
            return MovesByBytes.move(this, file, to, key);
        }
        var there = place.find(key);
        if (there.isPresent()) {
            boolean same =
                    there.get().size() == file.size()
                            && (there.get().version().equals(file.version())
                                    || (md5(file).isPresent()
                                            && md5(file).equals(place.md5(there.get()))));
            return same ? remove(file) : Moved.OCCUPIED;
        }
        var copied = place.copyFrom(this, file, key);
        if (copied.isPresent() && copied.get() instanceof Copied.Done) {
            return remove(file);
        }
        return find(file.key()).isPresent() ? Moved.CHANGED : Moved.GONE;
    }

    @Override
    public Moved remove(PlacedFile file) throws InterruptedException {
        var now = find(file.key());
        if (now.isEmpty()) {
            return Moved.GONE;
        }
        if (!now.get().sameVersion(file)) {
            return Moved.CHANGED;
        }
        try {
            client.deleteObject(
                    request ->
                            request.bucket(settings.bucket())
                                    .key(full(file.key()))
                                    .ifMatch(quoted(file.version())));
            return Moved.DONE;
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 404 -> Moved.GONE;
                case 409, 412 -> Moved.CHANGED;
                case 400, 501 -> removeUnconditionally(file);
                default -> throw failures.of(place(file.key()), e);
            };
        } catch (SdkException | UncheckedIOException e) {
            throw failures.of(place(file.key()), e);
        }
    }

    /// For stores that know no condition on DELETE.
    private Moved removeUnconditionally(PlacedFile file) throws InterruptedException {
        ask(
                file.key(),
                () ->
                        client.deleteObject(
                                request ->
                                        request.bucket(settings.bucket()).key(full(file.key()))));
        return Moved.DONE;
    }

    @Override
    public void close() {
        client.close();
    }
}
