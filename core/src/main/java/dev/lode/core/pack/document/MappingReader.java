package dev.lode.core.pack.document;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.document.FieldPath.Scope;
import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.core.pack.document.ValueSpec.Reading;
import dev.lode.core.yaml.YamlMap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads `documents:` of a pack. Mistakes are noted with the others of the file.
public final class MappingReader {
    private static final int MOST = 1 << 30;

    private final Map<String, LookupSpec> lookups = new LinkedHashMap<>();

    private MappingReader() {}

    /// @param map what stands below `documents`
    public static DocumentSpec read(YamlMap map) {
        return new MappingReader().document(map);
    }

    private DocumentSpec document(YamlMap map) {
        map.map("lookups")
                .ifPresent(
                        all ->
                                all.keys()
                                        .forEach(
                                                name ->
                                                        all.map(name)
                                                                .ifPresent(
                                                                        own ->
                                                                                lookups.put(
                                                                                        name,
                                                                                        lookup(
                                                                                                name,
                                                                                                own)))));
        var records = new ArrayList<RowSpec>();
        map.map("records")
                .ifPresent(
                        all -> {
                            for (var at : all.keys()) {
                                all.map(at)
                                        .ifPresent(
                                                own ->
                                                        path(all, at, at)
                                                                .ifPresent(
                                                                        path ->
                                                                                records.add(
                                                                                        row(
                                                                                                own,
                                                                                                path,
                                                                                                Place
                                                                                                        .RECORD))));
                            }
                        });
        if (records.isEmpty()) {
            map.wrong("records", "expected at least one array of records");
        }
        var spec =
                new DocumentSpec(
                        map.map("limits").map(MappingReader::limits).orElse(DocumentLimits.DEFAULT),
                        map.value("order", FieldPath::parse),
                        map.map("file")
                                .map(
                                        own ->
                                                row(
                                                        own,
                                                        new FieldPath(Scope.OWN, List.of()),
                                                        Place.FILE)),
                        records,
                        List.copyOf(lookups.values()),
                        fixedRows(map),
                        paths(map, "ignore"));
        map.finish();
        return spec;
    }

    /// What a row is made from; it decides which facts are known.
    private enum Place {
        FILE(List.of(Fact.FILE_ID, Fact.FILE_NAME, Fact.FILE_HASH, Fact.FILE_CONTENT)),
        RECORD(List.of(Fact.ID, Fact.POSITION, Fact.FILE_ID, Fact.FILE_NAME, Fact.FILE_CONTENT)),
        CHILD(
                List.of(
                        Fact.ID,
                        Fact.PARENT_ID,
                        Fact.POSITION,
                        Fact.FILE_ID,
                        Fact.FILE_NAME,
                        Fact.FILE_CONTENT));

        // Made by List.of: immutable, although its type does not say so.
        @SuppressWarnings("ImmutableEnumChecker")
        private final List<Fact> facts;

        Place(List<Fact> facts) {
            this.facts = facts;
        }
    }

    private static DocumentLimits limits(YamlMap map) {
        var absent = DocumentLimits.DEFAULT;
        var limits =
                new DocumentLimits(
                        size(map, "document", absent.document()),
                        (int) map.number("depth", absent.depth(), 1, 1000),
                        size(map, "text", absent.text()),
                        (int) map.number("records", absent.records(), 1, MOST),
                        (int) map.number("rejects", absent.rejects(), 0, MOST),
                        (int) map.number("drift", absent.drift(), 1, 100_000),
                        size(map, "kept-raw", absent.keptRaw()));
        map.finish();
        return limits;
    }

    private static ByteSize size(YamlMap map, String key, ByteSize absent) {
        return map.value(
                        key,
                        text -> {
                            var size = ByteSize.parse(text);
                            if (size.bytes() < 1 || size.bytes() > MOST) {
                                throw LodeException.usage(
                                        "\"" + text + "\" is out of bounds: expected 1 B to 1 GiB");
                            }
                            return size;
                        })
                .orElse(absent);
    }

    private static LookupSpec lookup(String name, YamlMap map) {
        var key = map.texts("key");
        if (key.isEmpty()) {
            map.wrong("key", "expected the columns of the texts");
        }
        var spec =
                new LookupSpec(
                        name,
                        map.text("table").orElse(name),
                        map.text("id").orElse("id"),
                        key,
                        map.flag("create", true));
        map.finish();
        return spec;
    }

