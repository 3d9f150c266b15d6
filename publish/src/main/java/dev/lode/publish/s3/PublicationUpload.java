package dev.lode.publish.s3;

import dev.lode.core.LodeException;
import dev.lode.core.Parallel;
import dev.lode.publish.Manifest;
import dev.lode.publish.Pointer;
import dev.lode.publish.Publication;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFeed;
import dev.lode.publish.PublishedFile;
import dev.lode.publish.archive.DamagedArchiveException;
import dev.lode.publish.archive.SharedRuns;
import dev.lode.source.s3.S3Bucket;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Brings the latest generation to a bucket, under the same paths as on disk:
/// 1. Unfinished uploads below the prefix are dropped: an interrupted process left them.
/// 2. Archives and feeds, several at once, which never change, so that one that is there is right.
///    Where the bucket has the older archive of a partition, runs of 5 MiB or more that both share
///    are copied by the store.
/// 3. Sums, page and manifest of the generation; then the pointer; then the page of the latest.
///
/// A reader of the bucket sees the older generation until the pointer is there. One process at a
/// time may write below a prefix.
public final class PublicationUpload {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "no-cache";
    private static final String BYTES = "application/octet-stream";
    private static final String JSON = "application/json";
    private static final String PAGE = "text/html; charset=utf-8";

    private final PublicationFolder folder;
    private final S3Bucket bucket;
    private final String prefix;
    private final boolean publicTarget;
    private final int atOnce;

    private final AtomicInteger objects = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();

    /// @param prefix of all keys, empty or ended by `/`
    /// @param publicTarget whether anybody can read the bucket
    /// @param atOnce files on their way at the same time, each with a part in memory
    public PublicationUpload(
            PublicationFolder folder,
            S3Bucket bucket,
            String prefix,
            boolean publicTarget,
            int atOnce) {
        this.folder = folder;
        this.bucket = bucket;
        this.prefix = prefix;
        this.publicTarget = publicTarget;
        this.atOnce = atOnce;
    }

    /// Uploads what is missing. To be called once.
    ///
    /// @throws LodeException of kind USAGE when the publication is not public, but the bucket is;
    ///   REMOTE when the store fails; then the older generation is still the latest there
    public UploadReport run() throws InterruptedException {
        try {
            var manifest =
                    folder.latest()
                            .orElseThrow(
                                    () ->
                                            LodeException.usage(
                                                    "\""
                                                            + folder.path()
                                                            + "\": nothing is published there;"
                                                            + " nothing was uploaded; publish"
                                                            + " first"));
            refuse(manifest);
            int aborted = bucket.abortUploads(prefix);
            var there = latestThere();
            var chains = new ArrayList<List<Parallel.Work<Boolean, IOException>>>();
            for (PublishedFile file : manifest.files()) {
                chains.add(List.of(() -> upload(file, manifest, there)));
            }
            for (PublishedFeed feed : manifest.feeds()) {
                chains.add(List.of(() -> upload(feed)));
            }
            new Parallel<>("uploading", atOnce, IOException.class, () -> {}).run(chains);
            finish(manifest, there);
            return new UploadReport(
                    objects.get(), sent.get(), copied.get(), skipped.get(), aborted);
        } catch (IOException e) {
            throw DiskTrouble.of(folder.path(), "reading", e);
        }
    }

    private void refuse(Manifest manifest) {
        if (publicTarget && !manifest.isPublic()) {
            throw LodeException.usage(
                    "publication \""
                            + manifest.dataset()
                            + "/"
                            + manifest.publication()
                            + "\": is not public, but "
                            + bucket.name()
                            + " is; nothing was uploaded; take a private bucket");
        }
    }

    /// What the bucket has, to copy from; nothing also when that cannot be read.
    private Optional<Manifest> latestThere() throws InterruptedException {
        byte[] text = bucket.read(prefix + Pointer.FILE);
        if (text.length == 0) {
            return Optional.empty();
        }
        try {
            var pointer = Pointer.parse(Pointer.FILE, new String(text, StandardCharsets.UTF_8));
            byte[] manifest = bucket.read(prefix + pointer.manifestPath());
            return Optional.of(
                    Manifest.parse(
                            pointer.manifestPath(), new String(manifest, StandardCharsets.UTF_8)));
        } catch (LodeException _) {
            // Then everything is sent, and the pointer written anew.
            return Optional.empty();
        }
    }

    private boolean isMissing(String path, long bytes) throws InterruptedException {
        var length = bucket.length(prefix + path);
        if (length.isPresent() && length.getAsLong() == bytes) {
            skipped.addAndGet(bytes);
            return false;
        }
        return true;
    }

    /// @return whether it was missing
    private boolean upload(PublishedFeed feed) throws IOException, InterruptedException {
        boolean missing = isMissing(feed.path(), feed.bytes());
        if (missing) {
            send(feed.path(), List.of());
        }
        return missing;
    }

    /// @return whether it was missing
    private boolean upload(PublishedFile file, Manifest manifest, Optional<Manifest> there)
            throws IOException, InterruptedException {
        if (!isMissing(file.path(), file.bytes())) {
            return false;
        }
        var before = there.flatMap(old -> old.file(file.partition()));
        if (before.isEmpty() || file.bytes() < UploadPart.SMALLEST) {
            send(file.path(), List.of());
            return true;
        }
        var runs = shared(file, manifest, before.get(), there.orElseThrow());
        send(file.path(), runs, before.get().path());
        return true;
    }

