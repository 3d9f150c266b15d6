package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.preflight.Finding;
import dev.lode.postgres.preflight.Finding.Severity;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Keeps tables from going back in time by mistake: by the wrong folder, or because the newest
/// snapshot has gone from the source. Whoever wants it says so, and then A, B, A is A.
public final class OlderSnapshot {
    private final Pack pack;
    private final TargetDatabase database;

    public OlderSnapshot(Pack pack, TargetDatabase database) {
        this.pack = pack;
        this.database = database;
    }

    /// Of the tables, those that hold a newer snapshot. Tables that only grow (mode append) hold
    /// every snapshot.
    ///
    /// @param severity what it means to the user: an error, or a warning where it is his wish
    public List<Finding> findings(LocalDate date, Collection<TableSpec> specs, Severity severity) {
        var changing = specs.stream().filter(spec -> spec.mode() != LoadMode.APPEND).toList();
        var last = database.lastSnapshots(pack.dataset());
        if (last.isEmpty()) {
            return List.of();
        }
        var tables =
                database.tables(
                        changing.stream()
                                .map(spec -> new TableName(pack.schema(), spec.table()))
                                .toList());
        var findings = new ArrayList<Finding>();
        for (var table : tables.values()) {
            var held = last.get(table.oid());
            if (held != null && held.isAfter(date)) {
                findings.add(
                        new Finding(
                                severity,
                                "snapshot " + date + ", table " + table.name(),
                                "the table holds the snapshot "
                                        + held
                                        + ": rows that changed since would go back",
                                "take "
                                        + held
                                        + " or a newer one, or say --accept-older if that is what"
                                        + " you want"));
            }
        }
        return findings;
    }

    /// Before anything is fetched for it.
    ///
    /// @throws LodeException of kind USAGE
    public void refuse(LocalDate date, Collection<TableSpec> specs) {
        var findings = findings(date, specs, Severity.ERROR);
        if (!findings.isEmpty()) {
            throw LodeException.usage(
                    findings.getFirst()
                            + (findings.size() == 1
                                    ? ""
                                    : "; so would " + (findings.size() - 1) + " more tables")
                            + "; nothing was fetched or written");
        }
    }
}
