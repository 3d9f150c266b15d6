package dev.lode.format.json;

import dev.lode.core.Suggestion;
import dev.lode.core.pack.document.ColumnSpec;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.core.pack.document.FieldPath;
import dev.lode.core.pack.document.FieldPath.Element;
import dev.lode.core.pack.document.FieldPath.Scope;
import dev.lode.core.pack.document.RowSpec;
import dev.lode.core.pack.document.ValueSpec;
import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.core.yaml.Mistakes;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.csv.TargetColumn.Kind;
import dev.lode.format.json.ColumnPlan.Slot;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds a [DocumentMapping]: gives every field that a column wants a slot in the frame of its
/// row, and checks what is wanted against the columns of the tables.
final class MappingCompiler {
    private final DocumentSpec spec;
    private final List<DocumentTable> tables;
    private final Mistakes mistakes;
    private final List<String> lookups;
    private final List<Building> buildings = new ArrayList<>();
    private final Map<Integer, Set<String>> columns = new LinkedHashMap<>();
    private final Building document;

    /// A row plan in the making.
    private static final class Building {
        private final @Nullable RowSpec spec;
        private final @Nullable Building parent;
        private final @Nullable Node at;
        private final String path;
        private final Node root;
        private final List<Building> children = new ArrayList<>();
        private int slots;

        Building(
                @Nullable RowSpec spec, @Nullable Building parent, @Nullable Node at, String path) {
            this.spec = spec;
            this.parent = parent;
            this.at = at;
            this.path = path;
            this.root = new Node(path);
        }

        int slot(Node node) {
            if (node.slot < 0) {
                node.slot = slots++;
            }
            return node.slot;
        }
    }

    MappingCompiler(String pack, DocumentSpec spec, List<DocumentTable> tables) {
        this.spec = spec;
        this.tables = tables;
        this.mistakes = new Mistakes("pack '" + pack + "'");
        this.lookups = spec.lookups().stream().map(lookup -> lookup.name()).toList();
        this.document = new Building(null, null, null, "");
    }

    DocumentMapping compile() {
        for (var record : spec.records()) {
            build(record, document);
        }
        var fileSpec = spec.file();
        fileSpec.ifPresent(this::collectColumns);
        for (var record : spec.records()) {
            collectColumns(record);
        }
        ignore(document.root, spec.ignore());
        int time = spec.order().map(path -> slot(document, path, 0, document).slot()).orElse(-1);
        var file = new Building(fileSpec.orElse(null), null, null, "");
        var fileColumns = fileSpec.map(own -> plans(own, file));
        var planned = new LinkedHashMap<Building, ColumnPlan[]>();
        for (var building : List.copyOf(buildings)) {
            var own = building.spec;
            planned.put(building, own == null ? new ColumnPlan[0] : plans(own, building));
        }
        for (var building : buildings) {
            planned.putIfAbsent(building, new ColumnPlan[0]);
        }
        conflicts();
        mistakes.throwIfAny();
        int index = 0;
        for (var entry : planned.entrySet()) {
            var building = entry.getKey();
            var plan =
                    new RowPlan(
                            ++index,
                            building.path,
                            building.spec == null ? -1 : tableOf(building.spec),
                            building.root,
                            entry.getValue(),
                            building.slots);
            if (building.at != null) {
                building.at.rows = plan;
            }
        }
        document.root.seal();
        buildings.forEach(building -> building.root.seal());
        return new DocumentMapping(
                spec,
                new RowPlan(0, "", -1, document.root, new ColumnPlan[0], document.slots),
                fileSpec.isEmpty()
                        ? null
                        : new RowPlan(
                                ++index,
                                "(file)",
                                tableOf(fileSpec.get()),
                                file.root,
                                fileColumns.orElseThrow(),
                                0),
                tables.stream().map(DocumentTable::name).toList(),
                columnLists(),
                time);
    }

    private List<List<String>> columnLists() {
        var all = new ArrayList<List<String>>();
        for (int i = 0; i < tables.size(); i++) {
            all.add(List.copyOf(columns.getOrDefault(i, Set.of())));
        }
        return all;
    }

    private void build(RowSpec row, Building parent) {
        Node at = parent.root;
        for (var step : row.at().steps()) {
            at = at.member(step.name());
        }
        String path = parent.path.isEmpty() ? row.at().toString() : parent.path + "." + row.at();
        for (var other : parent.children) {
            if (other.at == at) {
                mistakes.add(row.line(), path + ": becomes rows twice");
            }
        }
        var building = new Building(row, parent, at, path);
        parent.children.add(building);
        buildings.add(building);
        ignore(building.root, row.ignore());
        for (var child : row.children()) {
            build(child, building);
        }
    }

    private static void ignore(Node root, List<FieldPath> paths) {
        for (var path : paths) {
            Node at = root;
            for (var step : path.steps()) {
                at = at.member(step.name());
            }
            at.ignored = true;
        }
    }