    private List<SharedRuns.Run> shared(
            PublishedFile file, Manifest manifest, PublishedFile before, Manifest there)
            throws IOException {
        try {
            return SharedRuns.of(
                    file.partition().equals(Publication.ALL)
                            ? pairsOfAll(file, manifest, before, there)
                            : List.of(pair(file, before)));
        } catch (DamagedArchiveException _) {
            // The older generation is not on this disk any more: then all is sent.
            return List.of();
        }
    }

    private SharedRuns.Pair pair(PublishedFile file, PublishedFile before) {
        return new SharedRuns.Pair(
                Optional.of(placed(before, before.body().offset())),
                placed(file, file.body().offset()));
    }

    private SharedRuns.Placed placed(PublishedFile file, long start) {
        return new SharedRuns.Placed(folder.archive(file), start, file.body().stored());
    }

    private List<SharedRuns.Pair> pairsOfAll(
            PublishedFile file, Manifest manifest, PublishedFile before, Manifest there) {
        var placedBefore = new java.util.HashMap<String, SharedRuns.Placed>();
        long oldAt = before.body().offset();
        for (PublishedFile part : there.files()) {
            if (!part.partition().equals(Publication.ALL)) {
                placedBefore.put(part.partition(), placed(part, oldAt));
                oldAt += part.body().stored();
            }
        }
        var pairs = new ArrayList<SharedRuns.Pair>();
        long at = file.body().offset();
        for (PublishedFile part : manifest.files()) {
            if (!part.partition().equals(Publication.ALL)) {
                pairs.add(
                        new SharedRuns.Pair(
                                Optional.ofNullable(placedBefore.get(part.partition())),
                                placed(part, at)));
                at += part.body().stored();
            }
        }
        return pairs;
    }

    private void send(String path, List<SharedRuns.Run> runs)
            throws IOException, InterruptedException {
        send(path, runs, "");
    }

    private void send(String path, List<SharedRuns.Run> runs, String oldPath)
            throws IOException, InterruptedException {
        Path file = folder.resolve(path);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var parts = UploadPart.plan(channel.size(), runs);
            if (parts.size() == 1 && parts.getFirst() instanceof UploadPart.Sent whole) {
                put(path, read(channel, whole), BYTES, FOR_EVER);
                return;
            }
            var upload = bucket.begin(prefix + path, BYTES, FOR_EVER);
            boolean done = false;
            try {
                var tags = new ArrayList<String>();
                for (UploadPart part : parts) {
                    int number = tags.size() + 1;
                    tags.add(
                            switch (part) {
                                case UploadPart.Sent bytes ->
                                        bucket.send(upload, number, read(channel, bytes));
                                case UploadPart.Copied(long oldOffset, long length) ->
                                        bucket.copy(
                                                upload,
                                                number,
                                                prefix + oldPath,
                                                oldOffset,
                                                length);
                            });
                    note(part);
                }
                bucket.complete(upload, tags);
                done = true;
                objects.incrementAndGet();
            } finally {
                if (!done) {
                    abort(upload);
                }
            }
        } catch (NoSuchFileException e) {
            throw LodeException.resource(
                    "\""
                            + file
                            + "\": is missing, though the latest generation has it; the bucket"
                            + " still has its generation before; publish again, then upload again",
                    e);
        }
    }

    private void abort(S3Bucket.Upload upload) throws InterruptedException {
        try {
            bucket.abort(upload);
        } catch (LodeException _) {
            // The failure that led here is told; the next upload drops this one.
        }
    }

    private void note(UploadPart part) {
        switch (part) {
            case UploadPart.Sent bytes -> sent.addAndGet(bytes.length());
            case UploadPart.Copied bytes -> copied.addAndGet(bytes.length());
        }
    }

    private static byte[] read(FileChannel channel, UploadPart.Sent part) throws IOException {
        var bytes = ByteBuffer.allocate(Math.toIntExact(part.length()));
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, part.offset() + bytes.position()) < 0) {
                throw new java.io.EOFException("the archive ends too early");
            }
        }
        return bytes.array();
    }

    private void put(String path, byte[] content, String type, String caching)
            throws InterruptedException {
        bucket.put(prefix + path, content, type, caching);
        objects.incrementAndGet();
        sent.addAndGet(content.length);
    }

    private void finish(Manifest manifest, Optional<Manifest> there)
            throws IOException, InterruptedException {
        if (there.isPresent() && there.get().equals(manifest)) {
            return;
        }
        String generation = Pointer.folderOf(manifest.generation());
        putFile(generation + "/SHA256SUMS", "text/plain", FOR_EVER);
        putFile(generation + "/index.html", PAGE, FOR_EVER);
        putFile(generation + "/" + Manifest.FILE, JSON, FOR_EVER);
        // Not the file itself: another generation may be the latest on the disk by now.
        var pointer =
                new Pointer(
                        manifest.generation(),
                        Pointer.digest(
                                Files.readAllBytes(
                                        folder.resolve(generation + "/" + Manifest.FILE))));
        put(Pointer.FILE, pointer.json().getBytes(StandardCharsets.UTF_8), JSON, ASK_AGAIN);
        putFile("index.html", PAGE, ASK_AGAIN);
    }

    private void putFile(String path, String type, String caching)
            throws IOException, InterruptedException {
        put(path, Files.readAllBytes(folder.resolve(path)), type, caching);
    }
}
