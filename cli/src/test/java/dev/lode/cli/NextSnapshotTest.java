package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.Secret;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusProgress;
import dev.lode.demo.corpus.CorpusReport;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Fault;
import dev.lode.demo.corpus.Packing;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.engine.load.FolderSnapshots;
import dev.lode.engine.load.ItemReport;
import dev.lode.engine.load.LoadReport;
import dev.lode.engine.load.LoadSettings;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.vanish.VanishedReport;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// A generated snapshot and the one after it, of which the generator says what differs.
@OnPostgres
class NextSnapshotTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final Path PACK = Path.of("..", "packs", "courtlistener");

    @TempDir Path folder;

    @Test
    void upsertChangesExactlyWhatDiffersAndDeletesWhatVanished(Db db) throws Exception {
        var reports = corpus();
        var first = Objects.requireNonNull(reports.get(FIRST));
        var next = Objects.requireNonNull(reports.get(SECOND));
        var pack = pack("upsert");
        load(db, pack, FIRST);
        db.run(
                next.tables().stream()
                        .map(
                                table ->
                                        "CREATE TABLE before_%1$s AS SELECT *, xmin AS was FROM %1$s;"
                                                .formatted(table.table()))
                        .collect(Collectors.joining()));
        var second = load(db, pack, SECOND);
        var counts = second.items().stream().collect(Collectors.toMap(ItemReport::table, i -> i));
        var vanished = vanished(second);
        for (var table : next.tables()) {
            var expected = table.changes().orElseThrow();
            var item = Objects.requireNonNull(counts.get(table.table()), table.table());
            if (item.state() == ItemReport.State.SKIPPED) {
                assertThat(expected.added() + expected.changed() + expected.vanished())
                        .as(table.table())
                        .isZero();
                continue;
            }
            assertThat(item.counts().inserted()).as(table.table()).isEqualTo(expected.added());
            assertThat(item.counts().updated()).as(table.table()).isEqualTo(expected.changed());
            assertThat(item.counts().unchanged()).as(table.table()).isEqualTo(expected.unchanged());
            assertThat(item.counts().superseded())
                    .as(table.table())
                    .isEqualTo(table.duplicates().exact() + table.duplicates().stale());
            assertThat(vanished.getOrDefault(table.table(), 0L))
                    .as(table.table())
                    .isEqualTo(expected.vanished());
            // Rows that did not change were not written.
            assertThat(
                            db.value(
                                    "SELECT count(*) FROM %1$s t JOIN before_%1$s b USING (id) WHERE t.xmin = b.was"
                                            .formatted(table.table())))
                    .as(table.table())
                    .isEqualTo(String.valueOf(expected.unchanged()));
            assertThat(
                            db.rows(
                                    "SELECT op, count(*)::text FROM lode.changed WHERE item_id = ?"
                                            + " GROUP BY op",
                                    item.item()))
                    .as(table.table())
                    .containsExactlyInAnyOrderElementsOf(
                            java.util.stream.Stream.of(
                                            Db.row("insert", "" + expected.added()),
                                            Db.row("update", "" + expected.changed()),
                                            Db.row("delete", "" + expected.vanished()))
                                    .filter(row -> !"0".equals(row.get(1)))
                                    .toList());
        }
        assertDigests(db, next);
        load(db, pack, FIRST);
        assertDigests(db, first);
    }

    @Test
    void replacePutsEveryTableInPlaceAndTheFirstAgainAfterIt(Db db) throws Exception {
        var reports = corpus();
        var first = Objects.requireNonNull(reports.get(FIRST));
        var next = Objects.requireNonNull(reports.get(SECOND));
        var pack = pack("replace");
        load(db, pack, FIRST);
        assertDigests(db, first);
        var keys = keys(db);
        var second = load(db, pack, SECOND);
        var counts = second.items().stream().collect(Collectors.toMap(ItemReport::table, i -> i));
        var vanished = vanished(second);
        for (var table : next.tables()) {
            var item = Objects.requireNonNull(counts.get(table.table()), table.table());
            assertThat(item.counts().inserted()).as(table.table()).isEqualTo(table.rows());
            assertThat(item.counts().superseded())
                    .as(table.table())
                    .isEqualTo(table.duplicates().exact() + table.duplicates().stale());
            if (item.state() == ItemReport.State.LOADED) {
                assertThat(vanished.get(table.table()))
                        .as(table.table())
                        .isEqualTo(table.changes().orElseThrow().vanished());
            }
        }
        assertDigests(db, next);
        assertThat(keys(db)).isEqualTo(keys);
        load(db, pack, FIRST);
        assertDigests(db, first);
        assertThat(keys(db)).isEqualTo(keys);
    }

    private Map<LocalDate, CorpusReport> corpus() {
        var first =
                CorpusSpec.of(7, ByteSize.of(600_000), FIRST)
                        .with(Packing.PLAIN)
                        .withFaults(Fault.DUPLICATE_KEYS);
        var reports = new HashMap<LocalDate, CorpusReport>();
        for (var spec : java.util.List.of(first, first.next(SECOND, 0.05, 0.04, 0.06))) {
            reports.put(spec.date(), CorpusGenerator.write(spec, folder, CorpusProgress.none()));
        }
        return reports;
    }

    private static Pack pack(String mode) throws Exception {
        String extra = mode.equals("upsert") ? "vanished: delete, changes: record, " : "";
        String text =
                Files.readString(PACK.resolve("pack.yaml"))
                        .replace("csv.bz2\"", "csv\"")
                        .replace(
                                "mode: upsert, ",
                                "mode: " + mode + ", " + extra + "vanished-limit: { share: 1 }, ")
                        .replace(
                                "    mode: upsert\n",
                                "    mode: "
                                        + mode
                                        + "\n"
                                        + (extra.isEmpty()
                                                ? ""
                                                : "    vanished: delete\n    changes: record\n")
                                        + "    vanished-limit: { share: 1 }\n");
        return PackReader.parse(PACK, text);
    }

    private LoadReport load(Db db, Pack pack, LocalDate date) throws Exception {
        var settings =
                new DatabaseSettings(
                        "127.0.0.1",
                        db.server().port(),
                        db.database(),
                        db.user(),
                        Optional.of(Secret.of(db.password().reveal())),
                        Map.of());
        var chosen = new FolderSnapshots(pack).choose(folder, pack.tables(), Optional.of(date));
        var snapshot = FolderSnapshots.read(folder, chosen, FolderSnapshots.KnownContents.NONE);
        try (var pool = new BlockPool(2, 4)) {
            var report =
                    new DatasetLoad(
                                    pack,
                                    new TargetDatabase(new Database(settings, "public"), "test"),
                                    new Decoders(pool),
                                    LoadSettings.standard(),
                                    new RunOrigin("test", 1, "test"),
                                    RunListener.SILENT)
                            .run(snapshot, "load", () -> {});
            assertThat(report.trouble()).isEmpty();
            assertThat(report.exitCode()).as(report.next() + "" + report.verified()).isZero();
            return report;
        }
    }

    private static Map<String, Long> vanished(LoadReport report) {
        return report.next().vanished().stream()
                .collect(Collectors.toMap(one -> one.table().toString(), VanishedReport::vanished));
    }

    private static void assertDigests(Db db, CorpusReport report) throws SQLException {
        try (var connection = db.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            for (var table : report.tables()) {
                try (var rows = statement.executeQuery(table.digestSql())) {
                    rows.next();
                    assertThat(rows.getLong(1))
                            .as(report.date() + " " + table.table())
                            .isEqualTo(table.digest().orElseThrow());
                }
            }
        }
    }

    private static java.util.List<?> keys(Db db) {
        return db.rows(
                "SELECT conname::text, conrelid::regclass::text, confrelid::regclass::text,"
                    + " convalidated::text FROM pg_constraint WHERE connamespace ="
                    + " 'public'::regnamespace UNION ALL SELECT indexname, tablename, indexdef, ''"
                    + " FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2, 3");
    }
}
