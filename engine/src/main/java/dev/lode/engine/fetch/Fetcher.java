package dev.lode.engine.fetch;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentHasher;
import dev.lode.core.ErrorKind;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.engine.fetch.FetchReport.Outcome;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.Source;
import dev.lode.store.AtomicFile;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;
import dev.lode.store.RunLock;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;

/// Brings items of a snapshot into `raw/<dataset>/YYYYMMDD`.
/// 1. One fetch of a dataset at a time, by a lock that dies with its process.
/// 2. What the manifest has in the same version, and the folder in the same size, is not fetched
///    again.
/// 3. The others arrive in `incoming`, several at once and each in ranges, every request bound to
///    the listed version. What arrived survives interrupts and crashes, and is not fetched a second
///    time.
/// 4. A file that is whole, of the right size, and right by the source's checksum, is flushed to
///    the disk, renamed into the snapshot and written down in `download_manifest.json`, in this
///    order.
///
/// One item that fails does not stop the others, unless the disk or Lode itself is the reason.
///
/// @param temp temporary files of this run, in the same data root
public record Fetcher(
        Source source,
        DataRoot root,
        TempFiles temp,
        Retry retry,
        FetchSettings settings,
        RunListener listener,
        InstantSource clock) {
    /// Fetches what is not there yet. An interrupt ends it promptly, leaving what arrived for the
    /// next time.
    ///
    /// @param items of this source; their names become the names of files
    /// @throws LodeException of kind RESOURCE when another process fetches this dataset, or the
    ///   disk has no room
    public FetchReport fetch(SnapshotId id, List<Item> items) throws InterruptedException {
        Path locks = root.folder("tmp");
        Optional<RunLock> lock;
        try {
            lock = RunLock.tryClaim(locks, "fetch." + id.dataset());
        } catch (IOException e) {
            throw DiskTrouble.of(locks, "locking the dataset in", e);
        }
        try (var _ =
                lock.orElseThrow(
                        () ->
                                LodeException.resource(
                                        "dataset \""
                                                + id.dataset()
                                                + "\": another process is fetching it into \""
                                                + root.path()
                                                + "\"; nothing was fetched; wait for it or"
                                                + " stop it"))) {
            return locked(id, items);
        } catch (IOException e) {
            throw DiskTrouble.of(locks, "unlocking the dataset in", e);
        }
    }

    private FetchReport locked(SnapshotId id, List<Item> items) throws InterruptedException {
        AbandonedParts.sweep(root, id);
        var work = new Work(new Snapshot(root, id), new AtomicFile(root.disk(), temp));
        work.decidePresent(items);
        work.checkSpace();
        try {
            work.run();
        } catch (LodeException | InterruptedException e) {
            work.tidyAfter(e);
            throw e;
        }
        work.tidy();
        return new FetchReport(
                id,
                items.stream()
                        .map(item -> Objects.requireNonNull(work.outcomes.get(item)))
                        .toList());
    }

    /// One call's state.
    private final class Work {
        private final Snapshot snapshot;
        private final AtomicFile files;
        private final ManifestKeeper manifest;
        private final Map<Item, Outcome> outcomes = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();

        Work(Snapshot snapshot, AtomicFile files) {
            this.snapshot = snapshot;
            this.files = files;
            this.manifest = new ManifestKeeper(snapshot, files);
        }

        /// Puts what is missing into the queue, the largest first: it takes longest.
        void decidePresent(List<Item> items) throws InterruptedException {
            for (Item item :
                    items.stream()
                            .sorted(Comparator.comparingLong(Item::size).reversed())
                            .toList()) {
                try {
                    Optional<ManifestEntry> present = present(item);
                    if (present.isPresent()) {
                        PartialFile.forget(paths(item), root.disk());
                        outcomes.put(item, new FetchReport.Present(present.get()));
                        listener.on(new RunEvent.Fetched(item.name(), item.size(), 0));
                    } else {
                        queue.add(item);
                    }
                } catch (LodeException e) {
                    fail(item, e);
                }
            }
        }

        private Optional<ManifestEntry> present(Item item) throws InterruptedException {
            Path file = snapshot.file(item.name());
            var entry = manifest.manifest().entry(item.name()).filter(known -> isOf(item, known));
            return entry.isPresent() && isThere(file, entry.get()) ? entry : Optional.empty();
        }

        private static boolean isOf(Item item, ManifestEntry entry) {
            return item.sameVersion(
                    new Item(
                            entry.name(),
                            entry.key(),
                            entry.size(),
                            entry.versionTag(),
                            entry.lastModified()));
        }

        private boolean isThere(Path file, ManifestEntry entry) throws InterruptedException {
            try {
                if (!Files.isRegularFile(file) || Files.size(file) != entry.size()) {
                    return false;
                }
                if (!settings.rehash()
                        || ContentHasher.hash(FileBytes.of(file)).equals(entry.contentId())) {
                    return true;
                }
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw interrupted(entry.name(), e);
                }
                throw DiskTrouble.of(file, "reading", e);
            }
            listener.on(
                    new RunEvent.Note(
                            true,
                            "\""
                                    + file
                                    + "\": its content is not what was fetched; fetching it"
                                    + " again"));
            return false;
        }

        /// Before the first byte: what is missing must have room.
        void checkSpace() {
            long needed = queue.stream().mapToLong(this::missing).sum();
            var space = root.space();
            if (needed > space.free().bytes()) {
                throw LodeException.resource(
                        "\""
                                + root.path()
                                + "\": "
                                + space
                                + ", "
                                + ByteSize.of(needed)
                                + " needed to fetch "
                                + queue.size()
                                + " items; nothing was fetched; make room, choose fewer"
                                + " tables, or name another data root",
                        new FileSystemException(
                                root.path().toString(), null, "No space left on device"));
            }
        }

        private long missing(Item item) {
            return item.size() - PartialFile.recorded(item, paths(item));
        }

        private PartialFile.Paths paths(Item item) {
            return PartialFile.Paths.of(
                    root.incoming(snapshot.id()), item.name(), snapshot.file(item.name()));
        }

        void run() throws InterruptedException {
            int workers = Math.min(settings.filesAtOnce(), queue.size());
            try (var threads =
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("fetch-item-", 0).factory())) {
                var ends = new ExecutorCompletionService<Boolean>(threads);
                for (int i = 0; i < workers; i++) {
                    ends.submit(this::take);
                }
                try {
                    for (int i = 0; i < workers; i++) {
                        ends.take().get();
                    }
                } catch (ExecutionException e) {
                    throw Failures.rethrown(e);
                } finally {
                    threads.shutdownNow();
                }
            }
        }

        /// A worker: item by item until the queue is empty.
        private Boolean take() throws InterruptedException {
            for (Item item = queue.poll(); item != null; item = queue.poll()) {
                try {
                    var paths = paths(item);
                    var fetched =
                            new ItemFetch(
                                            source, retry, settings, files, clock, listener, paths,
                                            item)
                                    .run();
                    manifest.add(fetched.entry(), paths.state());
                    outcomes.put(item, fetched);
                    listener.on(
                            new RunEvent.Fetched(
                                    item.name(), fetched.entry().size(), fetched.transferred()));
                } catch (LodeException e) {
                    if (Thread.interrupted()) {
                        throw interrupted(item.name(), e);
                    }
                    if (e.kind() == ErrorKind.RESOURCE || e.kind() == ErrorKind.BUG) {
                        throw e;
                    }
                    fail(item, e);
                }
            }
            return true;
        }

        /// An interrupt shows as whatever failed because of it.
        private static InterruptedException interrupted(String item, Exception shownAs) {
            var interrupted = new InterruptedException(item + ": fetch interrupted");
            interrupted.initCause(shownAs);
            return interrupted;
        }

        private void fail(Item item, LodeException e) {
            outcomes.put(item, new FetchReport.Failed(item, e));
            listener.on(new RunEvent.ItemFailed(item.name(), "", String.valueOf(e.getMessage())));
        }

        /// What became whole is written down, and empty folders go.
        void tidy() {
            Path incoming = Disk.folderOf(root.incoming(snapshot.id()));
            try {
                manifest.flush();
                AbandonedParts.removeEmptyFolders(root.disk(), incoming);
            } catch (IOException e) {
                throw DiskTrouble.of(incoming, "tidying", e);
            }
        }

        /// The same after a failure, which stays the one that is told.
        void tidyAfter(Exception failure) {
            boolean interrupted = Thread.interrupted();
            try {
                tidy();
            } catch (LodeException e) {
                failure.addSuppressed(e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
