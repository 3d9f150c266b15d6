package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.engine.report.SummaryJson;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;

/// Records that were rejected since the table that they refer to had not come.
@OnPostgres
class BringHomeTest {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, key: [id] }
              seat: { item: seats, key: [id] }
            """;
    private static final String TABLES =
            """
            CREATE TABLE court (id integer PRIMARY KEY);
            CREATE TABLE seat (id integer PRIMARY KEY, court integer);
            ALTER TABLE seat ADD CONSTRAINT seat_court FOREIGN KEY (court) REFERENCES court;
            """;

    @TempDir Path folder;
    private Snapshots snapshots;

    @BeforeEach
    void seatsComeWithoutTheirCourt(Db db) throws Exception {
        db.run(TABLES);
        snapshots = new Snapshots(db, folder, PACK, TABLES).file("seats", DATE, "id,court\n1,7\n");
        assertThat(snapshots.load(DATE).exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);
        assertThat(db.value("SELECT count(*) FROM seat")).isEqualTo("0");
        snapshots.file("courts", DATE, "id\n7\n");
    }

    @Test
    void aRunWithNothingNewSaysThatTheyAreMissing(Db db) throws Exception {
        snapshots.file("courts", DATE, "id\n8\n");
        assertThat(snapshots.load(DATE).exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);

        var report = snapshots.load(DATE);

        assertThat(report.exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);
        assertThat(SummaryJson.words(report))
                .singleElement()
                .asString()
                .startsWith("1 record that earlier runs read")
                .contains("lode rejects test", "lode retry test --rejects");
        assertThat(db.value("SELECT count(*) FROM seat")).isEqualTo("0");
    }

    @Test
    void theyGetTheirRowsInTheRunThatBringsIt(Db db) throws Exception {
        assertThat(snapshots.load(DATE).exitCode()).isZero();
        assertThat(db.value("SELECT court FROM seat")).isEqualTo("7");
    }

    @Test
    void theyGetThemInTheNextRunWhenThatOneWasStoppedBeforeIt(Db db) throws Exception {
        var run = Thread.currentThread();
        snapshots.listening(
                event -> {
                    if (event instanceof RunEvent.ItemLoaded) {
                        run.interrupt();
                    }
                });
        assertThatThrownBy(() -> snapshots.load(DATE)).isInstanceOf(InterruptedException.class);
        assertThat(db.value("SELECT count(*) FROM court")).isEqualTo("1");
        assertThat(db.value("SELECT count(*) FROM seat")).isEqualTo("0");

        snapshots.listening(RunListener.SILENT);
        assertThat(snapshots.load(DATE).exitCode()).isZero();
        assertThat(db.value("SELECT court FROM seat")).isEqualTo("7");
    }
}
