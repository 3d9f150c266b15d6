package dev.lode.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.pack.PackReader;
import dev.lode.publish.Manifest;
import dev.lode.publish.PublishedFile;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Publications of Parquet from the database, read by DuckDB.
@OnPostgres
class ParquetPublishTest {
    static final String COLUMNS =
            """
            dataset: courts
            tables: { court: {}, docket: {}, opinion: {}, citation: {} }
            publish:
              opinions:
                table: opinion
                key: id
                joins:
                  docket: { table: docket, where: { id: docket_id } }
                partition: { column: docket.court_id, values-of: { table: court, column: id } }
                format: parquet
                parquet: [id, docket.court_id, docket.name, filed, weight, modified, body]
                json:
                  columns: [id]
                  fields:
                    citations: { rows: citation, where: { opinion_id: id }, columns: [volume, page], order: [id] }
                row-group: 65536
            """;

    @TempDir Path folder;

    private Publishing filled(Db db) {
        db.run(Publishing.TABLES + Publishing.ROWS);
        return Publishing.of(db, folder, COLUMNS + Publishing.TRIGGERS);
    }

    private static List<List<String>> read(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (var found = statement.executeQuery(sql)) {
                var rows = new ArrayList<List<String>>();
                while (found.next()) {
                    var row = new ArrayList<String>();
                    for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(found.getString(i)));
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    private static String path(Publishing publishing, String partition) throws IOException {
        var file = publishing.latest("opinions").file(partition).orElseThrow();
        return "'" + publishing.folder("opinions").resolve(file.path()) + "'";
    }

    @Test
    void columnsHaveTheTypesOfTheTableAndDocumentsTheirOwn(Db db) throws Exception {
        var publishing = filled(db);
        assertThat(publishing.run().state()).isEqualTo("completed");

        var latest = publishing.latest("opinions");
        assertThat(latest.format()).isEqualTo("parquet");
        assertThat(latest.shape()).contains("parquet-mr version", "zstd 3");
        assertThat(latest.files())
                .extracting(file -> file.partition() + " " + file.items() + " " + file.alias())
                .containsExactly(
                        "ca1 2 current/ca1.parquet",
                        "ca2 1 current/ca2.parquet",
                        "empty 0 current/empty.parquet",
                        "unknown 1 current/unknown.parquet",
                        "all 4 current/all.parquet");
        for (var file : latest.files()) {
            assertThat(
                            read(
                                    "SELECT string_agg(column_name || ' ' || column_type, ', ')"
                                            + " FROM (DESCRIBE SELECT * FROM "
                                            + path(publishing, file.partition())
                                            + ")"))
                    .as(file.partition())
                    .containsExactly(
                            List.of(
                                    "id INTEGER, court_id VARCHAR, name VARCHAR, filed DATE, weight"
                                            + " DOUBLE, modified TIMESTAMP WITH TIME ZONE, body"
                                            + " VARCHAR, document JSON"));
        }
        assertThat(read("SELECT * FROM " + path(publishing, "all")))
                .containsExactly(
                        List.of(
                                "10",
                                "ca1",
                                "A v. B",
                                "2020-02-29",
                                "1.5",
                                "2026-01-01T00:00Z",
                                "one \"quoted\" \\ é",
                                "{\"id\":10,\"citations\":[{\"volume\":410,\"page\":\"113\"},"
                                        + " {\"volume\":93,\"page\":\"705\"}]}"),
                        List.of(
                                "11",
                                "ca1",
                                "A v. B",
                                "null",
                                "null",
                                "null",
                                "",
                                "{\"id\":11,\"citations\":[]}"),
                        List.of(
                                "12",
                                "ca2",
                                "C v. D",
                                "1999-01-01",
                                "0.1",
                                "null",
                                "line\nbreak",
                                "{\"id\":12,\"citations\":[{\"volume\":5,\"page\":\"137\"}]}"),
                        List.of(
                                "13",
                                "null",
                                "E",
                                "null",
                                "3.0",
                                "null",
                                "null",
                                "{\"id\":13,\"citations\":[]}"));
    }

    @Test
    void incrementalBuildsAreEqualToFullOnesAndToTheDatabase(Db db) throws Exception {
        var random = new Random(7);
        var publishing = filled(db);
        db.run(
                "INSERT INTO opinion SELECT i, 1 + i % 3, repeat(md5(i::text), 1 + i % 40),"
                        + " '2000-01-01'::date + i, i / 7.0, '2020-01-01'::timestamptz + i *"
                        + " interval '1 us' FROM generate_series(100, 1200) i");
        publishing.run();
        for (int round = 0; round < 4; round++) {
            int one = 100 + random.nextInt(1000);
            db.run(
                    switch (round) {
                        case 0 -> "UPDATE opinion SET weight = 'NaN' WHERE id = " + one;
                        case 1 -> "DELETE FROM opinion WHERE id = " + one;
                        case 2 -> "UPDATE opinion SET docket_id = 4 - docket_id WHERE id = " + one;
                        default ->
                                "UPDATE docket SET court_id = 'empty' WHERE id = 2;"
                                        + " INSERT INTO opinion VALUES (5000, 1, 'x');"
                                        + " INSERT INTO citation VALUES (99, "
                                        + one
                                        + ", 1, 'new')";
                    });
            var before = publishing.latest("opinions");
            var outcome = publishing.publish("opinions");
            assertThat(outcome.built().orElseThrow().isNew()).isTrue();
            var latest = publishing.latest("opinions");
            var full =
                    Publishing.of(
                            db,
                            Files.createDirectory(folder.resolve("full-" + round)),
                            COLUMNS + Publishing.TRIGGERS);
            full.run();
            assertThat(sums(latest)).as("round " + round).isEqualTo(sums(full.latest("opinions")));
            if (round < 2) {
                assertThat(outcome.built().orElseThrow().archives()).isEqualTo(2);
                assertThat(latest.files()).filteredOn(before.files()::contains).hasSize(3);
            }
            assertThat(
                            read(
                                    "SELECT id, court_id, weight::VARCHAR, epoch_us(modified),"
                                            + " md5(body), array_to_string(json_extract_string("
                                            + "document, '$.citations[*].page'), ',') FROM "
                                            + path(publishing, "all")
                                            + " ORDER BY id"))
                    .as("round " + round)
                    .isEqualTo(
                            db
                                    .rows(
                                            "SELECT o.id, d.court_id, CASE o.weight WHEN 'NaN' THEN"
                                                    + " 'nan' ELSE o.weight::text || CASE WHEN"
                                                    + " o.weight::text ~ '[.e]' THEN '' ELSE '.0'"
                                                    + " END END, (extract(epoch FROM"
                                                    + " modified - '1970-01-01 00:00Z') *"
                                                    + " 1000000)::bigint, md5(body), (SELECT"
                                                    + " coalesce(string_agg(page, ',' ORDER BY"
                                                    + " c.id), '') FROM citation c WHERE"
                                                    + " c.opinion_id = o.id) FROM opinion o JOIN"
                                                    + " docket d ON d.id = docket_id ORDER BY o.id")
                                    .stream()
                                    .map(ParquetPublishTest::spelled)
                                    .toList());
        }
        var again = publishing.publish("opinions");
        assertThat(again.built().orElseThrow().isNew()).isFalse();
        assertThat(again.read()).isZero();
        assertThat(publishing.comparing().publish("opinions").built().orElseThrow().isNew())
                .isFalse();
    }

    private static List<String> spelled(
            List<? extends @org.jspecify.annotations.Nullable String> row) {
        var spelled = new ArrayList<String>();
        row.forEach(value -> spelled.add(String.valueOf(value)));
        return spelled;
    }

    private static Map<String, String> sums(Manifest manifest) {
        var sums = new TreeMap<String, String>();
        for (PublishedFile file : manifest.files()) {
            sums.put(file.partition(), file.sha256() + " " + file.content());
        }
        return sums;
    }

    @Test
    void aTypeThatChangesMakesTheFilesAnew(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("ALTER TABLE opinion ALTER id TYPE bigint");
        publishing.publish("opinions");

        assertThat(publishing.latest("opinions").generation()).isEqualTo(2);
        assertThat(
                        read(
                                "SELECT column_type FROM (DESCRIBE SELECT id FROM "
                                        + path(publishing, "empty")
                                        + ")"))
                .containsExactly(List.of("BIGINT"));
    }

    @Test
    void aValueWithoutPlaceFailsThePublicationAndLeavesTheGenerationBefore(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("UPDATE opinion SET modified = '294276-12-31 00:00Z' WHERE id = 12");

        assertThatThrownBy(() -> publishing.publish("opinions"))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("column \"modified\": \"294276-12-31");
        assertThat(publishing.latest("opinions").generation()).isEqualTo(1);
        db.run("UPDATE opinion SET modified = 'infinity' WHERE id = 12");
        publishing.publish("opinions");
        assertThat(read("SELECT modified::VARCHAR FROM " + path(publishing, "ca2")))
                .containsExactly(List.of("infinity"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    format: parquet                                       | publish.opinions.parquet: expected the columns of the file
                    parquet: [id]                                         | publish.opinions.parquet: is for the format parquet, not for tar.gz
                    { format: parquet, parquet: [id], csv: [id] }         | publish.opinions.csv: is for the format csv.gz, not for parquet
                    { format: parquet, parquet: [id, id] }                | publish.opinions.parquet: two columns are called "id"
                    { format: parquet, parquet: [document], json: {} }    | publish.opinions.parquet: two columns are called "document"
                    { format: parquet, parquet: [j.id] }                  | publish.opinions.parquet: "j.id" names a join that is not known
                    { format: parquet, parquet: [id], json: {indent: 2} } | unknown key 'publish.opinions.json.indent'
                    row-group: 1000000                                    | publish.opinions.row-group: is for the format parquet, not for tar.gz
                    """)
    void mistakesInThePackAreTold(String lines, String told) {
        String body =
                lines.startsWith("{") ? lines.substring(1, lines.length() - 1).strip() : lines;
        assertThatThrownBy(
                        () ->
                                PackReader.parse(
                                        Path.of("courts"),
                                        "dataset: courts\ntables: { opinion: {} }\npublish:\n"
                                                + "  opinions: { table: opinion, key: id, "
                                                + body
                                                + " }\n"))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining(told);
    }
}
