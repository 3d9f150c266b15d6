package dev.lode.postgres.preflight;

import dev.lode.core.Suggestion;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.KeyFacts;
import dev.lode.postgres.catalog.LoadOrder;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.catalog.TargetKinds;
import dev.lode.postgres.load.Target;
import dev.lode.postgres.preflight.Finding.Severity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares the header of each file with its table in the catalog, and decides how records become
/// rows. Finds everything that is wrong before it gives up. Pure: asks nothing of the database.
public final class Preflight {
    /// Types of the catalog's own whose values cannot be written as text.
    private static final Set<String> WITHOUT_INPUT =
            Set.of(
                    "pg_node_tree",
                    "pg_ndistinct",
                    "pg_dependencies",
                    "pg_mcv_list",
                    "pg_brin_bloom_summary",
                    "pg_brin_minmax_multi_summary");

    private static final Set<String> MARKS = Set.of("date", "timestamp", "timestamptz");

    private final Map<TableName, TableFacts> tables;
    private final Map<TableName, TableFacts> others;
    private final Map<TableName, Set<TableName>> circles = new HashMap<>();

    /// @param tables those of this load, as the catalog describes them
    /// @param others those that they refer to, as far as they are not part of the load
    public Preflight(Map<TableName, TableFacts> tables, Map<TableName, TableFacts> others) {
        this.tables = Map.copyOf(tables);
        this.others = Map.copyOf(others);
        for (var group : LoadOrder.of(tables.values()).groups()) {
            if (group.circular()) {
                group.tables().forEach(table -> circles.put(table, Set.copyOf(group.tables())));
            }
        }
    }

    /// @param file as the snapshot calls it
    /// @param header names of the file's columns, in their order
    public TableCheck check(
            TableSpec spec, TableFacts facts, String file, List<String> header, Dialect dialect) {
        var findings = new ArrayList<Finding>();
        var check = new Checked(spec, facts, file, header, dialect, findings);
        check.kindOfTable();
        var columns = check.columns();
        var key = check.key(columns);
        var version = check.version();
        check.mark();
        check.triggers();
        check.references(tables, others);
        boolean sound =
                findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
        return new TableCheck(
                findings,
                sound ? Optional.of(target(spec, facts, columns, key, version)) : Optional.empty());
    }

    private Target target(
            TableSpec spec,
            TableFacts facts,
            List<TargetColumn> columns,
            List<String> key,
            Optional<String> version) {
        var enforced = facts.foreignKeys().stream().filter(ForeignKeyFacts::enforced).toList();
        boolean mayFilter =
                facts.triggers().stream()
                        .anyMatch(
                                trigger ->
                                        trigger.timing().equals("BEFORE")
                                                && trigger.firesOn(List.of("INSERT", "UPDATE")));
        return new Target(
                facts.name(),
                facts.partitioned(),
                spec.mode(),
                columns,
                key,
                version,
                enforced,
                circles.getOrDefault(facts.name(), Set.of()),
                mayFilter,
                spec.recordChanges(),
                spec.linkColumns().stream().filter(name -> facts.column(name).isPresent()).toList(),
                inOrder(spec, facts, key, mayFilter));
    }

    /// Which of two records stays is told by their order where a key refuses the second, a trigger
    /// sees one after the other, or rows are numbered as they come.
    private static Optional<String> inOrder(
            TableSpec spec, TableFacts facts, List<String> key, boolean mayFilter) {
        if (mayFilter) {
            return Optional.of("a trigger of the table sees its rows one after another");
        }
        return switch (spec.mode()) {
            case REPLACE -> Optional.of("the new table numbers its rows as they come");
            case APPEND ->
                    facts.primaryKey().isPresent() || !facts.uniques().isEmpty()
                            ? Optional.of("of two records with one key the first stays")
                            : excluding(facts);
            case UPSERT ->
                    Stream.concat(facts.primaryKey().stream(), facts.uniques().stream())
                                    .allMatch(unique -> unique.arbiter() && unique.covers(key))
                            ? excluding(facts)
                            : Optional.of(
                                    "a unique key beside the one of the upsert refuses the second"
                                            + " of two records");
        };
    }

    private static Optional<String> excluding(TableFacts facts) {
        return facts.indexes().stream()
                        .anyMatch(index -> index.constraint() != null && !index.unique())
                ? Optional.of("an exclusion constraint refuses the second of two records")
                : Optional.empty();
    }

