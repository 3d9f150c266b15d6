package dev.lode.engine.fetch;

import dev.lode.core.ContentId;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunListener;
import dev.lode.engine.fetch.RangeFetch.End;
import dev.lode.source.Checksum;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.Source;
import dev.lode.store.AtomicFile;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Fetches one item whole: resumes what is there, fetches the missing ranges several at a time,
/// compares checksums, and begins again with the version that is there then when the item was
/// replaced meanwhile.
final class ItemFetch {
    private final Source source;
    private final Retry retry;
    private final FetchSettings settings;
    private final AtomicFile files;
    private final InstantSource clock;
    private final PartialFile.Paths paths;
    private final Progress progress;
    private Item version;

    ItemFetch(
            Source source,
            Retry retry,
            FetchSettings settings,
            AtomicFile files,
            InstantSource clock,
            RunListener listener,
            PartialFile.Paths paths,
            Item item) {
        this.source = source;
        this.retry = retry;
        this.settings = settings;
        this.files = files;
        this.clock = clock;
        this.paths = paths;
        this.progress = new Progress(listener, item.name());
        this.version = item;
    }

    FetchReport.Fetched run() throws InterruptedException {
        String why = "";
        for (int start = 0; start <= settings.startOvers(); start++) {
            if (!why.isEmpty()) {
                progress.coped(place() + ": " + why + "; starting over");
            }
            Optional<ContentId> adopted = PartialFile.finishedBefore(version, paths);
            if (adopted.isPresent()) {
                return fetched(adopted.get());
            }
            switch (attempt()) {
                case Attempt.Done(ContentId id) -> {
                    return fetched(id);
                }
                case Attempt.Mismatch(String how) -> why = how;
                case Attempt.Lost() -> {
                    why = "it was replaced while it was fetched";
                    version = retry.call(() -> source.lookUp(version)).orElseThrow(this::gone);
                }
            }
        }
        throw LodeException.remote(
                place()
                        + ": "
                        + why
                        + ", "
                        + (settings.startOvers() + 1)
                        + " times in a row; not fetched; run the same command again when it is"
                        + " quiet");
    }

    private FetchReport.Fetched fetched(ContentId id) {
        return new FetchReport.Fetched(
                new ManifestEntry(
                        version.name(),
                        version.key(),
                        version.size(),
                        version.versionTag(),
                        version.lastModified(),
                        id,
                        clock.instant(),
                        source.name()),
                progress.transferred());
    }

    private sealed interface Attempt {
        record Done(ContentId id) implements Attempt {}

        record Mismatch(String how) implements Attempt {}

        record Lost() implements Attempt {}
    }

    private Attempt attempt() throws InterruptedException {
        try (var partial = PartialFile.open(version, paths, files)) {
            progress.begin(partial.there(), version.size());
            End end = ranges(partial);
            if (end == End.GONE) {
                partial.discard();
                throw gone();
            }
            if (end == End.REPLACED) {
                partial.discard();
                return new Attempt.Lost();
            }
            ContentId id = partial.contentId();
            Optional<Checksum> checksum =
                    settings.checksums()
                            ? retry.call(() -> source.checksum(version))
                            : Optional.empty();
            if (checksum.isPresent() && !partial.matches(checksum.get())) {
                partial.discard();
                return new Attempt.Mismatch(
                        "its bytes do not sum up to the source's " + checksum.get());
            }
            partial.complete();
            return new Attempt.Done(id);
        } catch (IOException e) {
            throw DiskTrouble.of(paths.part(), "opening", e);
        }
    }

    private LodeException gone() {
        return LodeException.remote(
                place() + ": gone since it was listed; not fetched; list again");
    }

    private End ranges(PartialFile partial) throws InterruptedException {
        var missing = new ConcurrentLinkedQueue<>(partial.missing(settings.rangeSize().bytes()));
        int workers = Math.min(settings.rangesPerFile(), missing.size());
        try (var threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("fetch-range-", 0).factory())) {
            var ends = new ExecutorCompletionService<End>(threads);
            for (int i = 0; i < workers; i++) {
                ends.submit(() -> take(partial, missing));
            }
            return await(ends, workers, threads);
        }
    }

    private End take(PartialFile partial, ConcurrentLinkedQueue<ByteRange> missing)
            throws InterruptedException {
        for (var range = missing.poll(); range != null; range = missing.poll()) {
            End end = new RangeFetch(source, retry, version, partial, progress, range).run();
            if (end != End.DONE) {
                return end;
            }
        }
        return End.DONE;
    }

    /// Waits for all; the first that does not end well ends the others.
    private static End await(
            ExecutorCompletionService<End> ends, int workers, ExecutorService threads)
            throws InterruptedException {
        try {
            for (int i = 0; i < workers; i++) {
                End end = ends.take().get();
                if (end != End.DONE) {
                    return end;
                }
            }
            return End.DONE;
        } catch (ExecutionException e) {
            throw Failures.rethrown(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private String place() {
        return source.name() + ": " + version.name();
    }
}
