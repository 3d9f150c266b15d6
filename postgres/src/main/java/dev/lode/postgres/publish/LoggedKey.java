package dev.lode.postgres.publish;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Reads the flat JSON objects of the log of changes: texts, numbers, true, false and null. What is
/// nested, as a composite column would be, is kept as its text.
final class LoggedKey {
    private final String text;
    private int at;

    private LoggedKey(String text) {
        this.text = text;
    }

    /// The values by column, as PostgreSQL writes them as text but for the quotes; null for NULL.
    static Map<String, @Nullable String> parse(String json) {
        return new LoggedKey(json).object();
    }

    private Map<String, @Nullable String> object() {
        var values = new HashMap<String, @Nullable String>();
        expect('{');
        blanks();
        while (peek() != '}') {
            String name = string();
            expect(':');
            blanks();
            values.put(name, value());
            blanks();
            if (peek() == ',') {
                at++;
                blanks();
            }
        }
        return values;
    }

    private @Nullable String value() {
        if (peek() == '"') {
            return string();
        }
        int start = at;
        int depth = 0;
        while (depth > 0 || (peek() != ',' && peek() != '}')) {
            char c = peek();
            if (c == '"') {
                string();
                continue;
            }
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            at++;
        }
        String word = text.substring(start, at).strip();
        return switch (word) {
            case "null" -> null;
            case "true" -> "t";
            case "false" -> "f";
            default -> word;
        };
    }

    private String string() {
        expect('"');
        var value = new StringBuilder();
        while (peek() != '"') {
            char c = peek();
            at++;
            if (c != '\\') {
                value.append(c);
                continue;
            }
            char escaped = peek();
            at++;
            switch (escaped) {
                case 'n' -> value.append('\n');
                case 't' -> value.append('\t');
                case 'r' -> value.append('\r');
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'u' -> {
                    value.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> value.append(escaped);
            }
        }
        at++;
        return value.toString();
    }

    private void expect(char wanted) {
        blanks();
        if (peek() != wanted) {
            throw broken();
        }
        at++;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw broken();
        }
        return text.charAt(at);
    }

    private LodeException broken() {
        return LodeException.bug("a key of lode.changed is no flat JSON object: " + text, null);
    }
}
