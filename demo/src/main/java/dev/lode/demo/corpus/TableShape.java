package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A table and the item that carries it.
///
/// @param columns in the order of the file's header
record TableShape(String table, String item, List<ColumnShape> columns) {
    TableShape {
        columns = List.copyOf(columns);
    }

    /// The columns that refer to a table of the corpus.
    int[] references() {
        return IntStream.range(0, columns.size())
                .filter(i -> !columns.get(i).references().isEmpty())
                .toArray();
    }

    OptionalInt indexOf(String column) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).name().equals(column))
                .findFirst();
    }

    /// All tables, by name, in the order of the publisher's load script. Source: the columns of the
    /// public files of 2026.
    static Map<String, TableShape> all() {
        try (var stream =
                        Objects.requireNonNull(TableShape.class.getResourceAsStream("tables.txt"));
                var reader =
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var shapes = new LinkedHashMap<String, TableShape>();
            var head = List.of("");
            var columns = new ArrayList<ColumnShape>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(" ")) {
                    columns.add(column(line.strip()));
                } else {
                    close(head, columns, shapes);
                    head = List.of(line.split(" ", 2));
                    columns.clear();
                }
            }
            close(head, columns, shapes);
            return shapes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(
            List<String> head, List<ColumnShape> columns, Map<String, TableShape> shapes) {
        if (head.size() == 2) {
            shapes.put(head.getFirst(), new TableShape(head.getFirst(), head.getLast(), columns));
        }
    }

    private static ColumnShape column(String line) {
        var parts = line.split(" ", -1);
        if (parts.length < 2) {
            throw LodeException.bug("tables.txt: \"" + line + "\" is not a column", null);
        }
        boolean nullable = parts[1].endsWith("?");
        var type = nullable ? parts[1].substring(0, parts[1].length() - 1) : parts[1];
        int open = type.indexOf('(');
        int maxChars = open < 0 ? 0 : Integer.parseInt(type.substring(open + 1, type.length() - 1));
        var name = open < 0 ? type : type.substring(0, open);
        return new ColumnShape(
                parts[0],
                ColumnShape.Type.valueOf(name.toUpperCase(Locale.ROOT)),
                maxChars,
                nullable,
                parts.length > 2 ? parts[2] : "");
    }
}