    /// One file against one table.
    private record Checked(
            TableSpec spec,
            TableFacts facts,
            String file,
            List<String> header,
            Dialect dialect,
            List<Finding> findings) {
        private void add(Severity severity, String column, String sentence, String remedy) {
            findings.add(
                    new Finding(
                            severity,
                            file
                                    + ", table "
                                    + facts.name()
                                    + (column.isEmpty() ? "" : ", column " + column),
                            sentence,
                            remedy));
        }

        void kindOfTable() {
            String kind =
                    switch (facts.relkind()) {
                        case 'r', 'p' -> "";
                        case 'v' -> "a view";
                        case 'm' -> "a materialized view";
                        case 'f' -> "a foreign table";
                        default -> "relation kind " + facts.relkind();
                    };
            if (!kind.isEmpty()) {
                add(
                        Severity.ERROR,
                        "",
                        "expected a table, found " + kind,
                        "name the table itself in the pack");
            }
            if (facts.rowSecurityActive()) {
                add(
                        Severity.ERROR,
                        "",
                        "row level security applies to this user, and COPY does not work under it",
                        "connect as the table's owner");
            }
            if (facts.persistence() == 'u') {
                add(
                        Severity.WARNING,
                        "",
                        "is unlogged: a crash of the server empties it, while the ledger says its"
                                + " rows are there",
                        "ALTER TABLE " + facts.name().sql() + " SET LOGGED");
            }
            if (facts.persistence() == 't') {
                add(
                        Severity.ERROR,
                        "",
                        "expected a lasting table, found a temporary one",
                        "name a lasting table in the pack");
            }
            if (facts.relkind() == 'r' && facts.partition()) {
                add(
                        Severity.INFO,
                        "",
                        "is a partition; records that belong into another one become rejects",
                        "");
            }
        }

        List<TargetColumn> columns() {
            var columns = new ArrayList<TargetColumn>();
            var seen = new HashSet<String>();
            if (header.size() > 1 && header.stream().noneMatch(this::mayBeColumn)) {
                add(
                        Severity.ERROR,
                        "",
                        "none of its columns is named by the file's first line, which begins \""
                                + String.join(",", header.subList(0, Math.min(4, header.size())))
                                + "\"",
                        "put a line of column names before the records, such as "
                                + facts.columnNames().stream()
                                        .limit(4)
                                        .collect(Collectors.joining(","))
                                + ", or name another item for the table in the pack");
                return columns;
            }
            for (int field = 0; field < header.size(); field++) {
                String name = header.get(field);
                if (name.isEmpty()) {
                    add(
                            Severity.ERROR,
                            "",
                            "column " + (field + 1) + " of the file's header has no name",
                            "ask the publisher, or mend the header");
                    continue;
                }
                if (!seen.add(name)) {
                    add(
                            Severity.ERROR,
                            name,
                            "stands twice in the file's header",
                            "ask the publisher, or mend the header");
                    continue;
                }
                var column = facts.column(name);
                if (spec.ignoreColumns().contains(name)) {
                    add(Severity.INFO, name, "is in the file and left out, as the pack says", "");
                } else if (column.isEmpty()) {
                    add(
                            Severity.ERROR,
                            name,
                            "is in the file and not in the table"
                                    + Suggestion.hint(name, facts.columnNames()),
                            "ALTER TABLE "
                                    + facts.name().sql()
                                    + " ADD COLUMN "
                                    + TableName.quote(name)
                                    + " text, or list it under ignore-columns in the pack");
                } else if (column.get().generated() != ColumnFacts.Generated.NO) {
                    add(
                            Severity.WARNING,
                            name,
                            "is computed by the table; the file's values are left out",
                            "");
                } else if (WITHOUT_INPUT.contains(column.get().baseType())) {
                    add(
                            Severity.ERROR,
                            name,
                            "has type " + column.get().type() + ", which takes no text",
                            "list it under ignore-columns in the pack");
                } else {
                    columns.add(target(column.get(), field));
                }
            }
            missing(seen, columns);
            order();
            empties(columns);
            return columns;
        }

        /// Or a column mistyped; words of one or two letters are near to anything.
        private boolean mayBeColumn(String name) {
            return facts.columnNames().contains(name)
                    || (name.length() > 2
                            && Suggestion.nearest(name, facts.columnNames()).isPresent());
        }

        private TargetColumn target(ColumnFacts column, int field) {
            String fill = spec.fill().get(column.name());
            return new TargetColumn(
                    column.name(),
                    field,
                    TargetKinds.of(column),
                    column.maxChars(),
                    column.notNull(),
                    fill,
                    fill != null && column.notNull());
        }

        private void missing(Set<String> inFile, List<TargetColumn> columns) {
            for (var column : facts.columns()) {
                if (inFile.contains(column.name())) {
                    continue;
                }
                if (column.mayBeLeftOut()) {
                    add(
                            Severity.INFO,
                            column.name(),
                            "is not in the file and takes its default",
                            "");
                } else if (spec.fill().containsKey(column.name())) {
                    columns.add(target(column, -1));
                    add(
                            Severity.INFO,
                            column.name(),
                            "is not in the file and is filled with \""
                                    + spec.fill().get(column.name())
                                    + "\"",
                            "");
                } else {
                    add(
                            Severity.ERROR,
                            column.name(),
                            "is NOT NULL without a default and not in the file",
                            "ALTER TABLE "
                                    + facts.name().sql()
                                    + " ALTER COLUMN "
                                    + TableName.quote(column.name())
                                    + " SET DEFAULT ..., or give a value under fill in the pack");
                }
            }
        }

        /// Where the writer did not tell NULL from the empty string.
        private void empties(List<TargetColumn> columns) {
            if (dialect.nulls() != Dialect.NullRule.AMBIGUOUS_EMPTY) {
                return;
            }
            var texts =
                    columns.stream()
                            .filter(
                                    column ->
                                            column.field() >= 0
                                                    && column.kind() == TargetColumn.Kind.TEXT
                                                    && !column.notNull())
                            .map(TargetColumn::name)
                            .toList();
            if (!texts.isEmpty()) {
                add(
                        Severity.INFO,
                        String.join(", ", texts),
                        "empty values become NULL: files of this date do not tell NULL from the"
                                + " empty string",
                        "");
            }
        }

        private void order() {
            var inTable = facts.columnNames().stream().filter(header::contains).toList();
            var inFile = header.stream().filter(facts.columnNames()::contains).toList();
            if (!inTable.equals(inFile)) {
                add(
                        Severity.INFO,
                        "",
                        "the file's columns come in another order than the table's; they are"
                                + " matched by name",
                        "");
            }
        }

        List<String> key(List<TargetColumn> columns) {
            var key =
                    spec.key().isEmpty()
                            ? facts.primaryKey().map(primary -> primary.columns()).orElse(List.of())
                            : spec.key();
            var loaded = columns.stream().map(TargetColumn::name).toList();
            if (spec.mode() == LoadMode.APPEND) {
                return loaded.containsAll(key) ? key : List.of();
            }
            if (key.isEmpty() && spec.mode() == LoadMode.REPLACE) {
                return key;
            }
            if (key.isEmpty()) {
                add(
                        Severity.ERROR,
                        "",
                        "mode upsert needs a key, and the table has no primary key",
                        "name a unique key under key in the pack, or use mode append");
                return key;
            }
            for (var column : key) {
                if (facts.column(column).isEmpty()) {
                    add(
                            Severity.ERROR,
                            column,
                            "is named as key and not in the table"
                                    + Suggestion.hint(column, facts.columnNames()),
                            "correct key in the pack");
                } else if (!loaded.contains(column)) {
                    add(
                            Severity.ERROR,
                            column,
                            "is named as key and not in the file",
                            "correct key in the pack");
                }
            }
            boolean known = key.stream().allMatch(column -> facts.column(column).isPresent());
            var unfit = unfitKey(key);
            if (facts.arbiter(key).isEmpty() && known && unfit.isPresent()) {
                add(
                        Severity.ERROR,
                        String.join(", ", key),
                        "is named as key, but "
                                + unfit.get().name()
                                + " cannot tell one row from another: it is deferrable,"
                                + " partial or invalid",
                        "make a unique index that is none of these, or name another key in the"
                                + " pack");
            } else if (facts.arbiter(key).isEmpty() && known) {
                add(
                        Severity.ERROR,
                        String.join(", ", key),
                        "is named as key, but no primary key or unique index covers just these"
                                + " columns",
                        "CREATE UNIQUE INDEX ON "
                                + facts.name().sql()
                                + " ("
                                + String.join(", ", key.stream().map(TableName::quote).toList())
                                + ")");
            }
            return key;
        }

        /// A unique key over just these columns that ON CONFLICT cannot use.
        private Optional<KeyFacts> unfitKey(List<String> key) {
            return Stream.concat(facts.primaryKey().stream(), facts.uniques().stream())
                    .filter(candidate -> !candidate.arbiter() && candidate.covers(key))
                    .findFirst();
        }

        Optional<String> version() {
            if (spec.version().isPresent() && !header.contains(spec.version().get())) {
                add(
                        Severity.WARNING,
                        spec.version().get(),
                        "is named as version and not in the file; of records with one key the last"
                                + " wins",
                        "");
                return Optional.empty();
            }
            return spec.version();
        }

        /// The column that says since when a row is not in the snapshot.
        void mark() {
            if (spec.vanished().mark().isEmpty()) {
                return;
            }
            String name = spec.vanished().mark().get();
            var column = facts.column(name);
            if (column.isEmpty()) {
                add(
                        Severity.ERROR,
                        name,
                        "is named as vanished-mark and not in the table"
                                + Suggestion.hint(name, facts.columnNames()),
                        "ALTER TABLE "
                                + facts.name().sql()
                                + " ADD COLUMN "
                                + TableName.quote(name)
                                + " timestamptz");
            } else if (!MARKS.contains(column.get().baseType()) || column.get().notNull()) {
                add(
                        Severity.ERROR,
                        name,
                        "is named as vanished-mark: expected a date, timestamp or timestamptz that"
                                + " may be NULL, found "
                                + column.get().type()
                                + (column.get().notNull() ? " NOT NULL" : ""),
                        "name another column under vanished-mark in the pack");
            } else if (header.contains(name) && !spec.ignoreColumns().contains(name)) {
                add(
                        Severity.ERROR,
                        name,
                        "is named as vanished-mark and in the file too, which would overwrite it",
                        "name another column under vanished-mark, or list it under"
                                + " ignore-columns in the pack");
            }
        }

        void triggers() {
            if (spec.mode() == LoadMode.REPLACE) {
                // Rows go into a new table that gets the triggers when it takes the old one's
                // place.
                if (facts.triggers().stream()
                        .anyMatch(trigger -> trigger.firesOn(List.of("INSERT")))) {
                    add(
                            Severity.INFO,
                            "",
                            "its triggers do not run for the rows of a new table",
                            "");
                }
                return;
            }
            var events =
                    spec.mode() == LoadMode.APPEND
                            ? List.of("INSERT")
                            : List.of("INSERT", "UPDATE");
            for (var trigger : facts.triggers()) {
                if (trigger.firesOn(events)) {
                    add(
                            Severity.WARNING,
                            "",
                            "trigger "
                                    + trigger.name()
                                    + " ("
                                    + trigger.timing()
                                    + " "
                                    + String.join(" OR ", trigger.events())
                                    + ") will run "
                                    + trigger.function()
                                    + (trigger.perRow()
                                            ? " for every row"
                                            : " for every statement"),
                            "if it should not, ALTER TABLE "
                                    + facts.name().sql()
                                    + " DISABLE TRIGGER "
                                    + TableName.quote(trigger.name())
                                    + " before the load");
                }
            }
        }

        void references(Map<TableName, TableFacts> loaded, Map<TableName, TableFacts> others) {
            for (var key : facts.foreignKeys()) {
                if (!key.enforced() || loaded.containsKey(key.referencedTable())) {
                    continue;
                }
                boolean filled =
                        Optional.ofNullable(others.get(key.referencedTable()))
                                .map(TableFacts::hasRows)
                                .orElse(false);
                String what =
                        "refers to "
                                + key.referencedTable()
                                + " by key "
                                + key.name()
                                + ", which is not part of this load";
                if (filled) {
                    add(
                            Severity.INFO,
                            String.join(", ", key.columns()),
                            what + "; records whose row is not there become rejects",
                            "");
                } else {
                    add(
                            Severity.WARNING,
                            String.join(", ", key.columns()),
                            what + " and empty: every record that refers to it becomes a reject",
                            "load " + key.referencedTable() + " first, or add it to --tables");
                }
            }
        }
    }
}
