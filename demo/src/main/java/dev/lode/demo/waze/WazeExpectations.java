package dev.lode.demo.waze;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a loader should make of the files. Not thread safe.
public final class WazeExpectations {
    private long files;
    private long alerts;
    private long jams;
    private long irregularities;
    private long coordinates;
    private final Map<String, String> duplicates = new LinkedHashMap<>();
    private final Map<String, String> failed = new LinkedHashMap<>();
    private final Map<String, Long> rejects = new LinkedHashMap<>();
    private final Map<String, Long> newFields = new LinkedHashMap<>();

    void loaded(long moreAlerts, long moreJams, long moreIrregularities, long moreCoordinates) {
        files++;
        alerts += moreAlerts;
        jams += moreJams;
        irregularities += moreIrregularities;
        coordinates += moreCoordinates;
    }

    void duplicate(String name, String of) {
        duplicates.put(name, of);
    }

    void failed(String name, String why) {
        failed.put(name, why);
    }

    void rejects(String name, long count) {
        rejects.put(name, count);
    }

    void newField(String path, long count) {
        newFields.merge(path, count, Long::sum);
    }

    /// Rows by table, of the tables that files fill.
    public Map<String, Long> rows() {
        var rows = new LinkedHashMap<String, Long>();
        rows.put("data_files", files);
        rows.put("alerts", alerts);
        rows.put("jams", jams);
        rows.put("irregularities", irregularities);
        rows.put("coordinates", coordinates);
        return rows;
    }

    /// Files with the content of another, and which: either of the two may be the one that is
    /// loaded.
    public Map<String, String> duplicates() {
        return Map.copyOf(duplicates);
    }

    /// Files that cannot be loaded, and what is wrong with them.
    public Map<String, String> failed() {
        return Map.copyOf(failed);
    }

    /// Rejected records by file.
    public Map<String, Long> rejects() {
        return Map.copyOf(rejects);
    }

    /// Fields that the pack does not know, and how often they stand in the files.
    public Map<String, Long> newFields() {
        return Map.copyOf(newFields);
    }

    String json() {
        return "{\n  \"rows\": "
                + object(rows())
                + ",\n  \"duplicates\": "
                + object(duplicates)
                + ",\n  \"failed\": "
                + object(failed)
                + ",\n  \"rejects\": "
                + object(rejects)
                + ",\n  \"newFields\": "
                + object(newFields)
                + "\n}\n";
    }

    private static String object(Map<String, ?> map) {
        var out = new StringBuilder("{");
        map.forEach(
                (key, value) ->
                        out.append(out.length() == 1 ? "\n    " : ",\n    ")
                                .append(FeedObject.quoted(key))
                                .append(": ")
                                .append(
                                        value instanceof Number
                                                ? value
                                                : FeedObject.quoted(value.toString())));
        return out.append(map.isEmpty() ? "}" : "\n  }").toString();
    }
}