    private int tableOf(RowSpec row) {
        for (int i = 0; i < tables.size(); i++) {
            if (row.table().isPresent() && tables.get(i).name().equals(row.table().get())) {
                return i;
            }
        }
        return -1;
    }

    private void collectColumns(RowSpec row) {
        int table = tableOf(row);
        if (table < 0 && row.table().isPresent()) {
            mistakes.add(
                    row.line(),
                    "table '"
                            + row.table().get()
                            + "': is not among the tables"
                            + Suggestion.hint(
                                    row.table().get(),
                                    tables.stream().map(DocumentTable::name).toList()));
        }
        if (table >= 0) {
            var names = columns.computeIfAbsent(table, _ -> new LinkedHashSet<>());
            row.columns().forEach(column -> names.add(column.column()));
        }
        row.children().forEach(this::collectColumns);
    }

    /// A node cannot be both rows of its own and fields of the row around.
    private void conflicts() {
        for (var building : buildings) {
            var at = building.at;
            if (at != null && at.hasMembers()) {
                mistakes.add(
                        building.spec == null ? 0 : building.spec.line(),
                        building.path
                                + ": becomes rows, so its fields belong to their columns; name"
                                + " them there");
            }
        }
    }

    private ColumnPlan[] plans(RowSpec row, Building building) {
        int table = tableOf(row);
        if (table < 0) {
            return new ColumnPlan[0];
        }
        var facts = tables.get(table);
        var given = new LinkedHashMap<String, ColumnSpec>();
        row.columns().forEach(column -> given.put(column.column(), column));
        var plans = new ArrayList<ColumnPlan>();
        for (var name : columns.getOrDefault(table, Set.of())) {
            var column = given.get(name);
            var target =
                    facts.columns().stream().filter(one -> one.name().equals(name)).findFirst();
            if (target.isEmpty()) {
                if (column != null) {
                    mistakes.add(
                            column.line(),
                            "table '"
                                    + facts.name()
                                    + "' has no column '"
                                    + name
                                    + "'"
                                    + Suggestion.hint(
                                            name,
                                            facts.columns().stream()
                                                    .map(TargetColumn::name)
                                                    .toList()));
                }
                continue;
            }
            if (column == null) {
                if (target.get().notNull()) {
                    missing(row, facts, name);
                }
                plans.add(plan(target.get(), new ColumnPlan.ConstantSource(FieldBytes.NULL)));
            } else {
                plan(column, target.get(), building).ifPresent(plans::add);
            }
        }
        for (var needed : facts.needed()) {
            if (!columns.getOrDefault(table, Set.of()).contains(needed)) {
                missing(row, facts, needed);
            }
        }
        return plans.toArray(ColumnPlan[]::new);
    }

    private void missing(RowSpec row, DocumentTable facts, String column) {
        mistakes.add(
                row.line(),
                "table '"
                        + facts.name()
                        + "': column '"
                        + column
                        + "' takes no NULL, and nothing here fills it");
    }

    private static ColumnPlan plan(TargetColumn target, ColumnPlan.Source source) {
        return new ColumnPlan(
                target.name(), target.kind(), target.maxChars(), target.notNull(), source);
    }

    private Optional<ColumnPlan> plan(ColumnSpec column, TargetColumn target, Building building) {
        int line = column.line();
        Optional<? extends ColumnPlan.Source> source =
                switch (column.value()) {
                    case ValueSpec.Constant constant ->
                            bytes(target, constant.text(), line)
                                    .map(ColumnPlan.ConstantSource::new);
                    case ValueSpec.Known known -> fact(known.fact(), target, line);
                    case ValueSpec.Compare compare -> compare(compare, target, line, building);
                    case ValueSpec.Lookup lookup -> lookup(lookup, target, line, building);
                    case ValueSpec.Field field -> field(field, target, line, building);
                };
        return source.map(found -> plan(target, found));
    }

    private Optional<ColumnPlan.Source> fact(Fact fact, TargetColumn target, int line) {
        boolean number = fact == Fact.POSITION || fact == Fact.FILE_ID;
        if (target.kind() == Kind.TEXT || (number && isInteger(target.kind()))) {
            return Optional.of(new ColumnPlan.FactSource(fact));
        }
        mistakes.add(
                line,
                fact.word()
                        + " does not go into column '"
                        + target.name()
                        + "': expected a text"
                        + (number ? " or an integer" : ""));
        return Optional.empty();
    }

    private static boolean isInteger(Kind kind) {
        return kind == Kind.INT2 || kind == Kind.INT4 || kind == Kind.INT8;
    }

    private Optional<ColumnPlan.Source> compare(
            ValueSpec.Compare compare, TargetColumn target, int line, Building building) {
        var less = bytes(target, compare.less(), line);
        var more = bytes(target, compare.more(), line);
        if (less.isEmpty() || more.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ColumnPlan.CompareSource(
                        slot(building, compare.first(), line, building),
                        slot(building, compare.second(), line, building),
                        less.get(),
                        more.get()));
    }

