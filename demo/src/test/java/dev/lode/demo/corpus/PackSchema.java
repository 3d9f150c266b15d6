package dev.lode.demo.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// What the pack's `schema.sql` says, read with a few patterns.
record PackSchema(
        Map<String, Map<String, String>> columns,
        Map<String, List<List<String>>> unique,
        List<ForeignKey> foreignKeys,
        List<String> names) {
    record ForeignKey(String name, String table, String column, String parent) {}

    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL);
    private static final Pattern COLUMN =
            Pattern.compile("\\n {4}(?!CONSTRAINT)(\\w+) ([^\\n]*?)(?=,?(\\n|$))");
    private static final Pattern UNIQUE = Pattern.compile("UNIQUE \\((.*?)\\)");
    private static final Pattern FOREIGN_KEY =
            Pattern.compile(
                    "ALTER TABLE (\\w+) ADD CONSTRAINT (\\w+) FOREIGN KEY \\((\\w+)\\) REFERENCES"
                            + " (\\w+) \\(id\\) DEFERRABLE INITIALLY DEFERRED;");
    private static final Pattern NAME = Pattern.compile("(?:CONSTRAINT|INDEX) (\\w+) (?!\\.)");

    static final Path FOLDER = Path.of("..", "packs", "courtlistener");

    Map<String, String> columns(String table) {
        return Objects.requireNonNull(columns.get(table), table);
    }

    /// The primary key and the unique keys.
    List<List<String>> unique(String table) {
        return Objects.requireNonNull(unique.get(table), table);
    }

    static PackSchema read() throws IOException {
        var sql = Files.readString(FOLDER.resolve("schema.sql")).replaceAll("(?m)^--.*$", "");
        var columns = new LinkedHashMap<String, Map<String, String>>();
        var unique = new LinkedHashMap<String, List<List<String>>>();
        for (var table = TABLE.matcher(sql); table.find(); ) {
            var types = new LinkedHashMap<String, String>();
            for (var column = COLUMN.matcher(table.group(2)); column.find(); ) {
                types.put(column.group(1), column.group(2));
            }
            columns.put(table.group(1), types);
            var keys = new ArrayList<List<String>>();
            keys.add(List.of("id"));
            for (var key = UNIQUE.matcher(table.group(2)); key.find(); ) {
                keys.add(List.of(key.group(1).split(", ", -1)));
            }
            unique.put(table.group(1), keys);
        }
        var foreignKeys = new ArrayList<ForeignKey>();
        for (var key = FOREIGN_KEY.matcher(sql); key.find(); ) {
            foreignKeys.add(new ForeignKey(key.group(2), key.group(1), key.group(3), key.group(4)));
        }
        var names = new ArrayList<String>();
        for (var name = NAME.matcher(sql); name.find(); ) {
            names.add(name.group(1));
        }
        return new PackSchema(columns, unique, foreignKeys, names);
    }
}
