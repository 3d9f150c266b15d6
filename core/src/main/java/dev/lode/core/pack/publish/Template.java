package dev.lode.core.pack.publish;

import dev.lode.core.LodeException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A text with columns in it: `https://example.org/courts/{court_id}/`. NULL where one of them is.
///
/// @param parts in their order
public record Template(List<Part> parts) {
    private static final Pattern COLUMN = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern NAME = Pattern.compile("([A-Za-z_][\\w$]*\\.)?[A-Za-z_][\\w$]*");

    /// A piece of the text.
    public sealed interface Part {
        /// It stands as it is.
        record Text(String text) implements Part {}

        /// The value of a column.
        record Column(ColumnRef column) implements Part {}
    }

    public Template {
        parts = List.copyOf(parts);
    }

    /// Reads a text.
    ///
    /// @throws LodeException of kind USAGE for a brace without its partner or what is no column
    public static Template parse(String text) {
        var parts = new ArrayList<Part>();
        var matcher = COLUMN.matcher(text);
        int at = 0;
        while (matcher.find()) {
            add(parts, text.substring(at, matcher.start()), text);
            String name = matcher.group(1);
            if (!NAME.matcher(name).matches()) {
                throw LodeException.usage("\"" + text + "\": \"" + name + "\" is no column");
            }
            parts.add(new Part.Column(ColumnRef.parse(name)));
            at = matcher.end();
        }
        add(parts, text.substring(at), text);
        return new Template(parts);
    }

    private static void add(List<Part> parts, String text, String whole) {
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw LodeException.usage("\"" + whole + "\": a brace without its partner");
        }
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text));
        }
    }
}
