package dev.lode.engine.fetch;

import dev.lode.store.AtomicFile;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.DownloadManifest;
import dev.lode.store.ManifestEntry;
import dev.lode.store.Snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes files down in a snapshot's manifest as they become whole, and only then forgets the state
/// they were fetched by. Writes at once while the manifest is short, later for every sixteenth of
/// its length: ten thousand files do not mean ten thousand times ten thousand lines. What is not
/// written down when the process dies is found again by its state.
///
/// Safe for use by several threads.
final class ManifestKeeper {
    private static final int SHARE = 16;

    private final Snapshot snapshot;
    private final AtomicFile files;
    private final Map<ManifestEntry, Path> pending = new LinkedHashMap<>();
    private DownloadManifest written;

    ManifestKeeper(Snapshot snapshot, AtomicFile files) {
        this.snapshot = snapshot;
        this.files = files;
        this.written = snapshot.manifest();
    }

    synchronized DownloadManifest manifest() {
        return written;
    }

    /// @param state the file beside the partial one, deleted once the entry is written down
    synchronized void add(ManifestEntry entry, Path state) {
        pending.put(entry, state);
        if (pending.size() * SHARE >= written.entries().size()) {
            flush();
        }
    }

    /// Writes down what is left.
    synchronized void flush() {
        if (pending.isEmpty()) {
            return;
        }
        // As it is now: another thread may have freed files meanwhile.
        written = snapshot.update(now -> now.with(List.copyOf(pending.keySet())), files);
        Disk disk = files.disk();
        for (Path state : pending.values()) {
            try {
                disk.delete(state);
            } catch (IOException e) {
                throw DiskTrouble.of(state, "deleting", e);
            }
        }
        pending.clear();
    }
}
