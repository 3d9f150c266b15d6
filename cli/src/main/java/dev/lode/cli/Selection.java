package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;

import picocli.CommandLine.Option;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Which snapshot and which tables of it.
final class Selection {
    @Option(
            names = "--tables",
            paramLabel = "TABLE",
            split = ",",
            description = "only these tables")
    private List<String> tables = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "TABLE",
            split = ",",
            description = "all tables but these")
    private List<String> exclude = List.of();

    @Option(
            names = "--date",
            paramLabel = "YYYY-MM-DD",
            description = "this snapshot; the newest complete one by default")
    private Optional<String> date = Optional.empty();

    /// @throws LodeException of kind USAGE for unknown tables, with a suggestion
    List<TableSpec> tables(Pack pack) {
        if (pack.tables().isEmpty() && pack.documents().isPresent()) {
            throw LodeException.usage(
                    "dataset '"
                            + pack.dataset()
                            + "': has no snapshots: its tables are filled from JSON files, which"
                            + " lode watch --dataset "
                            + pack.dataset()
                            + " takes in; lode status "
                            + pack.dataset()
                            + " shows how far it is");
        }
        var wanted = new LinkedHashSet<TableSpec>();
        if (tables.isEmpty()) {
            wanted.addAll(pack.tables());
        } else {
            tables.forEach(name -> wanted.add(pack.table(name)));
        }
        exclude.forEach(name -> wanted.remove(pack.table(name)));
        if (wanted.isEmpty()) {
            throw LodeException.usage(
                    "--tables and --exclude leave no table of dataset '" + pack.dataset() + "'");
        }
        return List.copyOf(wanted);
    }

    Optional<LocalDate> date() {
        return date.map(
                text -> {
                    try {
                        return LocalDate.parse(text);
                    } catch (DateTimeParseException e) {
                        throw LodeException.usage(
                                "--date: \"" + text + "\" is not a date: expected YYYY-MM-DD");
                    }
                });
    }
}
