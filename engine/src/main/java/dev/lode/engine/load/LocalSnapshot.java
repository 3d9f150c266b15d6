package dev.lode.engine.load;

import java.time.LocalDate;
import java.util.List;

/// The files of one date, all on this machine.
public record LocalSnapshot(LocalDate date, List<LocalItem> items) {
    public LocalSnapshot {
        items = List.copyOf(items);
    }

    /// Stored bytes.
    public long size() {
        return items.stream().mapToLong(item -> item.bytes().size()).sum();
    }
}
