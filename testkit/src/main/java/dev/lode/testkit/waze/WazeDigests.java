package dev.lode.testkit.waze;

import dev.lode.testkit.postgres.Db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Digests of the nine tables of the pack `waze`, as a loader in Python makes them of a folder of
/// files, and as SQL reads them from the tables. Ids are left out: where a row refers to another
/// one, what identifies that one stands in for its id. So it does not matter in which order files
/// came, nor which of several files with one content was the first.
public final class WazeDigests {
    private static final Map<String, String> COLUMNS = columns();

    private WazeDigests() {}

    /// Whether this machine can run the other loader.
    public static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// What the other loader makes of the files.
    ///
    /// @param incoming the files
    /// @param scratch folder for its script
    /// @return by table its rows and digest; and numbers of what is `failed`, `duplicate`, and of
    ///   `rejects`
    public static Map<String, String> ofFiles(Path incoming, Path scratch)
            throws IOException, InterruptedException {
        var script = Files.createDirectories(scratch).resolve("waze_digests.py");
        try (var in = WazeDigests.class.getResourceAsStream("waze_digests.py")) {
            if (in == null) {
                throw new IOException("waze_digests.py is not on the class path");
            }
            Files.write(script, in.readAllBytes());
        }
        var process =
                new ProcessBuilder("python3", script.toString(), incoming.toString())
                        .redirectErrorStream(true)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("python3: " + out);
        }
        var digests = new TreeMap<String, String>();
        out.lines()
                .forEach(
                        line ->
                                digests.put(
                                        line.substring(0, line.indexOf(' ')),
                                        line.substring(line.indexOf(' ') + 1)));
        return digests;
    }

    /// The same of what is in the tables and in the ledger of documents.
    ///
    /// @param failed how many files failed, which is not for the tables to know
    public static Map<String, String> ofTables(Db db, long failed) {
        var digests = new TreeMap<String, String>();
        COLUMNS.forEach((table, columns) -> digests.put(table, digest(db, table, columns)));
        digests.put("rejects", db.value("SELECT count(*) FROM lode.document_reject"));
        digests.put(
                "duplicate",
                db.value("SELECT count(*) FROM lode.document WHERE state = 'duplicate'"));
        digests.put("failed", String.valueOf(failed));
        return digests;
    }

    private static Map<String, String> columns() {
        var queries = new LinkedHashMap<String, String>();
        queries.put(
                "data_files",
                "t.start_time_millis, t.end_time_millis, MS(t.start_time), MS(t.end_time), FILE");
        queries.put(
                "alerts",
                "t.uuid, t.pub_millis, MS(t.pub_utc_date), t.road_type, t.location, t.street,"
                    + " t.city, t.country, t.magvar, t.reliability, t.report_description,"
                    + " t.report_rating, t.confidence, t.type, t.subtype,"
                    + " t.report_by_municipality_user, t.thumbs_up, t.jam_uuid, FILE, (SELECT"
                    + " k.type || '|' || k.subtype FROM waze.alert_types k WHERE k.id = t.type_id),"
                    + " t.dayofweek");
        queries.put(
                "jams",
                "t.uuid, t.pub_millis, MS(t.pub_utc_date), t.start_node, t.end_node, t.road_type,"
                        + " t.street, t.city, t.country, t.delay, R4(t.speed), R4(t.speed_kmh),"
                        + " t.length, t.turn_type, t.level, t.blocking_alert_id, t.line, t.type,"
                        + " t.turn_line, FILE, t.ns_direction, t.ew_direction, t.dayofweek");
        queries.put(
                "irregularities",
                "t.uuid, t.detection_date_millis, t.detection_date, MS(t.detection_utc_date),"
                    + " t.update_date_millis, t.update_date, MS(t.update_utc_date), t.street,"
                    + " t.city, t.country, t.is_highway, R4(t.speed), R4(t.regular_speed),"
                    + " t.delay_seconds, t.seconds, t.length, t.trend, t.type, R4(t.severity),"
                    + " t.jam_level, t.drivers_count, t.alerts_count, t.n_thumbs_up, t.n_comments,"
                    + " t.n_images, t.line, t.cause_type, t.start_node, t.end_node, FILE");
        queries.put(
                "coordinates",
                "R8(t.latitude), R8(t.longitude), t.\"order\", t.coordinate_type_id, CASE WHEN a.id"
                    + " IS NOT NULL THEN 'alert' WHEN j.id IS NOT NULL THEN 'jam' WHEN i.id IS NOT"
                    + " NULL THEN 'irregularity' END, coalesce(a.uuid, j.uuid, i.uuid),"
                    + " coalesce(a.pub_millis, j.pub_millis, i.detection_date_millis), f.name");
        queries.put("application_version", "t.version_number");
        queries.put("coordinate_type", "t.id, t.type_name");
        queries.put("roads", "t.value, t.name");
        queries.put("alert_types", "t.type, t.subtype");
        return queries;
    }

    private static String digest(Db db, String table, String columns) {
        String values =
                columns.replaceAll("MS\\(([^)]*)\\)", "(extract(epoch FROM $1) * 1000)::bigint")
                        .replaceAll("R4\\(([^)]*)\\)", "encode(float4send($1), 'hex')")
                        .replaceAll("R8\\(([^)]*)\\)", "encode(float8send($1), 'hex')")
                        .replace("FILE", "f.name");
        String joins =
                switch (table) {
                    case "coordinates" ->
                            " LEFT JOIN waze.alerts a ON a.id = t.alert_id LEFT JOIN waze.jams j ON"
                                    + " j.id = t.jam_id LEFT JOIN waze.irregularities i ON i.id ="
                                    + " t.irregularity_id LEFT JOIN files f ON f.id ="
                                    + " coalesce(a.datafile_id, j.datafile_id, i.datafile_id)";
                    case "data_files" -> " LEFT JOIN files f ON f.id = t.id";
                    case "alerts", "jams", "irregularities" ->
                            " LEFT JOIN files f ON f.id = t.datafile_id";
                    default -> "";
                };
        // A file by the first name of its content; a row of the values, one by one as text.
        return db.value(
                "WITH files AS MATERIALIZED (SELECT d.file_id AS id, min(e.name) AS name FROM"
                    + " lode.document d JOIN lode.document e ON e.hash = d.hash WHERE d.state ="
                    + " 'loaded' GROUP BY d.file_id) SELECT count(*) || ' ' || coalesce(sum(('x' ||"
                    + " left(md5(row_text), 15))::bit(60)::bigint), 0) % 1152921504606846976 FROM"
                    + " (SELECT (SELECT string_agg(coalesce('=' || v, '-'), chr(31) ORDER BY n)"
                    + " FROM unnest(ARRAY["
                        + textual(values)
                        + "]) WITH ORDINALITY AS u (v, n)) AS row_text FROM waze."
                        + table
                        + " t"
                        + joins
                        + ") rows");
    }

    /// Each of the values, separated by commas outside of brackets, as text.
    private static String textual(String values) {
        var parts = new ArrayList<String>();
        int depth = 0;
        var part = new StringBuilder();
        for (int i = 0; i < values.length(); i++) {
            char c = values.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add("(" + part + ")::text");
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add("(" + part + ")::text");
        return String.join(", ", parts);
    }
}
