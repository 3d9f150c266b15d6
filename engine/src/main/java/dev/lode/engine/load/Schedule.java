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
        waiting = new ArrayList<>(tasks);
        waiting.sort(Comparator.comparingLong((ItemTask task) -> task.bytes().size()).reversed());
        tasks.forEach(task -> unfinished.add(task.target().table()));
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
        return task.target().foreignKeys().stream()
                .map(key -> key.referencedTable())
                .filter(table -> !task.target().late().contains(table))
                .noneMatch(unfinished::contains);
    }
}
