package dev.lode.engine.verify;

import java.util.List;

/// What verifying a dataset found, table by table.
public record VerifyReport(List<TableVerified> tables) {
    public VerifyReport {
        tables = List.copyOf(tables);
    }

    /// Whether nothing contradicts what was read.
    public boolean sound() {
        return tables.stream().allMatch(table -> table.failures().isEmpty());
    }

    /// Whether something should be known although all is sound.
    public boolean remarked() {
        return tables.stream().anyMatch(table -> !table.remarks().isEmpty());
    }

    public List<String> failures() {
        return tables.stream().flatMap(table -> table.failures().stream()).toList();
    }

    public List<String> remarks() {
        return tables.stream().flatMap(table -> table.remarks().stream()).toList();
    }
}
