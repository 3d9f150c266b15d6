package dev.lode.engine.load;

import dev.lode.core.TableName;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Hands out items so that a table's rows come after the rows they refer to, the largest item that
/// is ready first. A failed parent does not hold its children back: their rows are judged one by
/// one. Thread safe.
final class Schedule {
    private final List<ItemTask> waiting;
    private final Set<TableName> unfinished = new HashSet<>();

    Schedule(List<ItemTask> tasks) {
        waiting = sequence(tasks);
        tasks.forEach(task -> unfinished.add(task.target().table()));
    }

    /// The items in the order in which they are handed out when each is done before the next: none
    /// waits for a later one.
    synchronized List<ItemTask> sequence() {
        return List.copyOf(waiting);
    }

    private static List<ItemTask> sequence(List<ItemTask> tasks) {
        var left = new ArrayList<>(tasks);
        left.sort(Comparator.comparingLong((ItemTask task) -> task.bytes().size()).reversed());
        var tables = new HashSet<TableName>();
        tasks.forEach(task -> tables.add(task.target().table()));
        var sequence = new ArrayList<ItemTask>();
        while (!left.isEmpty()) {
            // In a circle that nobody declared as one, the largest goes first.
            var next =
                    left.stream()
                            .filter(task -> ready(task, tables))
                            .findFirst()
                            .orElse(left.getFirst());
            left.remove(next);
            tables.remove(next.target().table());
            sequence.add(next);
        }
        return sequence;
    }

    /// The next item, when one is ready; waits while others may make one ready. Empty when none is
    /// left.
    synchronized Optional<ItemTask> next() throws InterruptedException {
        while (!waiting.isEmpty()) {
            for (var task : waiting) {
                if (ready(task)) {
                    waiting.remove(task);
                    return Optional.of(task);
                }
            }
            wait();
        }
        return Optional.empty();
    }

    /// The item is done or failed.
    synchronized void finished(ItemTask task) {
        unfinished.remove(task.target().table());
        notifyAll();
    }

    private boolean ready(ItemTask task) {
        return ready(task, unfinished);
    }

    private static boolean ready(ItemTask task, Set<TableName> unfinished) {
        return task.target().foreignKeys().stream()
                .map(key -> key.referencedTable())
                .filter(table -> !task.target().late().contains(table))
                .noneMatch(unfinished::contains);
    }
}
