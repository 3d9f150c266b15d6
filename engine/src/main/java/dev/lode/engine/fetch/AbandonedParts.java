package dev.lode.engine.fetch;

import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.SnapshotId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// What earlier fetches began and nobody will finish.
final class AbandonedParts {
    private AbandonedParts() {}

    /// Removes the partial files of a dataset's snapshots that are older than the one being fetched
    /// now. Only files that a fetch makes are removed; the caller holds the dataset's lock.
    static void sweep(DataRoot root, SnapshotId now) {
        Path dataset = Disk.folderOf(root.incoming(now));
        if (!Files.isDirectory(dataset)) {
            return;
        }
        try {
            List<Path> days;
            try (var folders = Files.list(dataset)) {
                days =
                        folders.filter(folder -> folder.getFileName().toString().matches("\\d{8}"))
                                .filter(
                                        folder ->
                                                folder.getFileName().toString().compareTo(now.day())
                                                        < 0)
                                .toList();
            }
            for (Path day : days) {
                removeParts(root.disk(), day);
            }
        } catch (IOException e) {
            throw DiskTrouble.of(dataset, "sweeping abandoned parts in", e);
        }
    }

    private static void removeParts(Disk disk, Path day) throws IOException {
        List<Path> parts;
        try (var files = Files.walk(day)) {
            parts =
                    files.filter(
                                    file ->
                                            file.toString().endsWith(".part")
                                                    || file.toString().endsWith(".part.state"))
                            .filter(Files::isRegularFile)
                            .toList();
        }
        for (Path part : parts) {
            disk.delete(part);
        }
        removeEmptyFolders(disk, day);
    }

    /// Removes a folder with the folders below it, as far as no file is in them.
    static void removeEmptyFolders(Disk disk, Path top) throws IOException {
        if (!Files.isDirectory(top)) {
            return;
        }
        List<Path> deepestFirst;
        try (var below = Files.walk(top)) {
            deepestFirst =
                    below.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
        }
        for (Path folder : deepestFirst) {
            if (isEmpty(folder)) {
                disk.delete(folder);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
