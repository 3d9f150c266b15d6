package dev.lode.engine.load;

import static dev.lode.engine.load.Opinions.FIRST;
import static dev.lode.engine.load.Opinions.HEAD;
import static dev.lode.engine.load.Opinions.PACK;
import static dev.lode.engine.load.Opinions.SECOND;
import static dev.lode.engine.load.Opinions.TABLE;
import static dev.lode.engine.load.Opinions.body;
import static dev.lode.engine.load.Opinions.file;
import static dev.lode.engine.load.Opinions.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.RowCounts;
import dev.lode.postgres.load.CopyWay;
import dev.lode.postgres.vanish.VanishedReport;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// What of a next snapshot travels to the server, and that nobody can tell from the table.
class UnchangedRowsTest {
    @TempDir Path folder;

    private Snapshots snapshots(Db db) throws Exception {
        return new Snapshots(db, folder, PACK, TABLE)
                .with(
                        LoadSettings.standard()
                                .with(new CopySettings(Optional.of(CopyWay.BINARY), 1)));
    }

    /// Rows that were sent as values while a snapshot was loaded.
    private long staged(Snapshots snapshots, LocalDate date) throws Exception {
        var dump = folder.resolve("copies.jfr");
        try (var recording = new Recording()) {
            recording.enable("dev.lode.Copy").withoutThreshold();
            recording.start();
            assertThat(snapshots.load(date).exitCode()).isZero();
            recording.stop();
            recording.dump(dump);
        }
        return RecordingFile.readAllEvents(dump).stream()
                .filter(event -> event.getEventType().getName().equals("dev.lode.Copy"))
                .filter(event -> event.getString("table").contains("lode stage"))
                .mapToLong(event -> event.getLong("rows"))
                .sum();
    }

