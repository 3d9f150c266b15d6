package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.load.FolderSnapshots;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.store.DownloadManifest;
import dev.lode.store.Snapshots;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Optional;

/// Snapshots that `lode fetch` left in the store, known by their manifests.
final class LocalFiles {
    private final Workplace workplace;

    LocalFiles(Workplace workplace) {
        this.workplace = workplace;
    }

    /// The newest fetched snapshot that has every wanted table, or that of a date.
    ///
    /// @throws LodeException of kind DATA when there is none
    LocalSnapshot fetched(Pack pack, Collection<TableSpec> wanted, Optional<LocalDate> date) {
        var root = workplace.dataRoot();
        var dates = date.map(java.util.List::of).orElseGet(() -> new Snapshots(root).dates(pack.dataset()));
        LodeException last = null;
        for (var one : dates) {
            var folder = root.raw(pack.dataset(), one);
            var manifest = DownloadManifest.read(root, pack.dataset(), one);
            if (manifest.isEmpty()) {
                continue;
            }
            try {
                var chosen = new FolderSnapshots(pack).choose(folder, wanted, Optional.of(one));
                return FolderSnapshots.read(
                        folder,
                        chosen,
                        (path, bytes) -> manifest.get()
                                .file(path.getFileName().toString())
                                .filter(entry -> entry.size() == bytes.size())
                                .map(entry -> entry.contentId()));
            } catch (LodeException e) {
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
        throw LodeException.data(root.raw(pack.dataset()) + ": holds no fetched snapshot of dataset '" + pack.dataset() + "'"
                + date.map(one -> " of " + one).orElse("") + "; lode fetch " + pack.dataset()
                + " fetches one, --from DIR takes a folder of downloaded files");
    }
}
