package dev.lode.engine.budget;

import dev.lode.core.Fingerprint;
import dev.lode.core.LodeException;
import dev.lode.store.AtomicFile;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;
import dev.lode.store.Snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files of a snapshot, and giving them up. Safe for use by several threads.
final class StoredFiles {
    private final Snapshot snapshot;
    private final AtomicFile files;

    StoredFiles(Snapshot snapshot, AtomicFile files) {
        this.snapshot = snapshot;
        this.files = files;
    }

    /// The file of exactly this version, where it is in the store whole.
    Optional<ManifestEntry> present(RemotePart part) {
        return snapshot.manifest()
                .entry(part.item().name())
                .filter(entry -> !entry.freed() && isOf(entry, part.fingerprint()))
                .filter(entry -> isThere(entry));
    }

    static boolean isOf(ManifestEntry entry, Fingerprint fingerprint) {
        return entry.fingerprint().equals(fingerprint);
    }

    private boolean isThere(ManifestEntry entry) {
        Path file = snapshot.file(entry.name());
        try {
            return Files.isRegularFile(file) && Files.size(file) == entry.size();
        } catch (IOException e) {
            throw DiskTrouble.of(file, "looking at", e);
        }
    }

    Path path(String name) {
        return snapshot.file(name);
    }

    /// Gives a file up whose rows are durable. First it is written down, then it goes: what a crash
    /// leaves between the two is removed by [#sweep].
    void free(String name) {
        try {
            markFreed(name);
            delete(name);
        } catch (LodeException e) {
            if (!DiskTrouble.isFull(e)) {
                throw e;
            }
            // Its own room is what the note needs. A crash between the two leaves an entry without
            // a file, which is fetched again if it is wanted.
            delete(name);
            markFreed(name);
        }
    }

    private void markFreed(String name) {
        snapshot.update(
                manifest ->
                        manifest.entry(name)
                                .map(entry -> manifest.with(List.of(entry.asFreed())))
                                .orElse(manifest),
                files);
    }

    /// Gives a file up that is of no use here; it is not in the snapshot any more.
    void drop(String name) {
        snapshot.update(manifest -> manifest.without(name), files);
        delete(name);
    }

    /// Removes files that were written down as freed and are still there.
    void sweep() {
        snapshot.manifest().entries().stream()
                .filter(ManifestEntry::freed)
                .map(ManifestEntry::name)
                .filter(name -> Files.exists(path(name)))
                .forEach(this::delete);
    }

    private void delete(String name) {
        Path file = path(name);
        Disk disk = snapshot.root().disk();
        try {
            disk.delete(file);
            disk.sync(Disk.folderOf(file));
        } catch (IOException e) {
            throw DiskTrouble.of(file, "deleting", e);
        }
    }
}
