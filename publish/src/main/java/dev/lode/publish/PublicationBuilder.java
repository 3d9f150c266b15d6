package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.core.Parallel;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.publish.archive.ArchiveFacts;
import dev.lode.publish.archive.ArchiveMaker;
import dev.lode.publish.archive.DamagedPartException;
import dev.lode.publish.archive.GzipLines;
import dev.lode.publish.archive.JoinedArchive;
import dev.lode.publish.archive.Part;
import dev.lode.publish.archive.Tally;
import dev.lode.store.DataRoot;
import dev.lode.store.DiskTrouble;
import dev.lode.store.TempFiles;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Makes the next generation of a publication:
/// 1. The archives of partitions, several at once, each from the one before and what changed; all
///    of them durable before one is put to the others.
/// 2. The archive of all, copied together from those.
/// 3. The change feed, the manifest and the sums, durable before anything points to them.
/// 4. The pointer, in one step. From here on the generation is the latest.
/// 5. The names that stay, the page for people, and the sweep of what nobody needs any more. What a
///    crash leaves of these the next run does, also when it makes no generation.
///
/// When nothing changed, nothing is written and no generation is made. A crash anywhere leaves the
/// generation before as it was. One process at a time builds a publication: others are refused.
///
/// Several publications may be built at the same time, by threads of the caller's: they take turns
/// at the partitions, and while the workers are at those of one, the archive of all of another is
/// copied and brought to the disk.
///
/// @param root whose temporary files are used; on the file system of `published`
/// @param published folder that holds the datasets' publications
/// @param workers partitions built at once; each holds an item or two and a segment in memory
/// @param turn held while partitions are built
/// @param retention of older generations
/// @param listener hears stages, progress and warnings, from several threads
public record PublicationBuilder(
        DataRoot root,
        Path published,
        int workers,
        Lock turn,
        Retention retention,
        RunListener listener) {
    /// @param published folder that holds the datasets' publications
    public PublicationBuilder(
            DataRoot root, Path published, int workers, Retention retention, RunListener listener) {
        this(root, published, workers, new ReentrantLock(true), retention, listener);
    }

    /// Into the data root's own `published`.
    public PublicationBuilder(
            DataRoot root, int workers, Retention retention, RunListener listener) {
        this(root, root.folder("published"), workers, retention, listener);
    }

    public PublicationBuilder {
        if (workers < 1 || workers > 256) {
            throw LodeException.usage("publish workers: " + workers + " given, expected 1 to 256");
        }
    }

    /// Makes the next generation, if anything changed.
    ///
    /// @param now what the generation is dated
    /// @throws LodeException of kind RESOURCE when the disk refuses or another process builds this
    ///   publication; DATA for items that cannot be published; then the generation before is still
    ///   the latest
    public BuildReport build(Publication publication, ItemSource source, Instant now)
            throws InterruptedException {
        String run = "publish-" + publication.dataset() + "." + publication.name();
        try (var temp = TempFiles.open(root, run)) {
            return new Build(publication, source, now, temp).run();
        } catch (IOException e) {
            throw DiskTrouble.of(PublicationFolder.of(published, publication).path(), "writing", e);
        }
    }

    /// One build.
    private final class Build {
        private final Publication publication;
        private final ItemSource source;
        private final Instant now;
        private final TempFiles temp;
        private final PublicationFolder folder;
        private final GenerationFiles files;
        private final ArchiveMaker archives;

        Build(Publication publication, ItemSource source, Instant now, TempFiles temp) {
            this.publication = publication;
            this.source = source;
            this.now = now;
            this.temp = temp;
            this.folder = PublicationFolder.of(published, publication);
            this.files = new GenerationFiles(folder, root.disk(), temp);
            this.archives = publication.shape().maker(root.disk(), publication.largestItem());
        }

        BuildReport run() throws IOException, InterruptedException {
            files.makeFolders();
            var previous = previous();
            var partitions = checked(source.partitions());
            var build =
                    new PartitionBuild(
                            publication, folder, previous, source, archives, temp, listener, now);
            var results = inTurn(build, partitions, previous);
            build.place(results.values());
            var published = new ArrayList<PublishedFile>();
            results.values().forEach(result -> published.add(result.file()));
            var all = all(build, results, published, previous);
            all.ifPresent(published::add);

            boolean isNew = isNew(previous, published);
            var manifest =
                    isNew ? generation(previous, results, published) : previous.orElseThrow();
            stage("names");
            files.finish(manifest);
            new Sweep(folder, root.disk(), temp, retention, listener).run(manifest, now);
            return report(manifest, isNew, results, all, previous);
        }

        private Optional<Manifest> previous() throws IOException {
            try {
                var latest = folder.latest();
                if (latest.isPresent()) {
                    files.removeGenerationsAfter(latest.get().generation());
                } else if (folder.numbers().size() > 1) {
                    // One may be that of a first build that died before it pointed to it.
                    throw LodeException.data(
                            "\""
                                    + folder.pointer()
                                    + "\": is missing, although there are generations");
                }
                return latest;
            } catch (LodeException e) {
                listener.on(
                        new RunEvent.Note(
                                true,
                                e.getMessage()
                                        + "; everything is written anew, and who follows the change"
                                        + " feeds has to begin anew"));
                return Optional.empty();
            }
        }

        private SortedSet<String> checked(SortedSet<String> partitions) {
            var names = new HashSet<String>();
            for (String partition : partitions) {
                String name = SafeName.of(partition);
                if (partition.isEmpty()
                        || name.length() > 200
                        || name.equals(Publication.ALL)
                        || !names.add(name)) {
                    throw LodeException.data(
                            "publication \""
                                    + publication.name()
                                    + "\": partition \""
                                    + partition
                                    + "\" cannot name a file, expected 1 to 200 bytes and not"
                                    + " \"all\"; the generation was not made; partition by a"
                                    + " column that has other values");
                }
            }
            return partitions;
        }

        private void stage(String name) {
            listener.on(new RunEvent.PublishStage(publication.name(), name));
        }

        private Map<String, PartitionBuild.Result> inTurn(
                PartitionBuild build, SortedSet<String> partitions, Optional<Manifest> previous)
                throws InterruptedException {
            turn.lockInterruptibly();
            try {
                stage("archives");
                return buildAll(build, partitions, previous);
            } finally {
                turn.unlock();
            }
        }

        private Map<String, PartitionBuild.Result> buildAll(
                PartitionBuild build, SortedSet<String> partitions, Optional<Manifest> previous)
                throws InterruptedException {
            // The largest first, so that none of them is alone at the end.
            var largestFirst = new ArrayList<>(partitions);
            var sizes = new TreeMap<String, Long>();
            previous.ifPresent(
                    manifest ->
                            manifest.files()
                                    .forEach(file -> sizes.put(file.partition(), file.bytes())));
            largestFirst.sort(
                    Comparator.comparing(partition -> -sizes.getOrDefault(partition, 0L)));
            var done = new AtomicInteger();
            var items = new AtomicLong();
            var chains = new ArrayList<List<Parallel.Work<PartitionBuild.Result, LodeException>>>();
            for (String partition : largestFirst) {
                chains.add(
                        List.of(
                                () -> {
                                    var result = build.build(partition);
                                    listener.on(
                                            new RunEvent.PublishProgress(
                                                    publication.name(),
                                                    done.incrementAndGet(),
                                                    partitions.size(),
                                                    items.addAndGet(result.file().items())));
                                    return result;
                                }));
            }
            var results = new TreeMap<String, PartitionBuild.Result>();
            new Parallel<>("archives", workers, LodeException.class, () -> {})
                    .run(chains)
                    .forEach(result -> results.put(result.file().partition(), result));
            return results;
        }

        /// The archive of all, built when a part of it changed or it is not there.
        private Optional<PublishedFile> all(
                PartitionBuild build,
                Map<String, PartitionBuild.Result> results,
                List<PublishedFile> published,
                Optional<Manifest> previous)
                throws IOException, InterruptedException {
            if (!publication.all()) {
                return Optional.empty();
            }
            var before = previous.flatMap(manifest -> manifest.file(Publication.ALL));
            if (before.isPresent()
                    && Files.exists(folder.resolve(before.get().path()))
                    && partitionsOf(previous.orElseThrow()).equals(published)) {
                return before;
            }
            stage("all");
            while (true) {
                Path target = temp.next();
                try {
                    var joined = archives.join(parts(published), target);
                    return Optional.of(placedAll(joined, target, published, before));
                } catch (DamagedPartException e) {
                    var result =
                            build.rebuild(
                                    e.partition(), "its bytes changed since they were written");
                    build.place(List.of(result));
                    results.put(e.partition(), result);
                    published.replaceAll(
                            file -> file.partition().equals(e.partition()) ? result.file() : file);
                }
            }
        }

        private List<Part> parts(List<PublishedFile> published) {
            return published.stream()
                    .map(
                            file ->
                                    new Part(
                                            file.partition(),
                                            folder.resolve(file.path()),
                                            file.body()))
                    .toList();
        }

        private PublishedFile placedAll(
                JoinedArchive joined,
                Path built,
                List<PublishedFile> published,
                Optional<PublishedFile> before)
                throws IOException {
            String ending = publication.shape().ending();
            String name = Publication.ALL + "-" + joined.sha256().substring(0, 20) + "." + ending;
            root.disk().rename(built, folder.files().resolve(name));
            String content = Manifest.contentOf(published);
            long raw = published.stream().mapToLong(file -> file.body().raw()).sum();
            long stored = published.stream().mapToLong(file -> file.body().stored()).sum();
            boolean same = before.isPresent() && before.get().content().equals(content);
            return new PublishedFile(
                    Publication.ALL,
                    "files/" + name,
                    "current/" + Publication.ALL + "." + ending,
                    joined.bytes(),
                    joined.sha256(),
                    content,
                    published.stream().mapToLong(PublishedFile::items).sum(),
                    new ArchiveFacts.Body(joined.bodyOffset(), stored, raw, 0, 0),
                    same ? before.orElseThrow().lastChange() : now);
        }

        private static List<PublishedFile> partitionsOf(Manifest manifest) {
            return manifest.files().stream()
                    .filter(file -> !file.partition().equals(Publication.ALL))
                    .toList();
        }

        private boolean isNew(Optional<Manifest> previous, List<PublishedFile> published) {
            return previous.isEmpty()
                    || !previous.get().files().equals(published)
                    || !previous.get().shape().equals(publication.shape().identity())
                    || !previous.get().title().equals(publication.title())
                    || previous.get().isPublic() != publication.isPublic();
        }

        private Manifest generation(
                Optional<Manifest> previous,
                Map<String, PartitionBuild.Result> results,
                List<PublishedFile> published)
                throws IOException, InterruptedException {
            stage("generation");
            long number = files.nextNumber(previous);
            String content = Manifest.contentOf(published);
            var feeds = new ArrayList<PublishedFeed>();
            if (previous.isPresent()) {
                feeds.addAll(previous.get().feeds());
                feeds.add(feed(previous.get(), number, content, results, published));
                while (feeds.size() > retention.feeds()) {
                    feeds.removeFirst();
                }
            }
            var manifest =
                    new Manifest(
                            publication.dataset(),
                            publication.name(),
                            publication.title(),
                            number,
                            now,
                            publication.shape().ending(),
                            publication.shape().identity(),
                            content,
                            publication.isPublic(),
                            published,
                            feeds);
            files.publish(manifest);
            return manifest;
        }

        private PublishedFeed feed(
                Manifest previous,
                long number,
                String content,
                Map<String, PartitionBuild.Result> results,
                List<PublishedFile> published)
                throws IOException, InterruptedException {
            var pieces = new ArrayList<FeedWriter.Piece>();
            for (PublishedFile gone : partitionsOf(previous)) {
                if (published.stream()
                        .noneMatch(file -> file.partition().equals(gone.partition()))) {
                    pieces.add(tombstones(gone));
                }
            }
            results.values().forEach(result -> result.feed().ifPresent(pieces::add));
            Path built = temp.next();
            long upserts = pieces.stream().mapToLong(FeedWriter.Piece::upserts).sum();
            long deletes = pieces.stream().mapToLong(FeedWriter.Piece::deletes).sum();
            JoinedArchive written;
            try (var lines = GzipLines.whole(root.disk(), built)) {
                lines.add(
                        FeedWriter.JSON.writeValueAsBytes(
                                FeedWriter.JSON
                                        .createObjectNode()
                                        .put("op", "begin")
                                        .put("version", 1)
                                        .put("dataset", publication.dataset())
                                        .put("publication", publication.name())
                                        .put("from", previous.generation())
                                        .put("from_content", previous.content())
                                        .put("to", number)
                                        .put("to_content", content)));
                for (var piece : pieces) {
                    lines.add(piece.lines());
                }
                lines.add(
                        FeedWriter.JSON.writeValueAsBytes(
                                FeedWriter.JSON
                                        .createObjectNode()
                                        .put("op", "end")
                                        .put("upserts", upserts)
                                        .put("deletes", deletes)));
                written = lines.endWhole();
            }
            String path = files.placeFeed(built, previous.generation(), number);
            return new PublishedFeed(
                    path,
                    previous.generation(),
                    number,
                    written.bytes(),
                    written.sha256(),
                    upserts,
                    deletes);
        }

        /// A partition that is not there any more, with all that it held.
        private FeedWriter.Piece tombstones(PublishedFile gone) throws IOException {
            try (var feed = new FeedWriter(gone.partition(), root.disk(), temp.next())) {
                feed.reset();
                return feed.finish().orElseThrow();
            }
        }

        private BuildReport report(
                Manifest manifest,
                boolean isNew,
                Map<String, PartitionBuild.Result> results,
                Optional<PublishedFile> all,
                Optional<Manifest> previous) {
            long copied = 0;
            long pressed = 0;
            int archives = 0;
            var tally = Tally.NOTHING;
            for (var result : results.values()) {
                tally = tally.plus(result.tally());
                PartitionBuild.@Nullable Built built = result.built().orElse(null);
                if (built != null) {
                    archives++;
                    copied += built.facts().copied();
                    pressed += built.facts().pressed();
                }
            }
            if (all.isPresent()
                    && previous.flatMap(old -> old.file(Publication.ALL))
                            .filter(all.get()::equals)
                            .isEmpty()) {
                archives++;
                copied += all.get().body().stored();
            }
            return new BuildReport(manifest, isNew, archives, copied, pressed, tally);
        }
    }
}