    private static List<FixedRows> fixedRows(YamlMap map) {
        var fixed = new ArrayList<FixedRows>();
        map.map("rows")
                .ifPresent(
                        tables -> {
                            for (var table : tables.keys()) {
                                var rows = new ArrayList<Map<String, String>>();
                                for (var row : tables.maps(table)) {
                                    var texts = new LinkedHashMap<String, String>();
                                    row.keys()
                                            .forEach(
                                                    column ->
                                                            row.text(column)
                                                                    .ifPresent(
                                                                            text ->
                                                                                    texts.put(
                                                                                            column,
                                                                                            text)));
                                    rows.add(texts);
                                }
                                fixed.add(new FixedRows(table, rows));
                            }
                        });
        return fixed;
    }

    private RowSpec row(YamlMap map, FieldPath at, Place place) {
        var columns = new ArrayList<ColumnSpec>();
        map.map("columns")
                .ifPresent(
                        all -> {
                            for (var column : all.keys()) {
                                value(all, column, place)
                                        .ifPresent(
                                                value ->
                                                        columns.add(
                                                                new ColumnSpec(
                                                                        column,
                                                                        value,
                                                                        all.line(column))));
                            }
                        });
        var children = new ArrayList<RowSpec>();
        if (place != Place.FILE) {
            map.map("children")
                    .ifPresent(
                            all -> {
                                for (var child : all.keys()) {
                                    all.map(child)
                                            .ifPresent(
                                                    own ->
                                                            path(all, child, child)
                                                                    .ifPresent(
                                                                            path ->
                                                                                    children.add(
                                                                                            row(
                                                                                                    own,
                                                                                                    path,
                                                                                                    Place
                                                                                                            .CHILD))));
                                }
                            });
        }
        var table = map.text("table");
        if (table.isPresent() && columns.isEmpty()) {
            map.wrong("columns", "expected what the table's columns are filled with");
        }
        if (table.isEmpty() && (!columns.isEmpty() || place == Place.FILE)) {
            map.required("table");
        }
        var spec = new RowSpec(at, table, columns, children, paths(map, "ignore"), map.line());
        map.finish();
        return spec;
    }

