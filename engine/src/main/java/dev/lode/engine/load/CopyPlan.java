package dev.lode.engine.load;

import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.load.CopyWay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// How the rows of the items of a load travel, told to a person.
final class CopyPlan {
    private static final int NAMED = 6;

    private CopyPlan() {}

    static CopyWay.Choice way(ItemTask task, CopySettings settings) {
        return CopyWay.choose(settings.way(), task.target(), task.dialect(), task.fields());
    }

    /// Why the batches of an item have to commit one after another, as the middle of a sentence;
    /// empty when they may commit in any order.
    ///
    /// @param fresh whether the table was empty when the item began
    static Optional<String> inOrder(ItemTask task, boolean fresh) {
        var target = task.target();
        if (target.mode() == LoadMode.UPSERT && !fresh) {
            return Optional.of("its records are compared with rows that are there");
        }
        if (target.foreignKeys().stream()
                .anyMatch(key -> target.late().contains(key.referencedTable()))) {
            return Optional.of("its rows refer to rows of its own");
        }
        return target.inOrder();
    }

    /// A line for each way and reason, with its tables.
    static List<String> lines(List<ItemTask> tasks, CopySettings settings) {
        var groups = new LinkedHashMap<String, List<String>>();
        for (var task : tasks) {
            String streams =
                    settings.streams() == 1
                            ? "one stream"
                            : inOrder(task, true)
                                    .map(why -> "one stream, " + why)
                                    .orElse("several streams while the table is new");
            groups.computeIfAbsent(way(task, settings) + "; " + streams, _ -> new ArrayList<>())
                    .add(task.target().table().toString());
        }
        return groups.entrySet().stream()
                .map(group -> "copy: " + tables(group.getValue()) + ": " + group.getKey())
                .toList();
    }

    private static String tables(List<String> names) {
        return names.size() <= NAMED
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, NAMED - 1))
                        + " and "
                        + (names.size() - NAMED + 1)
                        + " more";
    }
}
