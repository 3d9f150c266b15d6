package dev.lode.engine.plan;

import dev.lode.core.pack.TableSpec;

import java.time.LocalDate;
import java.util.List;

/// The snapshot to take: one date, one file for each wanted table.
///
/// @param skipped why newer dates were not taken, newest first
public record Chosen(LocalDate date, List<Part> parts, List<String> skipped) {
    public Chosen {
        parts = List.copyOf(parts);
        skipped = List.copyOf(skipped);
    }

    /// A wanted table and its file.
    public record Part(TableSpec table, Listed file) {}

    /// Stored bytes of all files.
    public long size() {
        return parts.stream().mapToLong(part -> part.file().size()).sum();
    }
}