    private Optional<ColumnPlan.Source> lookup(
            ValueSpec.Lookup lookup, TargetColumn target, int line, Building building) {
        if (!isInteger(target.kind())) {
            mistakes.add(line, "column '" + target.name() + "': a lookup's id is an integer");
            return Optional.empty();
        }
        var key = new ArrayList<ColumnPlan.KeyPart>();
        for (var part : lookup.key()) {
            key.add(
                    new ColumnPlan.KeyPart(
                            slots(part.from(), line, building),
                            part.map(),
                            part.absent().orElse(null)));
        }
        return Optional.of(
                new ColumnPlan.LookupSource(
                        lookups.indexOf(lookup.lookup()), key.toArray(ColumnPlan.KeyPart[]::new)));
    }

    private Optional<ColumnPlan.Source> field(
            ValueSpec.Field field, TargetColumn target, int line, Building building) {
        if (!RecordEncoder.suits(field.as(), target.kind())) {
            mistakes.add(
                    line,
                    "column '"
                            + target.name()
                            + "': its type cannot be filled"
                            + (field.as() == ValueSpec.Reading.COLUMN
                                    ? " from a document"
                                    : " as "
                                            + field.as()
                                                    .name()
                                                    .toLowerCase(java.util.Locale.ROOT)
                                                    .replace('_', '-')));
            return Optional.empty();
        }
        var map = new LinkedHashMap<String, byte[]>();
        field.map()
                .forEach(
                        (from, to) ->
                                bytes(target, to, line).ifPresent(value -> map.put(from, value)));
        var absent = field.absent().flatMap(text -> bytes(target, text, line));
        boolean bounded = field.min().isPresent() || field.max().isPresent();
        return Optional.of(
                new ColumnPlan.FieldSource(
                        slots(field.from(), line, building),
                        field.as(),
                        map,
                        absent.orElse(null),
                        bounded,
                        field.min().orElse(Double.NEGATIVE_INFINITY),
                        field.max().orElse(Double.POSITIVE_INFINITY),
                        field.notBelow()
                                .map(path -> slot(building, path, line, building))
                                .orElse(null)));
    }

    private Optional<byte[]> bytes(TargetColumn target, String text, int line) {
        var bytes = FieldBytes.of(target.kind(), text);
        if (bytes.isEmpty()) {
            mistakes.add(
                    line,
                    "column '" + target.name() + "': \"" + text + "\" is no value of its type");
        }
        return bytes;
    }

    private Slot[] slots(List<FieldPath> paths, int line, Building building) {
        return paths.stream()
                .map(path -> slot(building, path, line, building))
                .toArray(Slot[]::new);
    }

    private Slot slot(Building building, FieldPath path, int line, Building own) {
        boolean ofDocument =
                path.scope() == Scope.DOCUMENT || building.parent == null || building == document;
        if (ofDocument) {
            return new Slot(2, find(document, path, line), path.toString());
        }
        if (path.scope() == Scope.PARENT) {
            var parent = own.parent == null ? document : own.parent;
            return new Slot(1, find(parent, path, line), path.toString());
        }
        return new Slot(0, find(building, path, line), path.toString());
    }

    private int find(Building building, FieldPath path, int line) {
        Node at = building.root;
        var steps = path.steps();
        for (int i = 0; i < steps.size(); i++) {
            at = at.member(steps.get(i).name());
            if (steps.get(i).element() != Element.NONE) {
                var rest = new FieldPath(Scope.OWN, steps.subList(i + 1, steps.size()));
                return element(building, at, steps.get(i).element(), rest, line);
            }
        }
        return building.slot(at);
    }

    /// A value of an element: read with the rows of the array, handed to the row around.
    private int element(Building building, Node array, Element element, FieldPath rest, int line) {
        if (rest.hasElement()) {
            mistakes.add(line, "an element of an element cannot be named");
        }
        var rows =
                building.children.stream()
                        .filter(child -> child.at == array)
                        .findFirst()
                        .orElseGet(
                                () -> {
                                    var made = new Building(null, building, array, array.path);
                                    building.children.add(made);
                                    buildings.add(made);
                                    return made;
                                });
        int from = find(rows, new FieldPath(Scope.OWN, rest.steps()), line);
        int to = building.slots++;
        if (element == Element.FIRST) {
            array.firstElement = append(array.firstElement, from, to);
        } else {
            array.lastElement = append(array.lastElement, from, to);
        }
        return to;
    }

    private static int[] append(int[] pairs, int from, int to) {
        var longer = java.util.Arrays.copyOf(pairs, pairs.length + 2);
        longer[pairs.length] = from;
        longer[pairs.length + 1] = to;
        return longer;
    }
}