    private static Optional<FieldPath> path(YamlMap map, String key, String text) {
        try {
            var path = FieldPath.parse(text);
            if (path.scope() == Scope.OWN && !path.hasElement()) {
                return Optional.of(path);
            }
            map.wrong(key, "rows come from an array or object below, not from " + text);
        } catch (LodeException e) {
            map.wrong(key, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static List<FieldPath> paths(YamlMap map, String key) {
        var paths = new ArrayList<FieldPath>();
        for (var text : map.texts(key)) {
            try {
                paths.add(FieldPath.parse(text));
            } catch (LodeException e) {
                map.wrong(key, String.valueOf(e.getMessage()));
            }
        }
        return paths;
    }

    private Optional<ValueSpec> value(YamlMap columns, String column, Place place) {
        if (columns.isMap(column)) {
            return columns.map(column).flatMap(map -> explicit(map, place));
        }
        var texts = columns.texts(column);
        if (texts.size() == 1 && texts.getFirst().startsWith("$")) {
            return fact(columns, column, texts.getFirst(), place);
        }
        return fields(columns, column, place).map(from -> plain(from));
    }

    private static ValueSpec.Field plain(List<FieldPath> from) {
        return new ValueSpec.Field(
                from,
                Reading.COLUMN,
                Map.of(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty());
    }

    private static Optional<ValueSpec> fact(YamlMap map, String key, String word, Place place) {
        for (var fact : place.facts) {
            if (fact.word().equals(word)) {
                return Optional.of(new ValueSpec.Known(fact));
            }
        }
        var words = place.facts.stream().map(Fact::word).toList();
        boolean elsewhere = Arrays.stream(Fact.values()).anyMatch(fact -> fact.word().equals(word));
        map.wrong(
                key,
                "\""
                        + word
                        + (elsewhere ? "\" is not known in this row" : "\" is unknown")
                        + ": expected one of "
                        + String.join(", ", words)
                        + Suggestion.hint(word, words));
        return Optional.empty();
    }

    /// The paths of a key whose value is a path or a list of them.
    private static Optional<List<FieldPath>> fields(YamlMap map, String key, Place place) {
        var paths = paths(map, key);
        for (var path : paths) {
            if (path.scope() == Scope.PARENT && place != Place.CHILD) {
                map.wrong(key, path + ": this row has none above it");
            }
            if (path.hasElement() && path.scope() != Scope.OWN) {
                map.wrong(key, path + ": an element can be named only in the row's own object");
            }
        }
        if (paths.isEmpty()) {
            map.wrong(key, "expected a path or a list of paths");
            return Optional.empty();
        }
        return Optional.of(paths);
    }

    private Optional<ValueSpec> explicit(YamlMap map, Place place) {
        Optional<ValueSpec> value;
        if (map.has("value")) {
            value = map.text("value").map(ValueSpec.Constant::new);
        } else if (map.has("compare")) {
            value = compare(map, place);
        } else if (map.has("lookup")) {
            value = lookupValue(map, place);
        } else {
            value = field(map, place).map(field -> field);
        }
        map.finish(
                List.of(
                        "value",
                        "compare",
                        "less",
                        "more",
                        "lookup",
                        "key",
                        "from",
                        "as",
                        "map",
                        "absent",
                        "min",
                        "max",
                        "not-below"));
        return value;
    }

    private static Optional<ValueSpec.Field> field(YamlMap map, Place place) {
        if (!map.has("from")) {
            map.required("from");
            return Optional.empty();
        }
        var as = map.choice("as", Reading.class, Reading.COLUMN);
        var texts = map.textMap("map");
        var absent = map.text("absent");
        var min = bound(map, "min");
        var max = bound(map, "max");
        var notBelow = map.value("not-below", FieldPath::parse);
        if (as != Reading.COLUMN && (!texts.isEmpty() || min.isPresent() || max.isPresent())) {
            map.wrong("as", "map, min and max are for values that are read as their column is");
        }
        return fields(map, "from", place)
                .map(from -> new ValueSpec.Field(from, as, texts, absent, min, max, notBelow));
    }

    private static OptionalDouble bound(YamlMap map, String key) {
        var number =
                map.value(
                        key,
                        text -> {
                            try {
                                return Double.valueOf(text);
                            } catch (NumberFormatException e) {
                                throw LodeException.usage("\"" + text + "\" is not a number");
                            }
                        });
        return number.isPresent() ? OptionalDouble.of(number.get()) : OptionalDouble.empty();
    }

    private static Optional<ValueSpec> compare(YamlMap map, Place place) {
        var less = map.required("less");
        var more = map.required("more");
        var paths = fields(map, "compare", place).orElse(List.of());
        if (paths.size() != 2) {
            map.wrong("compare", "expected two paths");
            return Optional.empty();
        }
        return Optional.of(new ValueSpec.Compare(paths.get(0), paths.get(1), less, more));
    }

    private Optional<ValueSpec> lookupValue(YamlMap map, Place place) {
        var name = map.required("lookup");
        var lookup = Optional.ofNullable(lookups.get(name));
        if (lookup.isEmpty()) {
            map.wrong(
                    "lookup",
                    "\""
                            + name
                            + "\" is not declared under lookups"
                            + Suggestion.hint(name, lookups.keySet()));
            map.map("key");
            return Optional.empty();
        }
        var fields = new ArrayList<ValueSpec.Field>();
        map.map("key")
                .ifPresent(
                        key -> {
                            for (var column : lookup.get().key()) {
                                if (!key.has(column)) {
                                    key.required(column);
                                } else if (key.isMap(column)) {
                                    key.map(column)
                                            .ifPresent(
                                                    own -> {
                                                        field(own, place).ifPresent(fields::add);
                                                        own.finish();
                                                    });
                                } else {
                                    fields(key, column, place)
                                            .map(MappingReader::plain)
                                            .ifPresent(fields::add);
                                }
                            }
                            key.finish();
                        });
        if (fields.size() != lookup.get().key().size()) {
            map.wrong("key", "expected " + String.join(", ", lookup.get().key()));
            return Optional.empty();
        }
        return Optional.of(new ValueSpec.Lookup(name, fields));
    }
}
