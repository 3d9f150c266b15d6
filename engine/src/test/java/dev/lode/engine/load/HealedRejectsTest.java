package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.RowCounts;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The same command again, after the cause of many rejects is gone and while it is not.
class HealedRejectsTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            limits: { rejects: 10, reject-share: 0.1 }
            tables:
              court: { item: courts, key: [id] }
              docket: { item: dockets, key: [id] }
              entry: { item: entries, key: [id] }
            """;
    private static final String COURT =
            "CREATE TABLE court (id integer PRIMARY KEY, name text CONSTRAINT odd CHECK (name <>"
                    + " 'odd'))";

    @TempDir Path folder;

    private static String lines(String head, int count, String line) {
        return IntStream.range(0, count)
                .mapToObj(i -> line.replace("%", String.valueOf(i)))
                .collect(Collectors.joining("\n", head + "\n", "\n"));
    }

    @EachPostgres
    void anItemAtItsLimitStopsAgainUntilTheCauseIsGone(Db db) throws Exception {
        db.run(COURT);
        var loading =
                new Loading(db, folder, PACK)
                        .file(
                                "courts",
                                lines("id,name", 30, "%,fine") + lines("30,odd", 19, "4%,odd"));

        for (int attempt = 0; attempt < 2; attempt++) {
            var report = loading.load().getFirst();
            assertThat(report.state()).isEqualTo(ItemReport.State.FAILED);
            assertThat(report.message())
                    .contains("20 of 50 records were rejected", "the limit of 10");
        }
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("30");

        db.run("ALTER TABLE court DROP CONSTRAINT odd");
        var report = loading.load().getFirst();
        assertThat(report.state()).isEqualTo(ItemReport.State.LOADED);
        assertThat(report.counts().rejected()).isZero();
        assertThat(report.counts().balanced()).isTrue();
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("50");
        assertThat(db.value("SELECT count(*) FROM lode.reject WHERE state = 'open'"))
                .isEqualTo("0");
        assertThat(loading.load().getFirst().state()).isEqualTo(ItemReport.State.SKIPPED);
    }

    @Test
    @OnPostgres
    void aTableThatRefusesNearlyAllRowsTakesTheOthers(Db db) throws Exception {
        db.run("CREATE TABLE court (id integer PRIMARY KEY, name text, CHECK (id % 10 = 0))");
        var report =
                new Loading(
                                db,
                                folder,
                                PACK.replace(
                                        "rejects: 10, reject-share: 0.1",
                                        "rejects: 100000, reject-share: 1"))
                        .file("courts", lines("id,name", 12_000, "%,fine"))
                        .load()
                        .getFirst();
        assertThat(report.counts()).isEqualTo(new RowCounts(12_000, 1200, 0, 0, 0, 0, 0, 10_800));
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("1200");
        assertThat(db.value("SELECT count(DISTINCT byte_offset) FROM lode.reject"))
                .isEqualTo("10800");
    }

    @Test
    @OnPostgres
    void rowsThatReferToATableThatFailedComeWhenItIsLoaded(Db db) throws Exception {
        db.run(COURT);
        db.run("CREATE TABLE docket (id integer PRIMARY KEY, court integer REFERENCES court)");
        db.run("CREATE TABLE entry (id integer PRIMARY KEY, docket integer REFERENCES docket)");
        var loading =
                new Loading(db, folder, PACK.replace("reject-share: 0.1", "reject-share: 0.6"))
                        .file("courts", lines("id,name", 40, "%,odd"))
                        .file("dockets", lines("id,court", 10, "%,%"))
                        .file("entries", lines("id,docket", 10, "%,%"));
        assertThat(loading.load())
                .extracting(ItemReport::state)
                .containsExactly(
                        ItemReport.State.FAILED, ItemReport.State.LOADED, ItemReport.State.LOADED);
        assertThat(db.value("SELECT count(*) FROM lode.reject WHERE sqlstate = '23503'"))
                .isEqualTo("20");

        db.run("ALTER TABLE court DROP CONSTRAINT odd");
        var reports = loading.load();
        assertThat(reports)
                .extracting(ItemReport::state)
                .containsExactly(
                        ItemReport.State.LOADED,
                        ItemReport.State.SKIPPED,
                        ItemReport.State.SKIPPED);
        assertThat(reports).extracting(report -> report.counts().rejected()).containsOnly(0L);
        assertThat(
                        db.rows(
                                "SELECT (SELECT count(*) FROM court), (SELECT count(*) FROM"
                                        + " docket), (SELECT count(*) FROM entry)"))
                .containsExactly(Db.row("40", "10", "10"));
        assertThat(db.value("SELECT count(*) FROM lode.reject WHERE state = 'open'"))
                .isEqualTo("0");
    }
}
