package dev.lode.engine.publish;

import dev.lode.postgres.publish.Changed;
import dev.lode.publish.KeyOrder;
import dev.lode.publish.Manifest;
import dev.lode.publish.Publication;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.publish.archive.ArchiveKeys;
import dev.lode.publish.archive.DamagedArchiveException;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Keys that leave an archive, because their items are in another partition now, or nowhere.
///
/// A key stands in one archive of a generation only. So those that are found where their items are
/// now did not move, and most often that is all of them: then no other archive is looked at.
///
/// @param leaving by the partition whose archive holds them, in [KeyOrder]
record FormerPlaces(Map<String, List<String>> leaving) {
    private static final FormerPlaces NONE = new FormerPlaces(Map.of());

    /// Looks into the indexes of the generation before.
    static FormerPlaces of(Changed changed, Optional<Manifest> before, PublicationFolder folder) {
        if (!(changed instanceof Changed.Items some) || before.isEmpty()) {
            return NONE;
        }
        var wanted = new HashSet<>(some.elsewhere());
        for (var place : some.places().entrySet()) {
            var here = new HashSet<>(place.getValue());
            here.retainAll(wanted);
            before.get()
                    .file(place.getKey())
                    .ifPresent(file -> wanted.removeAll(held(folder, file, here)));
        }
        if (wanted.isEmpty()) {
            return NONE;
        }
        var leaving = new TreeMap<String, List<String>>();
        for (var file : before.get().files()) {
            if (!file.partition().equals(Publication.ALL)) {
                var found = leavingOf(folder, file, wanted);
                if (!found.isEmpty()) {
                    leaving.put(file.partition(), found);
                }
            }
        }
        return new FormerPlaces(leaving);
    }

    private static Set<String> held(
            PublicationFolder folder, PublishedFile file, Set<String> wanted) {
        try {
            return wanted.isEmpty() ? Set.of() : new HashSet<>(search(folder, file, wanted));
        } catch (DamagedArchiveException e) {
            // Who builds it says so, and writes it anew; here it holds nothing.
            return Set.of();
        }
    }

    private static List<String> leavingOf(
            PublicationFolder folder, PublishedFile file, Set<String> wanted) {
        try {
            return search(folder, file, wanted);
        } catch (DamagedArchiveException e) {
            // Any of them may stand in it: who builds it finds that it is damaged.
            var all = new TreeSet<String>(KeyOrder.INSTANCE);
            all.addAll(wanted);
            return List.copyOf(all);
        }
    }

    private static List<String> search(
            PublicationFolder folder, PublishedFile file, Set<String> wanted) {
        var found = new ArrayList<String>();
        try (var keys = ArchiveKeys.open(folder.archive(file))) {
            for (String key = keys.next();
                    key != null && found.size() < wanted.size();
                    key = keys.next()) {
                if (wanted.contains(key)) {
                    found.add(key);
                }
            }
        } catch (IOException e) {
            throw DiskTrouble.of(folder.path(), "reading", e);
        }
        return found;
    }

    /// Keys that an archive loses.
    List<String> of(String partition) {
        return leaving.getOrDefault(partition, List.of());
    }
}