    @EachPostgres
    void onlyRowsThatChangedOrAreNewTravel(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 1000, id -> line(id, body(id))))
                        .file(
                                "opinions",
                                SECOND,
                                file(5, 1003, id -> line(id, body(id == 77 ? 78 : id))));
        snapshots.load(FIRST);
        var before = db.rows("SELECT ctid::text, xmin FROM opinion WHERE id > 4 AND id <> 77");
        assertThat(staged(snapshots, SECOND)).isEqualTo(4);
        assertThat(
                        db.rows(
                                "SELECT ctid::text, xmin FROM opinion WHERE id < 1000 AND id <>"
                                        + " 77"))
                .isEqualTo(before);
        assertThat(db.value("SELECT count(*) FROM opinion WHERE body = '" + body(78) + "'"))
                .isEqualTo("2");
        assertThat(db.rows("SELECT count(*), min(id), max(id) FROM opinion"))
                .containsExactly(Db.row("998", "5", "1002"));
    }

    @EachPostgres
    void keysOfUnchangedRowsAreSeen(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 1000, id -> line(id, body(id))))
                        .file("opinions", SECOND, file(3, 1000, id -> line(id, body(id))));
        snapshots.load(FIRST);
        var report = snapshots.load(SECOND);
        assertThat(report.items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(997, 0, 0, 997, 0, 0, 0, 0));
        assertThat(report.next().vanished())
                .extracting(VanishedReport::vanished)
                .containsExactly(3L);
    }

    @EachPostgres
    void aRowOfManyMegabytesIsComparedToItsLastByte(Db db) throws Exception {
        String huge = "0123456789 é \"\"quoted\"\"\n".repeat(150_000);
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, huge + "a") + line(2, huge + "b"))
                        .file("opinions", SECOND, HEAD + line(1, huge + "a") + line(2, huge + "c"));
        snapshots.load(FIRST);
        assertThat(staged(snapshots, SECOND)).isEqualTo(1);
        assertThat(db.rows("SELECT id, right(body, 1) FROM opinion ORDER BY id"))
                .containsExactly(Db.row("1", "a"), Db.row("2", "c"));
    }

    /// A batch with a record beyond the bound is staged whole, and is no less right.
    @OnPostgres
    @Test
    void aRowBeyondTheBoundIsNotHeldInMemoryAsAWhole(Db db) throws Exception {
        String huge = "0123456789abcde\n".repeat(17 << 16);
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, huge) + line(2, body(2)))
                        .file("opinions", SECOND, HEAD + line(1, huge) + line(2, body(3)));
        snapshots.load(FIRST);
        assertThat(staged(snapshots, SECOND)).isPositive();
        assertThat(db.rows("SELECT id, length(body) FROM opinion ORDER BY id"))
                .containsExactly(
                        Db.row("1", String.valueOf(huge.length())),
                        Db.row("2", String.valueOf(body(3).length())));
    }

    @EachPostgres
    void whatAnotherWriterChangedIsPutBack(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, file(0, 300, id -> line(id, body(id))))
                        .file("opinions", SECOND, file(0, 301, id -> line(id, body(id))));
        snapshots.load(FIRST);
        db.run("UPDATE opinion SET body = body || ' ' WHERE id = 7");
        db.run("UPDATE opinion SET short = NULL WHERE id = 8");
        db.run("UPDATE opinion SET filed = filed + interval '1 microsecond' WHERE id = 9");
        db.run("UPDATE opinion SET extra = 'null' WHERE id = 10");
        assertThat(staged(snapshots, SECOND)).isEqualTo(5);
        assertThat(
                        db.value(
                                "SELECT count(*) FROM opinion WHERE body LIKE '%, ' AND short ="
                                        + " 'case ' || id AND filed = '2026-01-02 03:04:05Z' AND"
                                        + " extra IS NULL"))
                .isEqualTo("301");
    }

    /// The same row first and another after it: the last one is the row.
    @EachPostgres
    void recordsOfOneKeyGoByTheirOrder(Db db) throws Exception {
        var snapshots =
                snapshots(db)
                        .file("opinions", FIRST, HEAD + line(1, body(1)) + line(2, body(2)))
                        .file(
                                "opinions",
                                SECOND,
                                HEAD
                                        + line(1, body(1))
                                        + line(1, body(100))
                                        + line(2, body(200))
                                        + line(2, body(2)));
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(4, 0, 1, 1, 2, 0, 0, 0));
        assertThat(db.rows("SELECT id, body FROM opinion ORDER BY id"))
                .containsExactly(Db.row("1", body(100)), Db.row("2", body(2)));
    }

    /// A digest cannot know them: the values are compared.
    @EachPostgres
    void equalValuesInAnotherSpellingAreUnchanged(Db db) throws Exception {
        String body = body(1);
        var snapshots =
                snapshots(db)
                        .file(
                                "opinions",
                                FIRST,
                                HEAD
                                        + "1,2026-01-02 03:04:05+00,x,"
                                        + body.replace(",", ";")
                                        + ",\"{\"\"a\"\": 1, \"\"b\"\": 2}\"\n")
                        .file(
                                "opinions",
                                SECOND,
                                HEAD
                                        + "01,2026-01-02 05:04:05+02,x,"
                                        + body.replace(",", ";")
                                        + ",\"{\"\"b\"\":2,\"\"a\"\":1}\"\n");
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(1, 0, 0, 1, 0, 0, 0, 0));
    }

    @EachPostgres
    void aRecordThatTheServerRefusesIsRejectedAlone(Db db) throws Exception {
        var lines =
                List.of(
                        line(1, body(1)),
                        "2,2026-01-02 03:04:05+00,y,\"" + body(2) + "\",\"{bad\"\n",
                        line(3, body(3)));
        var snapshots =
                new Snapshots(db, folder, PACK + "limits: { rejects: 10 }\n", TABLE)
                        .file("opinions", FIRST, file(1, 4, id -> line(id, body(id))))
                        .file("opinions", SECOND, HEAD + String.join("", lines));
        snapshots.load(FIRST);
        assertThat(snapshots.load(SECOND).items())
                .extracting(ItemReport::counts)
                .containsExactly(new RowCounts(3, 0, 0, 2, 0, 0, 0, 1));
        assertThat(db.value("SELECT count(*) FROM opinion")).isEqualTo("3");
    }
}
