package dev.lode.engine.publish;

import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.publish.PublishDatabase;
import dev.lode.publish.Manifest;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.store.Disk;
import dev.lode.testkit.postgres.Db;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// A small dataset of courts, dockets, opinions and citations, and what publishes it.
public final class Publishing {
    public static final String TABLES =
            """
            CREATE TABLE court (id text PRIMARY KEY, name text);
            CREATE TABLE docket (id integer PRIMARY KEY, court_id text, name text);
            CREATE INDEX docket_court ON docket (court_id);
            CREATE TABLE opinion (id integer PRIMARY KEY, docket_id integer, body text,
                                  filed date, weight double precision, modified timestamptz);
            CREATE INDEX opinion_docket ON opinion (docket_id);
            CREATE TABLE citation (id integer PRIMARY KEY, opinion_id integer, volume integer, page text);
            CREATE INDEX citation_opinion ON citation (opinion_id);
            """;

    /// Two courts with items, one without; a docket of no court.
    public static final String ROWS =
            """
            INSERT INTO court VALUES ('ca1', 'First'), ('ca2', 'Second'), ('empty', 'None');
            INSERT INTO docket VALUES (1, 'ca1', 'A v. B'), (2, 'ca2', 'C v. D'), (3, NULL, 'E');
            INSERT INTO opinion VALUES (10, 1, 'one "quoted" \\ é', '2020-02-29', 1.5, '2026-01-01 00:00Z'),
                (11, 1, '', NULL, NULL, NULL), (12, 2, E'line\\nbreak', '1999-01-01', 0.1, NULL), (13, 3, NULL, NULL, 3, NULL);
            INSERT INTO citation VALUES (1, 10, 410, '113'), (2, 10, 93, '705'), (3, 12, 5, '137');
            """;

    public static final String PUBLISH =
            """
            dataset: courts
            tables:
              court: {}
              docket: {}
              opinion: {}
              citation: {}
            publish:
              opinions:
                title: Opinions by court
                table: opinion
                key: id
                joins:
                  docket: { table: docket, where: { id: docket_id } }
                partition: { column: docket.court_id, values-of: { table: court, column: id } }
                json:
                  omit: [modified]
                  fields:
                    docket: "https://example.org/dockets/{docket_id}/"
                    case: { column: docket.name }
                    court: { row: court, where: { id: docket.court_id } }
                    citations: { rows: citation, where: { opinion_id: id }, columns: [volume, page], order: [id] }
                    pages: { rows: citation, where: { opinion_id: id }, each: "p. {page}" }
              dockets:
                title: Dockets
                table: docket
                key: id
                format: jsonl.gz
              citations:
                title: Citations
                table: citation
                key: id
                format: csv.gz
                csv: [opinion_id, volume, page]
            """;

    public static final String TRIGGERS =
            """
              other-writers: { court: triggers, docket: triggers, opinion: triggers, citation: triggers }
            """;

    private final Db db;
    private final Path folder;
    private final Pack pack;
    private Instant now = Instant.parse("2026-06-30T12:00:00Z");
    private boolean compare;

    private Publishing(Db db, Path folder, Pack pack) {
        this.db = db;
        this.folder = folder;
        this.pack = pack;
    }

    /// @param pack whose tables are in the database's schema
    public static Publishing of(Db db, Path folder, String pack) {
        new TargetDatabase(new Database(settings(db), db.schema()), "test").migrateLedger();
        return new Publishing(
                db, folder, PackReader.parse(folder, pack + "schema: " + db.schema() + "\n"));
    }

    public static DatabaseSettings settings(Db db) {
        return new DatabaseSettings(
                "127.0.0.1",
                db.server().port(),
                db.database(),
                db.user(),
                Optional.of(db.password()),
                Map.of("sslmode", "disable"));
    }

    public Pack pack() {
        return pack;
    }

    public Publishing comparing() {
        compare = true;
        return this;
    }

    public DatasetPublish operation(PublishPlace place) {
        return operation(place, Optional.empty());
    }

    public DatasetPublish operation(PublishPlace place, Optional<BucketTarget> bucket) {
        now = now.plusSeconds(3600);
        return new DatasetPublish(
                pack,
                new PublishDatabase(new Database(settings(db), db.schema()), "test", pack),
                place,
                bucket,
                new PublishSettings(
                        2,
                        Compression.of("auto", 6),
                        Duration.ofMinutes(10),
                        100_000,
                        compare,
                        Duration.ofSeconds(60)),
                RunListener.SILENT,
                () -> now);
    }

    public PublishPlace place() {
        return PublishPlace.of(folder, Disk.LOCAL, true);
    }

    public PublishReport run(String... only) throws InterruptedException {
        return operation(place())
                .run(
                        DatasetPublish.chosen(pack, List.of(only)),
                        new RunOrigin("test", 1, "test"),
                        () -> {});
    }

    /// What came of one publication; its failure is thrown.
    public PublicationOutcome publish(String name) throws InterruptedException {
        var outcome = run(name).publications().getFirst();
        if (outcome.failure().isPresent()) {
            throw outcome.failure().get();
        }
        return outcome;
    }

    public PublicationFolder folder(String publication) {
        return new PublicationFolder(
                place().published().resolve(pack.dataset()).resolve(publication));
    }

    public Manifest latest(String publication) throws IOException {
        return folder(publication).latest().orElseThrow();
    }

    /// The names of all archives and what is in them: files of a tar as their text, lines as they
    /// are.
    public Archives items(String publication) throws IOException {
        var all = new TreeMap<String, Map<String, String>>();
        for (PublishedFile file : latest(publication).files()) {
            byte[] archive = Files.readAllBytes(folder(publication).resolve(file.path()));
            try (var gzip = new GZIPInputStream(new ByteArrayInputStream(archive))) {
                byte[] bytes = gzip.readAllBytes();
                all.put(
                        file.partition(),
                        file.path().endsWith("tar.gz") ? tar(bytes) : lines(bytes));
            }
        }
        return new Archives(all);
    }

    /// What is in the archives, by partition.
    public record Archives(Map<String, Map<String, String>> all) {
        public Set<String> keySet() {
            return all.keySet();
        }

        public Map<String, String> get(String partition) {
            var items = all.get(partition);
            if (items == null) {
                throw new AssertionError("no archive of " + partition + " in " + all.keySet());
            }
            return items;
        }
    }

    private static Map<String, String> tar(byte[] bytes) {
        var items = new TreeMap<String, String>();
        int at = 0;
        while (at + 512 <= bytes.length && bytes[at] != 0) {
            String name = text(bytes, at, 100);
            int size = Integer.parseInt(text(bytes, at + 124, 12).strip(), 8);
            items.put(name, new String(bytes, at + 512, size, StandardCharsets.UTF_8));
            at += 512 + (size + 511) / 512 * 512;
        }
        return items;
    }

    private static String text(byte[] bytes, int at, int most) {
        int end = at;
        while (end < at + most && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    private static Map<String, String> lines(byte[] bytes) {
        var items = new TreeMap<String, String>();
        new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> items.put(String.format("%04d", items.size()), line));
        return items;
    }
}
