package dev.lode.format.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Counts the fields of a document that its mapping does not know. Belongs to one thread.
final class DriftLog {
    private static final String OTHERS = "(others)";

    /// Bytes of an example.
    private static final int EXAMPLE = 80;

    private final int most;
    private final Map<String, Count> counts = new LinkedHashMap<>();

    /// @param most paths that are told apart
    DriftLog(int most) {
        this.most = most;
    }

    private static final class Count {
        private final String example;
        private long count;

        Count(String example) {
            this.example = example;
        }
    }

    /// Notes a field whose value is the JSON text from `start` to `end`.
    void note(String path, byte[] bytes, int start, int end) {
        boolean full = counts.size() >= most && !counts.containsKey(path);
        counts.computeIfAbsent(
                        full ? OTHERS : path,
                        _ ->
                                new Count(
                                        new String(
                                                bytes,
                                                start,
                                                Math.min(end - start, EXAMPLE),
                                                StandardCharsets.UTF_8)))
                .count++;
    }

    /// In the order in which they were met first.
    List<Drift> all() {
        var all = new ArrayList<Drift>();
        counts.forEach((path, one) -> all.add(new Drift(path, one.count, one.example)));
        return all;
    }

    void clear() {
        counts.clear();
    }
}
