package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;

@OnPostgres
class OlderSnapshotTest {
    private static final LocalDate MARCH = LocalDate.of(2026, 3, 31);
    private static final LocalDate JUNE = LocalDate.of(2026, 6, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, mode: upsert, key: [id] }
              event: { item: events, mode: append }
            """;
    private static final String TABLES =
            """
            CREATE TABLE court (id integer PRIMARY KEY, name text);
            CREATE TABLE event (id integer, what text);
            """;

    @TempDir Path folder;

    private Snapshots snapshots(Db db) throws Exception {
        return new Snapshots(db, folder, PACK, TABLES)
                .file("courts", MARCH, "id,name\n1,march\n")
                .file("courts", JUNE, "id,name\n1,june\n");
    }

    @Test
    void doesNotTakeRowsBackUnlessThatIsWanted(Db db) throws Exception {
        var careful = LoadSettings.standard().acceptingOlder(false);
        var snapshots = snapshots(db).with(careful);
        snapshots.load(MARCH);
        snapshots.load(JUNE);
        assertThatThrownBy(() -> snapshots.load(MARCH))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("court: the table holds the snapshot 2026-06-30")
                .hasMessageContaining("--accept-older");
        assertThat(db.value("SELECT name FROM court")).isEqualTo("june");
        assertThat(snapshots.load(JUNE).exitCode()).isZero();

        snapshots.with(careful.acceptingOlder(true));
        assertThat(snapshots.load(MARCH).exitCode()).isZero();
        assertThat(db.value("SELECT name FROM court")).isEqualTo("march");
        snapshots.with(careful);
        assertThat(snapshots.load(JUNE).exitCode()).isZero();
        assertThat(db.value("SELECT name FROM court")).isEqualTo("june");
    }

    @Test
    void mayBeAppendedInAnyOrder(Db db) throws Exception {
        var snapshots =
                new Snapshots(db, folder, PACK, TABLES)
                        .with(LoadSettings.standard().acceptingOlder(false))
                        .file("events", MARCH, "id,what\n1,march\n")
                        .file("events", JUNE, "id,what\n2,june\n");
        snapshots.load(JUNE);
        assertThat(snapshots.load(MARCH).exitCode()).isZero();
        assertThat(db.value("SELECT count(*) FROM event")).isEqualTo("2");
    }
}
