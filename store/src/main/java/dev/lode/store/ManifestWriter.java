package dev.lode.store;

import dev.lode.core.LodeException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.TreeMap;

/// Keeps a snapshot's `download_manifest.json` while files arrive. One object writes one manifest;
/// any number of threads add to it.
///
/// Every write is of the whole file, so writing after each of many thousand files would cost more
/// than the files. An entry is written at once while entries are few or its file is large; behind
/// that, after every 64th part more, and in any case by [#flush()] and [#close()]. A file whose entry
/// was lost in a crash is not whole for [Snapshots] and is fetched again.
public final class ManifestWriter implements AutoCloseable {
    /// Bytes of files that may be without a written entry.
    private static final long MOST_BYTES_WAITING = 64L << 20;

    /// The share of entries that may wait is one of so many.
    private static final int SHARE_WAITING = 64;

    private final AtomicFile writer;
    private final Path file;
    private final String dataset;
    private final LocalDate snapshot;
    private final String source;
    private final TreeMap<String, ManifestEntry> entries;
    private int waiting;
    private long bytesWaiting;

    private ManifestWriter(AtomicFile writer, Path file, DownloadManifest start) {
        this.writer = writer;
        this.file = file;
        this.dataset = start.dataset();
        this.snapshot = start.snapshot();
        this.source = start.source();
        this.entries = new TreeMap<>(start.byName());
    }

    /// Goes on with a snapshot's manifest, or begins it. Nothing is written yet.
    ///
    /// @param source where the files come from now; it takes the place of what an older manifest says
    /// @throws LodeException of kind DATA when there is a manifest that cannot be read
    public static ManifestWriter open(
            DataRoot root, AtomicFile writer, String dataset, LocalDate snapshot, String source) {
        var before = DownloadManifest.read(root, dataset, snapshot);
        var start = new DownloadManifest(
                dataset,
                snapshot,
                source,
                before.map(DownloadManifest::byName).orElseGet(TreeMap::new));
        Path file = root.raw(dataset, snapshot).resolve(DownloadManifest.FILE_NAME);
        return new ManifestWriter(writer, file, start);
    }

    /// The file that was added last under this name, also when its entry is not written yet.
    public synchronized Optional<ManifestEntry> file(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /// All that was added so far.
    public synchronized DownloadManifest manifest() {
        return new DownloadManifest(dataset, snapshot, source, entries);
    }

    /// Adds a file that is whole and has its name already, or puts it in the place of one of the same
    /// name. After an error of writing the entry still counts as added, and the next write holds it.
    public synchronized void add(ManifestEntry entry) {
        entries.put(entry.name(), entry);
        waiting++;
        bytesWaiting += entry.size();
        if (waiting > entries.size() / SHARE_WAITING || bytesWaiting > MOST_BYTES_WAITING) {
            flush();
        }
    }

    /// Takes a file out, and writes that at once: for before the file itself is replaced or deleted.
    public synchronized void remove(String name) {
        if (entries.remove(name) != null) {
            waiting++;
            flush();
        }
    }

    /// Writes what waits. The file is durable when this returns.
    public synchronized void flush() {
        if (waiting > 0) {
            writer.write(file, ManifestJson.write(manifest()));
            waiting = 0;
            bytesWaiting = 0;
        }
    }

    /// Writes what waits.
    @Override
    public void close() {
        flush();
    }
}
