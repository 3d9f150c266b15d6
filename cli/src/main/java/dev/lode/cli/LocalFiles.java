package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.load.FolderSnapshots;
import dev.lode.engine.load.LocalItem;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.engine.plan.Chosen;
import dev.lode.engine.plan.Listed;
import dev.lode.engine.plan.NamePattern;
import dev.lode.engine.plan.SnapshotChooser;
import dev.lode.store.ManifestEntry;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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
        LodeException last = null;
        for (var one : date.map(List::of).orElseGet(() -> dates(pack))) {
            var snapshot = new Snapshot(root, new SnapshotId(pack.dataset(), one));
            refuseFreed(pack, snapshot, wanted);
            try {
                return files(pack, snapshot, wanted);
            } catch (LodeException e) {
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
        throw LodeException.data(
                root.path().resolve("raw").resolve(pack.dataset())
                        + ": holds no fetched snapshot of dataset '"
                        + pack.dataset()
                        + "'; lode fetch "
                        + pack.dataset()
                        + " fetches one, --from DIR takes a folder of downloaded files");
    }

    /// An older snapshot would be taken for one whose files were given up.
    private static void refuseFreed(Pack pack, Snapshot snapshot, Collection<TableSpec> wanted) {
        var pattern = new NamePattern(pack.snapshot());
        var items = wanted.stream().map(TableSpec::item).toList();
        var freed =
                snapshot.manifest().entries().stream()
                        .filter(ManifestEntry::freed)
                        .map(ManifestEntry::name)
                        .filter(
                                name ->
                                        pattern.read(name)
                                                .filter(named -> items.contains(named.item()))
                                                .isPresent())
                        .toList();
        if (!freed.isEmpty()) {
            throw LodeException.data(
                    snapshot.folder()
                            + ": "
                            + freed.size()
                            + " of its files were freed after they were loaded, for want of disk"
                            + " (the first: "
                            + freed.getFirst()
                            + "); nothing was loaded; lode sync "
                            + pack.dataset()
                            + " --date "
                            + snapshot.id().date()
                            + " takes from the source what the tables lack, lode fetch brings the"
                            + " files back");
        }
    }

    /// The files of one snapshot, by its manifest.
    LocalSnapshot files(Pack pack, Snapshot snapshot, Collection<TableSpec> wanted) {
        var manifest = snapshot.manifest();
        var listed =
                manifest.entries().stream()
                        .map(entry -> new Listed(entry.name(), entry.size()))
                        .toList();
        Chosen chosen =
                new SnapshotChooser(pack)
                        .choose(
                                listed,
                                wanted,
                                Optional.of(snapshot.id().date()),
                                snapshot.folder().toString());
        var read =
                FolderSnapshots.read(
                        snapshot.folder(),
                        chosen,
                        (path, bytes) ->
                                manifest.entry(path.getFileName().toString())
                                        .filter(entry -> entry.size() == bytes.size())
                                        .map(entry -> entry.contentId()));
        return new LocalSnapshot(
                read.date(),
                read.items().stream()
                        .map(
                                item ->
                                        new LocalItem(
                                                item.spec(),
                                                item.name(),
                                                item.bytes(),
                                                item.content(),
                                                manifest.entry(item.name())
                                                        .filter(
                                                                entry ->
                                                                        item.content()
                                                                                .equals(
                                                                                        Optional.of(
                                                                                                entry
                                                                                                        .contentId())))
                                                        .map(ManifestEntry::fingerprint)))
                        .toList());
    }

    private List<LocalDate> dates(Pack pack) {
        Path folder = workplace.dataRoot().path().resolve("raw").resolve(pack.dataset());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var dates = new ArrayList<LocalDate>();
        try (var children = Files.newDirectoryStream(folder)) {
            for (var child : children) {
                try {
                    dates.add(
                            LocalDate.parse(
                                    child.getFileName().toString(),
                                    DateTimeFormatter.BASIC_ISO_DATE));
                } catch (DateTimeParseException e) {
                    // Not a snapshot's folder: somebody else's, left alone.
                }
            }
        } catch (IOException e) {
            throw LodeException.resource(folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
        dates.sort(Comparator.reverseOrder());
        return dates;
    }
}
