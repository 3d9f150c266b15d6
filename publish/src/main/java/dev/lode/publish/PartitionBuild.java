package dev.lode.publish;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.publish.archive.ArchiveBuild;
import dev.lode.publish.archive.ArchiveFacts;
import dev.lode.publish.archive.ArchiveFiles;
import dev.lode.publish.archive.ArchiveMaker;
import dev.lode.publish.archive.DamagedArchiveException;
import dev.lode.publish.archive.StepListener;
import dev.lode.publish.archive.Tally;
import dev.lode.store.DiskTrouble;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Builds the archive of one partition, or finds that it is what it was; then puts all that were
/// built where archives lie, durable together, since a file system takes hundreds of small files to
/// the disk at once far faster than one after another. A finished archive that no manifest names
/// yet is nobody's business but the sweep's. Safe for use by several threads.
final class PartitionBuild {
    private final Publication publication;
    private final PublicationFolder folder;
    private final Optional<Manifest> previous;
    private final ItemSource source;
    private final ArchiveMaker archives;
    private final TempFiles temp;
    private final RunListener listener;
    private final Instant now;

    PartitionBuild(
            Publication publication,
            PublicationFolder folder,
            Optional<Manifest> previous,
            ItemSource source,
            ArchiveMaker archives,
            TempFiles temp,
            RunListener listener,
            Instant now) {
        this.publication = publication;
        this.folder = folder;
        this.previous = previous;
        this.source = source;
        this.archives = archives;
        this.temp = temp;
        this.listener = listener;
        this.now = now;
    }

    /// What came of a partition.
    ///
    /// @param built the archive when one was written
    record Result(
            PublishedFile file,
            Optional<Built> built,
            Optional<FeedWriter.Piece> feed,
            Tally tally) {}

    /// An archive that was written, but is neither durable nor where it belongs.
    record Built(ArchiveFacts facts, ArchiveFiles at, ArchiveFiles place) {}

    /// Builds as little as possible.
    Result build(String partition) throws InterruptedException {
        var before = previous.flatMap(manifest -> manifest.file(partition));
        if (before.isEmpty()) {
            return anew(partition, before);
        }
        try {
            return changed(partition, before.get());
        } catch (DamagedArchiveException e) {
            warn(partition, String.valueOf(e.getMessage()));
            return anew(partition, before);
        }
    }

    /// Builds from all items, whatever is there.
    Result rebuild(String partition, String why) throws InterruptedException {
        warn(partition, why);
        return anew(partition, previous.flatMap(manifest -> manifest.file(partition)));
    }

    private void warn(String partition, String why) {
        listener.on(
                new RunEvent.Note(
                        true,
                        publication.name()
                                + ", partition \""
                                + partition
                                + "\": the archive before cannot be gone on with: "
                                + why
                                + "; written anew from all of its items"));
    }

    /// Makes what was built durable, and only then brings it to where archives lie: the name may be
    /// that of an older generation's.
    void place(Collection<Result> results) throws IOException {
        var disk = archives.disk();
        var built = results.stream().flatMap(result -> result.built().stream()).toList();
        for (var each : built) {
            for (Path file : List.of(each.at().index(), each.at().archive())) {
                try (var open = disk.open(file)) {
                    open.sync();
                }
            }
        }
        for (var each : built) {
            disk.rename(each.at().index(), each.place().index());
            disk.rename(each.at().archive(), each.place().archive());
        }
    }

    private Result changed(String partition, PublishedFile before) throws InterruptedException {
        var old = folder.archive(before);
        boolean sameShape =
                previous.map(manifest -> manifest.shape().equals(publication.shape().identity()))
                        .orElse(false);
        var work = sameShape ? source.workOf(partition) : new ItemSource.Work.Everything();
        if (work instanceof ItemSource.Work.Nothing) {
            checkThere(old, before);
            return new Result(before, Optional.empty(), Optional.empty(), Tally.NOTHING);
        }
        return written(
                partition,
                Optional.of(before),
                false,
                (target, steps) ->
                        switch (work) {
                            case ItemSource.Work.Some(var changes) ->
                                    archives.changed(changes, all(partition), old, target, steps);
                            case ItemSource.Work.Everything _, ItemSource.Work.Nothing _ ->
                                    archives.whole(all(partition), Optional.of(old), target, steps);
                        });
    }

    private ItemSource.Opening all(String partition) {
        return () -> source.whole(partition);
    }

    private static void checkThere(ArchiveFiles files, PublishedFile expected) {
        try {
            if (!Files.exists(files.archive())) {
                throw new DamagedArchiveException("\"" + files.archive() + "\" is missing");
            }
            if (!Files.exists(files.index())) {
                throw new DamagedArchiveException("its index \"" + files.index() + "\" is missing");
            }
            long size = Files.size(files.archive());
            if (size != expected.bytes()) {
                throw new DamagedArchiveException(
                        "\""
                                + files.archive()
                                + "\" has "
                                + size
                                + " bytes, expected "
                                + expected.bytes());
            }
        } catch (IOException e) {
            throw new DamagedArchiveException("it cannot be read: " + e.getMessage(), e);
        }
    }

    private Result anew(String partition, Optional<PublishedFile> before)
            throws InterruptedException {
        return written(
                partition,
                before,
                before.isPresent(),
                (target, steps) -> archives.whole(all(partition), Optional.empty(), target, steps));
    }

    /// One way to build.
    @FunctionalInterface
    private interface Way {
        ArchiveBuild.Outcome build(ArchiveFiles target, StepListener steps)
                throws InterruptedException;
    }

    private Result written(String partition, Optional<PublishedFile> before, boolean reset, Way way)
            throws InterruptedException {
        var target = new ArchiveFiles(temp.next(), temp.next());
        try (var feed = new FeedWriter(partition, archives.disk(), temp.next())) {
            if (reset) {
                feed.reset();
            }
            var outcome = way.build(target, previous.isPresent() ? feed : StepListener.SILENT);
            if (outcome.built().isEmpty()) {
                return new Result(
                        before.orElseThrow(), Optional.empty(), Optional.empty(), outcome.tally());
            }
            var facts = outcome.built().get();
            boolean sameContent =
                    before.isPresent() && before.get().content().equals(facts.content());
            var file = file(partition, before, facts, sameContent);
            return new Result(
                    file,
                    Optional.of(new Built(facts, target, folder.archive(file))),
                    sameContent ? Optional.empty() : feed.finish(),
                    sameContent ? Tally.NOTHING : outcome.tally());
        } catch (IOException e) {
            throw DiskTrouble.of(folder.path(), "writing", e);
        }
    }

    private PublishedFile file(
            String partition,
            Optional<PublishedFile> before,
            ArchiveFacts facts,
            boolean sameContent) {
        String stem = SafeName.of(partition);
        String ending = publication.shape().ending();
        return new PublishedFile(
                partition,
                "files/" + stem + "-" + facts.sha256().substring(0, 20) + "." + ending,
                "current/" + stem + "." + ending,
                facts.bytes(),
                facts.sha256(),
                facts.content(),
                facts.items(),
                facts.body(),
                sameContent ? before.orElseThrow().lastChange() : now);
    }
}
