package dev.lode.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.doctor.ServerTuning;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class DatabaseDoctorTest {
    @EachPostgres
    void aServerTablesAndALedgerAreJudged(Db db) {
        var target = target(db);
        target.migrateLedger();
        db.run(
                "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE court (id int PRIMARY KEY,"
                        + " p int); ALTER TABLE court ADD CONSTRAINT court_p FOREIGN KEY (p)"
                        + " REFERENCES parent NOT VALID");
        db.run(
                "INSERT INTO lode.run (dataset, operation, state, token, host, pid, version) VALUES"
                        + " ('courts', 'sync', 'running', 1, 'h', 1, 'v')");
        db.run(
                "INSERT INTO lode.item (dataset, table_schema, table_name, table_oid, mapping,"
                    + " mode, name, size, content_id, fresh, state, run_id) SELECT 'courts', 's',"
                    + " 'court', 1, 'm', 'upsert', 'courts.csv', 1, 'c', true, 'loading', id FROM"
                    + " lode.run WHERE dataset = 'courts'");
        db.run(
                "DROP TABLE IF EXISTS lode.suspended CASCADE; CREATE TABLE lode.suspended AS SELECT"
                        + " 'courts'::text AS dataset, 'foreign_key'::text AS kind FROM"
                        + " generate_series(1, 3)");

        var found = new DatabaseDoctor(target, 2).diagnoses(List.of(pack(db)));

        assertThat(found.getFirst().what()).startsWith("PostgreSQL ");
        assertThat(found)
                .filteredOn(one -> !one.area().equals("server"))
                .extracting(one -> one.level() + " " + one.what())
                .anyMatch(
                        line ->
                                line.matches(
                                        "WORTH_DOING run \\d+ of dataset 'courts' was interrupted"))
                .contains(
                        "WORTH_DOING s.court: courts.csv is half loaded",
                        "WORTH_DOING 3 suspended objects (foreign key) of dataset 'courts'",
                        "WORTH_DOING table 'court': constraint 'court_p' is NOT VALID");
        assertThat(found)
                .noneMatch(
                        one ->
                                one.remedy()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .contains("fsync = off"));
    }

    @Test
    void aServerThatIsNotThereIsAFindingAndNotAnError() {
        var nowhere =
                new DatabaseSettings("127.0.0.1", 9, "none", "nobody", Optional.empty(), Map.of());
        var target = new TargetDatabase(new Database(nowhere, "public"), "nowhere");

        var found = new DatabaseDoctor(target, 2).diagnoses(List.of());

        assertThat(found).hasSize(1);
        assertThat(found.getFirst().level()).isEqualTo(Diagnosis.Level.BROKEN);
        assertThat(found.getFirst().what()).startsWith("nowhere");
    }

    @Test
    void aServerInOrderGivesNoWork() {
        assertThat(exam(facts(50, true), tuning("lz4", "16GiB", true)))
                .extracting(Diagnosis::level)
                .doesNotContain(Diagnosis.Level.WORTH_DOING, Diagnosis.Level.BROKEN);
    }

    @Test
    void whatCostsTimeIsWorthDoingWithItsMeasuredGain() {
        assertThat(exam(facts(50, true), tuning("pglz", "1GiB", true)))
                .filteredOn(one -> one.level() == Diagnosis.Level.WORTH_DOING)
                .extracting(one -> one.remedy().replaceFirst(";.*", "") + " | " + one.gain())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .contains("default_toast_compression = 'lz4'")
                                        .contains("44 % of the time"),
                        line ->
                                assertThat(line)
                                        .contains("max_wal_size = '16GB'")
                                        .contains("not measured alone"));
    }

    @Test
    void whatEndangersDataOrTheLoadIsBroken() {
        assertThat(exam(facts(2, true), tuning("lz4", "16GiB", false)))
                .filteredOn(one -> one.level() == Diagnosis.Level.BROKEN)
                .extracting(Diagnosis::what)
                .satisfiesExactly(
                        what -> assertThat(what).startsWith("fsync is off"),
                        what -> assertThat(what).startsWith("2 connections are free"));
    }

    private static List<Diagnosis> exam(ServerFacts facts, ServerTuning tuning) {
        return new ServerExam(facts, tuning, 2).diagnoses();
    }

    private static ServerFacts facts(int free, boolean lz4) {
        return new ServerFacts(
                170004, "replica", lz4, 100, free, false, true, false, "role", "data", "UTF8");
    }

    private static ServerTuning tuning(String toast, String maxWal, boolean fsync) {
        return new ServerTuning(
                ByteSize.parse(maxWal),
                Duration.ofMinutes(30),
                ByteSize.parse("1GiB"),
                ByteSize.parse("4GiB"),
                "replica",
                10,
                "lz4",
                toast,
                "on",
                fsync,
                true,
                true,
                0,
                false,
                ByteSize.of(1));
    }

    private static TargetDatabase target(Db db) {
        var settings =
                new DatabaseSettings(
                        "127.0.0.1",
                        db.server().port(),
                        db.database(),
                        db.user(),
                        Optional.of(db.password()),
                        Map.of());
        return new TargetDatabase(new Database(settings, db.schema()), "test");
    }

    private static Pack pack(Db db) {
        return PackReader.parse(
                Path.of("courts"),
                "dataset: courts\nschema: "
                        + db.schema()
                        + "\ntables:\n  court: { item: courts, key: [id] }\n");
    }
}
