package dev.lode.demo.waze;

import java.util.ArrayList;
import java.util.List;

/// A JSON object in the making: keys and values as text, in their order.
final class FeedObject {
    private final List<String> keys = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    FeedObject raw(String key, String json) {
        keys.add(key);
        values.add(json);
        return this;
    }

    FeedObject text(String key, String value) {
        return raw(key, quoted(value));
    }

    FeedObject number(String key, long value) {
        return raw(key, Long.toString(value));
    }

    void write(StringBuilder out, boolean backwards) {
        out.append('{');
        for (int i = 0; i < keys.size(); i++) {
            int at = backwards ? keys.size() - 1 - i : i;
            out.append(i == 0 ? "\"" : ",\"")
                    .append(keys.get(at))
                    .append("\":")
                    .append(values.get(at));
        }
        out.append('}');
    }

    static String quoted(String value) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        return out.append('"').toString();
    }
}
