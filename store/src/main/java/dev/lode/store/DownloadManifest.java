package dev.lode.store;

import dev.lode.core.LodeException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a snapshot's folder holds, and where it came from: the file `download_manifest.json`.
///
/// @param dataset whose snapshot it is
/// @param snapshot its date
/// @param source where the files came from, without secrets: `s3://bucket/prefix`
/// @param byName the files, ordered by name
public record DownloadManifest(
        String dataset, LocalDate snapshot, String source, SortedMap<String, ManifestEntry> byName) {
    /// Its file's name.
    public static final String FILE_NAME = "download_manifest.json";

    public DownloadManifest {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
        byName.forEach(
                (name, entry) -> {
                    if (!name.equals(entry.name())) {
                        throw new IllegalArgumentException(name + " is not " + entry.name());
                    }
                });
    }

    /// The manifest of a snapshot that holds nothing yet.
    public static DownloadManifest empty(String dataset, LocalDate snapshot, String source) {
        return new DownloadManifest(dataset, snapshot, source, new TreeMap<>());
    }

    /// The manifest of a snapshot; nothing when it has none.
    ///
    /// @throws LodeException of kind DATA when the file is damaged, of a newer format,
    ///     or another snapshot's; RESOURCE when it cannot be read
    public static Optional<DownloadManifest> read(
            DataRoot root, String dataset, LocalDate snapshot) {
        Path file = root.raw(dataset, snapshot).resolve(FILE_NAME);
        var found = ManifestJson.read(file);
        found.filter(it -> !it.dataset().equals(dataset) || !it.snapshot().equals(snapshot))
                .ifPresent(
                        other -> {
                            throw LodeException.data(
                                    "\"" + file + "\": of snapshot " + other.snapshot() + " of \""
                                            + other.dataset() + "\", expected " + snapshot
                                            + " of \"" + dataset + "\"; nothing was changed; move"
                                            + " the folder to where it belongs");
                        });
        return found;
    }

    /// The files, ordered by name.
    public Collection<ManifestEntry> files() {
        return byName.values();
    }

    public Optional<ManifestEntry> file(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// This manifest with one more file, which takes the place of one of the same name.
    public DownloadManifest with(ManifestEntry entry) {
        var more = new TreeMap<>(byName);
        more.put(entry.name(), entry);
        return new DownloadManifest(dataset, snapshot, source, more);
    }

    /// This manifest without a file.
    public DownloadManifest without(String name) {
        var fewer = new TreeMap<>(byName);
        fewer.remove(name);
        return new DownloadManifest(dataset, snapshot, source, fewer);
    }
}
