package dev.lode.core.pack.publish;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.yaml.YamlMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `publish` of a pack. Mistakes are noted with the others of the file.
public final class PublishReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final String PARQUET = "parquet";
    private static final String ROW_GROUP = "row-group";
    private static final List<String> FORMATS =
            List.of("tar.gz", "jsonl.gz", "jsonl.zst", "csv.gz", PARQUET);
    private static final int MIB = 1 << 20;
    private static final Set<String> OWN_WORDS = Set.of("other-writers", "keep");

    private final Path folder;
    private final Set<String> tables;

    private PublishReader(Path folder, Set<String> tables) {
        this.folder = folder;
        this.tables = tables;
    }

    /// @param folder of the pack; files of queries lie below it
    /// @param tables that the pack declares; empty where it leaves them to others
    /// @param map what stands below `publish`
    public static PublishSpec read(Path folder, Set<String> tables, YamlMap map) {
        return new PublishReader(folder, tables).spec(map);
    }

    private PublishSpec spec(YamlMap map) {
        var publications = new ArrayList<PublicationSpec>();
        for (var name : map.keys()) {
            if (OWN_WORDS.contains(name)) {
                continue;
            }
            if (!NAME.matcher(name).matches()) {
                map.wrong(
                        name,
                        "is not a name: expected a-z, 0-9, _ and -, at most 63 of them, for it"
                                + " becomes a folder");
            }
            map.map(name).map(one -> publication(name, one)).ifPresent(publications::add);
        }
        var others = new LinkedHashMap<String, OtherWriter>();
        map.map("other-writers")
                .ifPresent(
                        writers -> {
                            for (var table : writers.keys()) {
                                known(writers, table, table);
                                writers.text(table)
                                        .ifPresent(word -> others.put(table, writer(word)));
                            }
                            writers.finish();
                        });
        var keep =
                map.map("keep")
                        .map(
                                one -> {
                                    var read =
                                            new PublishSpec.Keep(
                                                    (int) one.number("generations", 2, 1, 10_000),
                                                    (int) one.number("hours", 48, 0, 87_600),
                                                    (int) one.number("feeds", 90, 1, 10_000));
                                    one.finish();
                                    return read;
                                })
                        .orElse(PublishSpec.Keep.DEFAULT);
        map.finish();
        return new PublishSpec(publications, others, keep);
    }

    private static OtherWriter writer(String word) {
        return switch (word) {
            case "triggers" -> new OtherWriter.Triggers();
            case "unknown" -> new OtherWriter.Unknown();
            default -> new OtherWriter.Column(word);
        };
    }

    private PublicationSpec publication(String name, YamlMap map) {
        var aliases = new HashSet<String>();
        var joins = joins(map, aliases);
        var format =
                map.value(
                                "format",
                                text -> {
                                    if (!FORMATS.contains(text)) {
                                        throw LodeException.usage(
                                                "\""
                                                        + text
                                                        + "\" is unknown: expected one of "
                                                        + String.join(", ", FORMATS)
                                                        + Suggestion.hint(text, FORMATS));
                                    }
                                    return text;
                                })
                        .orElse("tar.gz");
        var content = content(map, format, aliases);
        var spec =
                new PublicationSpec(
                        name,
                        map.text("title").orElse(name),
                        rows(map),
                        map.required("key"),
                        joins,
                        partition(map, aliases),
                        format,
                        map.text("ending").orElse(format.equals("tar.gz") ? ".json" : ""),
                        map.flag("all", true),
                        map.flag("public", true),
                        (int) map.number("item-size", 2048, 1, 64 * MIB),
                        (int) map.number("largest-item", 32L * MIB, 1024, 1L << 30),
                        content,
                        depends(map));
        map.finish(
                List.of(
                        "table",
                        "query",
                        "json",
                        "csv",
                        PARQUET,
                        ROW_GROUP,
                        "partition",
                        "joins",
                        "depends"));
        return spec;
    }

    private Rows rows(YamlMap map) {
        if (map.has("query") == map.has("table")) {
            map.wrong(
                    map.has("query") ? "query" : "table",
                    map.has("query")
                            ? "stands beside table: one of them says where items come from"
                            : "is missing: expected a table, or a query's file");
        }
        if (map.has("query")) {
            return query(map);
        }
        var table = map.text("table").orElse("");
        known(map, "table", table);
        return new Rows.OfTable(table);
    }

    private Rows query(YamlMap map) {
        var name = map.text("query").orElse("");
        var file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize())) {
            map.wrong("query", "\"" + name + "\" lies outside of the pack");
            return new Rows.OfQuery(file, "");
        }
        try {
            return new Rows.OfQuery(
                    file, Files.readString(file).strip().replaceFirst(";\\s*$", ""));
        } catch (IOException e) {
            map.wrong("query", "\"" + name + "\" cannot be read: " + e.getMessage());
            return new Rows.OfQuery(file, "");
        }
    }

    private List<Join> joins(YamlMap map, Set<String> aliases) {
        var joins = new ArrayList<Join>();
        map.map("joins")
                .ifPresent(
                        all -> {
                            for (var alias : all.keys()) {
                                all.map(alias)
                                        .ifPresent(
                                                one -> {
                                                    joins.add(
                                                            new Join(
                                                                    alias,
                                                                    link(one, "table", aliases)));
                                                    one.finish();
                                                });
                                if (!alias.matches("[a-z][a-z0-9_]*")) {
                                    all.wrong(alias, "is not a name: expected a-z, 0-9 and _");
                                }
                                aliases.add(alias);
                            }
                            all.finish();
                        });
        return joins;
    }

    private Link link(YamlMap map, String key, Set<String> aliases) {
        var table = map.required(key);
        if (map.has(key)) {
            known(map, key, table);
        }
        var columns = new LinkedHashMap<String, ColumnRef>();
        map.textMap("where")
                .forEach(
                        (column, text) ->
                                columns.put(column, reference(map, "where", text, aliases)));
        if (columns.isEmpty()) {
            map.wrong("where", "expected a column of " + table + " and what it equals");
        }
        return new Link(table, columns);
    }

    private static ColumnRef reference(YamlMap map, String key, String text, Set<String> aliases) {
        var reference = ColumnRef.parse(text);
        if (!reference.alias().isEmpty() && !aliases.contains(reference.alias())) {
            map.wrong(
                    key,
                    "\""
                            + text
                            + "\" names a join that is not known"
                            + Suggestion.hint(reference.alias(), aliases));
        }
        return reference;
    }

    private Optional<PartitionSpec> partition(YamlMap map, Set<String> aliases) {
        if (!map.isMap("partition")) {
            return map.text("partition")
                    .map(
                            text ->
                                    new PartitionSpec(
                                            reference(map, "partition", text, aliases),
                                            "unknown",
                                            Optional.empty()));
        }
        return map.map("partition")
                .map(
                        one -> {
                            var spec =
                                    new PartitionSpec(
                                            reference(
                                                    one, "column", one.required("column"), aliases),
                                            one.text("absent").orElse("unknown"),
                                            one.map("values-of").map(this::valuesOf));
                            one.finish();
                            return spec;
                        });
    }

    private PartitionSpec.ListOf valuesOf(YamlMap map) {
        var list = new PartitionSpec.ListOf(map.required("table"), map.required("column"));
        known(map, "table", list.table());
        map.finish();
        return list;
    }

    private Content columns(YamlMap map, String format, Set<String> aliases) {
        if (!format.equals(PARQUET)) {
            map.wrong(PARQUET, "is for the format parquet, not for " + format);
        }
        var columns =
                map.texts(PARQUET).stream()
                        .map(text -> reference(map, PARQUET, text, aliases))
                        .toList();
        if (columns.isEmpty()) {
            map.wrong(
                    PARQUET,
                    "expected the columns of the file; json beside it makes one more,"
                            + " \"document\"");
        }
        if (map.has("csv")) {
            map.wrong("csv", "is for the format csv.gz, not for " + format);
        }
        var names = new HashSet<String>();
        var document =
                map.map("json")
                        .map(
                                json -> {
                                    var shape = shape(json, aliases, true);
                                    json.finish();
                                    names.add(Content.Columns.DOCUMENT);
                                    return shape;
                                });
        for (var column : columns) {
            if (!names.add(column.column())) {
                map.wrong(
                        PARQUET,
                        "two columns are called \""
                                + column.column()
                                + "\": take a query that names them apart");
            }
        }
        return new Content.Columns(
                columns, document, map.number(ROW_GROUP, 64L * MIB, 65_536, 1L << 30));
    }

    private Content content(YamlMap map, String format, Set<String> aliases) {
        if (format.equals(PARQUET) || map.has(PARQUET)) {
            return columns(map, format, aliases);
        }
        if (map.has(ROW_GROUP)) {
            map.text(ROW_GROUP);
            map.wrong(ROW_GROUP, "is for the format parquet, not for " + format);
        }
        boolean csv = format.equals("csv.gz");
        if (csv || map.has("csv")) {
            if (!csv) {
                map.wrong("csv", "is for the format csv.gz, not for " + format);
            }
            var columns =
                    map.texts("csv").stream()
                            .map(text -> reference(map, "csv", text, aliases))
                            .toList();
            if (columns.isEmpty()) {
                map.wrong("csv", "expected the columns of the records");
            }
            if (map.has("json")) {
                map.wrong("json", "stands beside csv: one of them says what an item is");
            }
            return new Content.Csv(columns);
        }
        int normal = format.equals("tar.gz") ? 2 : 0;
        return map.map("json")
                .map(
                        json -> {
                            int indent = (int) json.number("indent", normal, 0, 8);
                            if (indent > 0 && !format.equals("tar.gz")) {
                                json.wrong(
                                        "indent", "must be 0 in " + format + ": an item is a line");
                            }
                            var shape = shape(json, aliases, true);
                            json.finish();
                            return (Content) new Content.Json(indent, shape);
                        })
                .orElse(new Content.Json(normal, Shape.ALL));
    }

    private Shape shape(YamlMap map, Set<String> aliases, boolean mayNest) {
        var fields = new LinkedHashMap<String, Field>();
        map.map("fields")
                .ifPresent(
                        all -> {
                            for (var name : all.keys()) {
                                field(all, name, aliases, mayNest)
                                        .ifPresent(field -> fields.put(name, field));
                            }
                            all.finish();
                        });
        return new Shape(map.texts("columns"), map.texts("omit"), fields);
    }

    private Optional<Field> field(YamlMap all, String name, Set<String> aliases, boolean mayNest) {
        if (!all.isMap(name)) {
            return all.value(name, Template::parse)
                    .map(template -> checked(all, name, template, aliases))
                    .map(Field.OfTemplate::new);
        }
        return all.map(name)
                .flatMap(
                        one -> {
                            if (one.has("column")) {
                                var column =
                                        reference(one, "column", one.required("column"), aliases);
                                one.finish();
                                return Optional.of(new Field.OfColumn(column));
                            }
                            if (!mayNest) {
                                all.wrong(name, "rows within rows are not published");
                                return Optional.empty();
                            }
                            return Optional.of(nested(one, aliases));
                        });
    }

    private Field nested(YamlMap one, Set<String> aliases) {
        boolean list = one.has("rows");
        if (!list && !one.has("row")) {
            one.wrong("rows", "is missing: expected column, row or rows");
        }
        var link = link(one, list ? "rows" : "row", aliases);
        Optional<Template> each = list ? one.value("each", Template::parse) : Optional.empty();
        each.ifPresent(template -> checked(one, "each", template, Set.of()));
        var shape = shape(one, Set.of(), false);
        List<String> order = list ? one.texts("order") : List.of();
        one.finish();
        return list ? new Field.OfRows(link, shape, each, order) : new Field.OfRow(link, shape);
    }

    private static Template checked(
            YamlMap map, String key, Template template, Set<String> aliases) {
        for (var part : template.parts()) {
            if (part instanceof Template.Part.Column(ColumnRef column)
                    && !column.alias().isEmpty()
                    && !aliases.contains(column.alias())) {
                map.wrong(
                        key,
                        "{"
                                + column
                                + "} names a join that is not known"
                                + Suggestion.hint(column.alias(), aliases));
            }
        }
        return template;
    }

    private List<Link> depends(YamlMap map) {
        var links = new ArrayList<Link>();
        map.map("depends")
                .ifPresent(
                        all -> {
                            for (var table : all.keys()) {
                                known(all, table, table);
                                var columns = new LinkedHashMap<String, ColumnRef>();
                                Map<String, String> texts = all.textMap(table);
                                texts.forEach(
                                        (column, own) -> columns.put(column, ColumnRef.parse(own)));
                                if (columns.isEmpty()) {
                                    all.wrong(
                                            table,
                                            "expected a column of it and the query's column that"
                                                    + " equals it");
                                }
                                links.add(new Link(table, columns));
                            }
                            all.finish();
                        });
        if (links.isEmpty() && map.has("query")) {
            map.wrong("depends", "is missing: expected the tables that the query reads");
        }
        if (!links.isEmpty() && !map.has("query")) {
            map.wrong("depends", "is for a query: of a table it follows from the joins and fields");
        }
        return links;
    }

    private void known(YamlMap map, String key, String table) {
        if (!tables.isEmpty() && !table.isEmpty() && !tables.contains(table)) {
            map.wrong(
                    key,
                    "\"" + table + "\" is no table of this pack" + Suggestion.hint(table, tables));
        }
    }
}
