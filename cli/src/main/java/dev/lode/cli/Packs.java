package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The packs that can be used: the user's own folder first, then those that came with Lode.
final class Packs {
    private final List<Path> folders;

    /// @param own folder of the user's packs, one folder a pack, if there is one
    /// @param home where Lode is installed
    Packs(Optional<Path> own, Path home) {
        var all = new ArrayList<Path>();
        own.ifPresent(all::add);
        all.add(home.resolve("packs"));
        folders = List.copyOf(all);
    }

    /// Whether there is a pack of a dataset.
    boolean has(String dataset) {
        return folders().containsKey(dataset);
    }

    /// The pack of a dataset.
    ///
    /// @throws LodeException of kind USAGE when there is none, or when it has mistakes
    Pack pack(String dataset) {
        var found = folders();
        var folder = found.get(dataset);
        if (folder == null) {
            throw LodeException.usage(
                    "dataset '"
                            + dataset
                            + "': unknown"
                            + Suggestion.hint(dataset, found.keySet())
                            + (found.isEmpty()
                                    ? "; no pack is in " + folders
                                    : "; lode datasets lists " + found.keySet()));
        }
        return PackReader.read(folder);
    }

    /// All packs, by name.
    List<Pack> all() {
        return folders().values().stream().map(PackReader::read).toList();
    }

    private SortedMap<String, Path> folders() {
        var found = new TreeMap<String, Path>();
        for (var folder : folders) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var children = Files.list(folder)) {
                children.filter(child -> Files.isRegularFile(child.resolve("pack.yaml")))
                        .forEach(child -> found.putIfAbsent(child.getFileName().toString(), child));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }
}
