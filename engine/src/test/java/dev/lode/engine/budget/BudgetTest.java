package dev.lode.engine.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.engine.load.ItemReport;
import dev.lode.engine.load.LoadReport;
import dev.lode.store.ManifestEntry;
import dev.lode.testkit.http.Fault;
import dev.lode.testkit.http.FaultyProxy;
import dev.lode.testkit.http.Request;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

@OnPostgres
class BudgetTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            format: { csv: { quote: '"', escape: '\\' } }
            tables:
              court:   { item: courts, key: [id] }
              docket:  { item: dockets, key: [id] }
              opinion: { item: opinions, key: [id] }
            """;
    private static final String SCHEMA =
            """
            CREATE TABLE court (id varchar(9) PRIMARY KEY, name text NOT NULL);
            CREATE TABLE docket (id bigint PRIMARY KEY, court_id varchar(9) NOT NULL, filed date);
            CREATE TABLE opinion (id bigint PRIMARY KEY, docket_id bigint NOT NULL, body text);
            ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (court_id) REFERENCES court (id);
            ALTER TABLE opinion ADD CONSTRAINT opinion_docket FOREIGN KEY (docket_id) REFERENCES docket (id);
            """;
    private static final ByteSize MIB = new ByteSize(1 << 20);

    @TempDir Path folder;

    @Test
    void budgetsOfNothingOfSomeAndOfEverythingGiveTheSameTables(Db db) throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            putAll(syncing);
            var outcomes = new HashMap<String, Map<String, String>>();
            for (var budget :
                    List.of(
                            Syncing.UNLIMITED,
                            ByteSize.of(0),
                            ByteSize.of(6 * MIB.bytes()),
                            ByteSize.of(17 * MIB.bytes()))) {
                db.run(
                        "DROP SCHEMA IF EXISTS lode CASCADE; DROP TABLE IF EXISTS opinion, docket,"
                                + " court");
                removeStored(syncing);
                assertDone(syncing.sync(budget));
                outcomes.put(budget.toString(), syncing.outcome());
                var writes = syncing.writes();
                syncing.proxy.forgetRequests();
                for (var next : List.of(budget, ByteSize.of(0), Syncing.UNLIMITED)) {
                    assertThat(syncing.sync(next).items())
                            .as("budget %s, then %s", budget, next)
                            .extracting(ItemReport::state)
                            .containsOnly(ItemReport.State.SKIPPED);
                    assertThat(syncing.proxy.requests(BudgetTest::bytes)).isEmpty();
                    assertThat(syncing.writes()).isEqualTo(writes);
                }
            }
            var staged = Objects.requireNonNull(outcomes.get(Syncing.UNLIMITED.toString()));
            assertThat(staged).extractingByKey("rejects").asString().contains("2021-02-30");
            assertThat(outcomes).hasSize(4);
            assertThat(outcomes.values()).allMatch(staged::equals);
        }
    }

    @Test
    void filesGoOnceTheirRowsAreDurableAndNeverExceedTheBudget(Db db) throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            putAll(syncing);
            var budget = ByteSize.of(17 * MIB.bytes());
            var most = new AtomicInteger();
            syncing.listening(
                            event -> most.accumulateAndGet((int) syncing.storedBytes(), Math::max))
                    .with(Syncing.settings(2, 1 << 20));
            assertDone(syncing.sync(budget));
            assertThat((long) most.get()).isBetween(15 * MIB.bytes(), budget.bytes() + MIB.bytes());
            assertThat(syncing.files()).isEmpty();
            assertThat(syncing.snapshot().manifest().entries())
                    .hasSize(3)
                    .allMatch(ManifestEntry::freed);
            assertThat(db.value("SELECT count(*) FROM lode.item WHERE freed_at IS NOT NULL"))
                    .isEqualTo("3");
        }
    }

    @Test
    void aRunThatStopsInTheMiddleOfAStreamGoesOnByRangeFromThere(Db db) throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            putAll(syncing);
            var splits = new AtomicInteger();
            syncing.listening(
                    event -> {
                        if (event instanceof RunEvent.ItemProgress progress
                                && progress.item().startsWith("opinions")
                                && progress.stored() > 12 * MIB.bytes()
                                && splits.incrementAndGet() == 1) {
                            throw LodeException.resource("stopped by the test");
                        }
                    });
            assertThat(syncing.sync(ByteSize.of(0)).exitCode()).isEqualTo(4);
            assertThat(db.value("SELECT content_id FROM lode.item WHERE name LIKE 'opinions%'"))
                    .isEqualTo("null");
            syncing.proxy.forgetRequests();
            assertDone(syncing.sync(ByteSize.of(0)));
            // The head is read for the pre-flight; of the rest nothing before the chunk of 8 MiB
            // in which the last split ended, which is hashed again.
            assertThat(syncing.gets("opinions"))
                    .extracting(Request::rangeStart)
                    .filteredOn(start -> start > 0)
                    .isNotEmpty()
                    .allMatch(start -> start >= 8 * MIB.bytes());
            var resumed = syncing.outcome();
            db.run("DROP SCHEMA lode CASCADE; DROP TABLE opinion, docket, court");
            syncing.listening(_ -> {});
            assertDone(syncing.sync(Syncing.UNLIMITED));
            assertThat(resumed).isEqualTo(syncing.outcome());
        }
    }

    @Test
    void aCutConnectionIsTakenUpWhereItBroke(Db db) throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            putAll(syncing);
            syncing.proxy.times(
                    3,
                    request ->
                            request.path().contains("opinions")
                                    && request.rangeStart() > MIB.bytes(),
                    new Fault.EndAfter(100_000));
            assertDone(syncing.sync(ByteSize.of(0)));
            assertThat(db.value("SELECT count(*) FROM opinion")).isEqualTo("3000");
            assertThat(syncing.files()).isEmpty();
        }
    }

    @Test
    void anItemThatIsReplacedInTheMiddleFailsAndTheNextSyncTakesTheNewVersion(Db db)
            throws Exception {
        try (var syncing = new Syncing(db, folder, PACK, SCHEMA)) {
            putAll(syncing);
            syncing.proxy.once(
                    request ->
                            request.path().contains("opinions")
                                    && request.rangeStart() > 10 * MIB.bytes(),
                    new Fault.Before(() -> syncing.put("opinions", opinions(7, 50))));
            var report = syncing.sync(ByteSize.of(0));
            assertThat(report.exitCode()).isEqualTo(3);
            assertThat(report.items().getLast().message())
                    .contains("opinions-2026-06-30.csv: was replaced by another version")
                    .containsPattern("[1-9][0-9]* of its records are committed to .*opinion");
            assertThat(report.items().getFirst().state()).isEqualTo(ItemReport.State.LOADED);
            assertDone(syncing.sync(ByteSize.of(0)));
            assertThat(db.value("SELECT count(*) FROM opinion WHERE id < 50 AND body LIKE '7 %'"))
                    .isEqualTo("50");
        }
    }

    @Test
    void appendNeverTakesTheSameContentTwiceWhateverItsVersion(Db db) throws Exception {
        String pack =
                """
                dataset: test
                schema: SCHEMA
                snapshot: "{item}-{date}.csv"
                format: { csv: { quote: '"', escape: '\\' } }
                tables:
                  opinion: { item: opinions, mode: append }
                """;
        String schema = "CREATE TABLE opinion (id bigint, docket_id bigint, body text);";
        try (var syncing = new Syncing(db, folder, pack, schema)) {
            String first = opinions(1, 3000);
            syncing.put("opinions", first);
            assertDone(syncing.sync(ByteSize.of(0)));
            // The same bytes under another date of change and so another key and version.
            syncing.bucket.remove("p/opinions-" + Syncing.DATE + ".csv");
            syncing.bucket.put(
                    "p/opinions-2026-07-31.csv",
                    first.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(syncing.sync(ByteSize.of(0)).items())
                    .extracting(ItemReport::state)
                    .containsExactly(ItemReport.State.SKIPPED);
            assertThat(db.value("SELECT count(*) FROM opinion")).isEqualTo("3000");
            // The same size and the same beginning, another end.
            syncing.bucket.put(
                    "p/opinions-2026-08-31.csv",
                    (first.substring(0, first.length() - 5) + "zzz\"\n")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertDone(syncing.sync(ByteSize.of(0)));
            assertThat(db.value("SELECT count(*) FROM opinion")).isEqualTo("6000");
            syncing.proxy.forgetRequests();
            syncing.bucket.remove("p/opinions-2026-08-31.csv");
            assertThat(syncing.sync(ByteSize.of(0)).items())
                    .extracting(ItemReport::state)
                    .containsExactly(ItemReport.State.SKIPPED);
            assertThat(syncing.proxy.requests(BudgetTest::bytes)).isEmpty();
        }
    }

    private static boolean bytes(Request request) {
        return FaultyProxy.getOf(".csv").test(request);
    }

    private static void assertDone(LoadReport report) {
        assertThat(report.exitCode()).as(report.trouble().orElse("")).isIn(0, 5);
    }

    private void removeStored(Syncing syncing) throws Exception {
        for (var file : syncing.files()) {
            java.nio.file.Files.delete(syncing.root().path().resolve(file));
        }
        java.nio.file.Files.deleteIfExists(
                syncing.snapshot().folder().resolve("download_manifest.json"));
    }

    private static void putAll(Syncing syncing) {
        var courts = new StringBuilder("id,name\n");
        for (int i = 0; i < 100; i++) {
            courts.append("\"c").append(i).append("\",\"Court ").append(i).append("\"\n");
        }
        var dockets = new StringBuilder("id,court_id,filed\n");
        for (int i = 0; i < 60_000; i++) {
            dockets.append('"').append(i).append("\",\"c").append(i % 100);
            dockets.append("\",\"").append(i == 17 ? "2021-02-30" : "2020-01-01").append("\"\n");
        }
        syncing.put("courts", courts.toString());
        syncing.put("dockets", dockets.toString());
        syncing.put("opinions", opinions(1, 3000));
    }

    /// 16 MiB of opinions of 5 KiB, which no page of the server compresses much.
    private static String opinions(int seed, int count) {
        var random = new Random(seed);
        var text = new StringBuilder("id,docket_id,body\n");
        for (int i = 0; i < count; i++) {
            text.append('"').append(i).append("\",\"").append(i + 100).append("\",\"").append(seed);
            text.append(' ');
            for (int word = 0; word < 800; word++) {
                text.append(Long.toString(random.nextInt(Integer.MAX_VALUE), 36)).append(' ');
            }
            text.append("end\"\n");
        }
        return text.toString();
    }
}
