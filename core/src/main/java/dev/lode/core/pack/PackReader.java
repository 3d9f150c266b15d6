package dev.lode.core.pack;

import dev.lode.core.LodeException;
import dev.lode.core.pack.document.MappingReader;
import dev.lode.core.pack.intake.IntakeReader;
import dev.lode.core.pack.intake.IntakeSpec;
import dev.lode.core.pack.publish.PublishReader;
import dev.lode.core.pack.publish.PublishSpec;
import dev.lode.core.yaml.Mistakes;
import dev.lode.core.yaml.YamlMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads `pack.yaml`. All mistakes are reported together, with line numbers.
public final class PackReader {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final RejectLimit DEFAULT_REJECTS = new RejectLimit(1000, 0.001);

    private PackReader() {}

    /// @param folder of the pack
    /// @throws LodeException of kind USAGE that lists every mistake
    public static Pack read(Path folder) {
        var file = folder.resolve("pack.yaml");
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw LodeException.usage(
                    folder.getFileName() + ": has no readable pack.yaml (" + e.getMessage() + ")");
        }
        return parse(folder, text);
    }

    /// The pack that `text` declares; `folder` is only remembered.
    public static Pack parse(Path folder, String text) {
        var mistakes = new Mistakes("pack '" + folder.getFileName() + "'");
        var root = YamlMap.parse(text, mistakes);
        var dataset = root.required("dataset");
        if (root.has("dataset") && !NAME.matcher(dataset).matches()) {
            root.wrong(
                    "dataset",
                    "\"" + dataset + "\" is not a name: expected a-z, 0-9, _ and -, at most 63");
        }
        var snapshot = root.text("snapshot").orElse("{item}-{date}.csv");
        if (!snapshot.contains("{item}") || !snapshot.contains("{date}")) {
            root.wrong("snapshot", "\"" + snapshot + "\" must hold {item} and {date}");
        }
        var s3 =
                root.map("source")
                        .flatMap(
                                source -> {
                                    var spec = source.map("s3").map(PackReader::s3);
                                    source.finish(List.of("s3"));
                                    return spec;
                                });
        var limit =
                root.map("limits")
                        .map(map -> rejects(map, DEFAULT_REJECTS))
                        .orElse(DEFAULT_REJECTS);
        var tables = tables(root, limit);
        var publish =
                root.map("publish")
                        .map(map -> PublishReader.read(folder, names(tables), map))
                        .orElse(PublishSpec.NONE);
        var pack =
                new Pack(
                        folder,
                        dataset,
                        root.text("title").orElse(dataset),
                        root.text("licence").orElse(""),
                        root.text("schema").orElse("public"),
                        s3,
                        snapshot,
                        root.texts("ignore"),
                        root.map("format")
                                .map(PackReader::format)
                                .orElseGet(() -> List.of(plain())),
                        tables.stream().map(table -> published(table, publish)).toList(),
                        root.map("services").map(ServicesReader::read).orElse(ServicesSpec.NONE),
                        root.map("documents").map(MappingReader::read),
                        root.map("intake").map(IntakeReader::read).orElse(IntakeSpec.DEFAULT),
                        publish);
        root.finish();
        mistakes.throwIfAny();
        return pack;
    }

    private static Set<String> names(List<TableSpec> tables) {
        return tables.stream().map(TableSpec::table).collect(Collectors.toSet());
    }

    /// A table that publications read has its changes recorded, whatever it says itself.
    private static TableSpec published(TableSpec table, PublishSpec publish) {
        return publish.reads(table.table())
                ? table.publishing(publish.linkColumns(table.table()))
                : table;
    }

    private static S3Spec s3(YamlMap map) {
        var spec =
                new S3Spec(
                        map.text("endpoint"),
                        map.required("bucket"),
                        map.text("prefix").orElse(""),
                        map.text("region").orElse("us-east-1"),
                        map.flag("anonymous", false),
                        map.flag("path-style", map.has("endpoint")));
        map.finish();
        return spec;
    }

    private static DialectSpec plain() {
        return new DialectSpec(
                Optional.empty(), ',', '"', '"', true, DialectSpec.NullSpelling.UNQUOTED_EMPTY);
    }

    private static List<DialectSpec> format(YamlMap format) {
        var dialects = new ArrayList<DialectSpec>();
        format.map("csv")
                .ifPresent(
                        csv -> {
                            dialects.add(dialect(csv, plain()));
                            for (var era : csv.maps("dialects")) {
                                if (!era.has("until")) {
                                    era.wrong(
                                            "until",
                                            "the last snapshot date of this dialect is missing");
                                }
                                dialects.add(dialect(era, plain()));
                                era.finish();
                            }
                            csv.finish();
                        });
        format.finish();
        return dialects;
    }

    private static DialectSpec dialect(YamlMap map, DialectSpec absent) {
        if (!map.flag("header", true)) {
            map.wrong(
                    "header",
                    "false: a file without the names of its columns cannot be loaded, for they are"
                            + " found by name; put a line with the names before its first record");
        }
        return new DialectSpec(
                map.value("until", PackReader::date),
                map.value("delimiter", PackReader::character).orElse(absent.delimiter()),
                map.value("quote", PackReader::character).orElse(absent.quote()),
                map.value("escape", PackReader::character)
                        .orElseGet(
                                () ->
                                        map.has("quote")
                                                ? map.value("quote", PackReader::character)
                                                        .orElse('"')
                                                : absent.escape()),
                map.flag("header", absent.header()),
                map.choice("null", DialectSpec.NullSpelling.class, absent.nulls()));
    }

    private static List<TableSpec> tables(YamlMap root, RejectLimit limit) {
        var specs = new ArrayList<TableSpec>();
        var items = new HashSet<String>();
        root.map("tables")
                .ifPresent(
                        tables -> {
                            for (var name : tables.keys()) {
                                tables.map(name)
                                        .ifPresent(
                                                map -> {
                                                    var item = map.text("item").orElse(name);
                                                    if (!items.add(item)) {
                                                        map.wrong(
                                                                "item",
                                                                "\""
                                                                        + item
                                                                        + "\" already belongs to"
                                                                        + " another table");
                                                    }
                                                    specs.add(
                                                            new TableSpec(
                                                                    name,
                                                                    item,
                                                                    map.choice(
                                                                            "mode",
                                                                            LoadMode.class,
                                                                            LoadMode.UPSERT),
                                                                    map.texts("key"),
                                                                    map.text("version"),
                                                                    map.flag("empty-ok", false),
                                                                    map.textMap("fill"),
                                                                    map.texts("ignore-columns"),
                                                                    map.map("limits")
                                                                            .map(
                                                                                    own ->
                                                                                            rejects(
                                                                                                    own,
                                                                                                    limit))
                                                                            .orElse(limit),
                                                                    map.choice(
                                                                            "orphans",
                                                                            Orphans.class,
                                                                            Orphans.KEEP),
                                                                    vanished(map),
                                                                    map.choice(
                                                                                    "changes",
                                                                                    Changes.class,
                                                                                    Changes.OFF)
                                                                            == Changes.RECORD,
                                                                    List.of()));
                                                    map.finish();
                                                });
                            }
                        });
        if (specs.isEmpty() && !root.has("documents") && !root.has("publish")) {
            root.wrong("tables", "expected at least one table");
        }
        return specs;
    }

    /// Whether a table's changes are recorded.
    private enum Changes {
        OFF,
        RECORD
    }

    private static VanishedSpec vanished(YamlMap map) {
        var absent = VanishedSpec.DEFAULT;
        var policy = map.choice("vanished", VanishedSpec.Policy.class, absent.policy());
        var mark = map.text("vanished-mark");
        boolean marks = policy == VanishedSpec.Policy.MARK;
        if (marks && mark.isEmpty()) {
            map.wrong("vanished", "mark needs the name of a column under vanished-mark");
        }
        if (!marks && mark.isPresent()) {
            map.wrong("vanished-mark", "is only for vanished: mark");
        }
        var limit =
                map.map("vanished-limit")
                        .map(
                                own -> {
                                    var read =
                                            new RejectLimit(
                                                    own.number(
                                                            "rows",
                                                            absent.limit().count(),
                                                            0,
                                                            Long.MAX_VALUE),
                                                    own.share("share", absent.limit().share()));
                                    own.finish();
                                    return read;
                                })
                        .orElse(absent.limit());
        return new VanishedSpec(policy, mark, limit);
    }

    private static RejectLimit rejects(YamlMap map, RejectLimit absent) {
        var limit =
                new RejectLimit(
                        map.number("rejects", absent.count(), 0, Long.MAX_VALUE),
                        map.share("reject-share", absent.share()));
        map.finish();
        return limit;
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw LodeException.usage("\"" + text + "\" is not a date: expected YYYY-MM-DD");
        }
    }

    private static char character(String text) {
        if (text.length() != 1 || text.charAt(0) > 126) {
            throw LodeException.usage("\"" + text + "\" is not one ASCII character");
        }
        return text.charAt(0);
    }
}
