package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Orphans;
import dev.lode.core.pack.PackReader;
import dev.lode.engine.load.SuspendSettings.When;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.suspend.Writers;
import dev.lode.testkit.postgres.CatalogDump;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A load into tables that others own takes away what slows it down and gives it back.
@OnPostgres
class SuspendedLoadTest {
    private static final String PACK =
            """
            dataset: test
            schema: public
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, key: [id] }
              docket: { item: dockets, key: [id] }
            """;
    private static final String TABLES =
            """
            CREATE TABLE court (id text PRIMARY KEY, boss integer);
            CREATE TABLE docket (id integer PRIMARY KEY, court text, name text);
            CREATE INDEX docket_name ON docket (name);
            ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (court) REFERENCES court;
            ALTER TABLE court ADD CONSTRAINT court_boss FOREIGN KEY (boss) REFERENCES docket;
            INSERT INTO court VALUES ('old', NULL);
            INSERT INTO docket VALUES (1, 'old', 'old');
            """;
    private static final String COURTS =
            """
            id,boss
            "a",7
            "b",8
            """;
    private static final String DOCKETS =
            """
            id,court,name
            7,"a","seven"
            8,"b","eight"
            9,"gone","nine"
            """;

    @TempDir Path folder;

    private static SuspendSettings suspend(When when, boolean exclusive, Orphans orphans) {
        return new SuspendSettings(
                when,
                exclusive ? new Writers.Fenced("") : new Writers.Live(),
                Optional.of(orphans),
                2);
    }

    private Loading files(Db db) throws IOException {
        Files.writeString(folder.resolve("schema.sql"), TABLES.split("INSERT", 2)[0]);
        return new Loading(db, folder, PACK).file("courts", COURTS).file("dockets", DOCKETS);
    }

    private LoadReport load(Db db, SuspendSettings suspend, RunListener listener)
            throws IOException, InterruptedException {
        return load(db, suspend, listener, new Database(Loading.settings(db), db.schema()));
    }

    private LoadReport load(
            Db db, SuspendSettings suspend, RunListener listener, Connections connections)
            throws IOException, InterruptedException {
        try (var pool = new BlockPool(2, 4)) {
            return new DatasetLoad(
                            PackReader.parse(folder, PACK),
                            new TargetDatabase(connections, "test"),
                            new Decoders(pool),
                            CopyUnderTest.forced(LoadSettings.standard().with(suspend)),
                            new RunOrigin("test", 1, "test"),
                            listener)
                    .run(files(db).snapshot(), "load", () -> {});
        }
    }

    /// But for the key that stays NOT VALID.
    private static List<String> withoutTheBrokenKey(List<String> dump) {
        return dump.stream().filter(line -> !line.contains("docket_court")).toList();
    }

    @Test
    void rowsOfACircleLoadWhileItsKeysAreAwayAndOrphansAreCounted(Db db) throws Exception {
        db.run(TABLES);
        var before = CatalogDump.of(db);
        var events = new ArrayList<String>();
        var report =
                load(
                        db,
                        suspend(When.ALWAYS, true, Orphans.KEEP),
                        event -> {
                            if (event instanceof RunEvent.StageStarted(String stage)) {
                                events.add(stage);
                            }
                        });
        assertThat(events).containsSubsequence("suspend", "load", "restore", "validate", "verify");
        assertThat(report.counts().inserted()).isEqualTo(5);
        assertThat(report.counts().rejected()).isZero();
        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.restored().remarks())
                .singleElement()
                .asString()
                .contains("docket_court", "(gone) in 1 row");
        assertThat(withoutTheBrokenKey(CatalogDump.of(db))).isEqualTo(withoutTheBrokenKey(before));
        assertThat(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM docket"))
                .isEqualTo("1,7,8,9");
    }

    @Test
    void orphansThatTheRunBroughtBecomeRejectsAndTheCountsStayBalanced(Db db) throws Exception {
        db.run(TABLES);
        var before = CatalogDump.of(db);
        var report = load(db, suspend(When.ALWAYS, true, Orphans.REJECT), RunListener.SILENT);
        assertThat(CatalogDump.of(db)).isEqualTo(before);
        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.counts().read()).isEqualTo(5);
        assertThat(report.counts().inserted()).isEqualTo(4);
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.verified().failures()).isEmpty();
        assertThat(
                        db.rows(
                                "SELECT column_name, reason, convert_from(raw, 'UTF8')::json ->>"
                                        + " 'name' FROM lode.reject"))
                .containsExactly(
                        Db.row(
                                "court",
                                "(gone) is not in court (id), as key docket_court demands",
                                "nine"));
        assertThat(
                        db.value(
                                "SELECT sum(inserted) || ' ' || sum(rejected) FROM lode.item WHERE"
                                        + " table_name = 'docket'"))
                .isEqualTo("2 1");
    }

    @Test
    void orphansFailARunThatSaysSo(Db db) throws Exception {
        db.run(TABLES);
        var report = load(db, suspend(When.ALWAYS, true, Orphans.FAIL), RunListener.SILENT);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.state()).isEqualTo("partial");
        assertThat(report.trouble())
                .hasValueSatisfying(t -> assertThat(t).contains("docket_court"));
    }

    @Test
    void withoutTheUsersWordKeysStayAndIndexesGo(Db db) throws Exception {
        db.run(TABLES);
        var before = CatalogDump.of(db);
        var notes = new ArrayList<String>();
        var report =
                load(
                        db,
                        suspend(When.ALWAYS, false, Orphans.KEEP),
                        event -> {
                            if (event instanceof RunEvent.Note(boolean _, String message)) {
                                notes.add(message);
                            }
                        });
        assertThat(notes)
                .contains("index docket_name of docket: suspended")
                .anyMatch(note -> note.startsWith("foreign key docket_court of docket stays"));
        // Each waits for a row of the other table.
        assertThat(report.counts().rejected()).isEqualTo(5);
        assertThat(CatalogDump.of(db)).isEqualTo(before);
    }

    @Test
    void aRunThatIsStoppedGivesEverythingBack(Db db) throws Exception {
        db.run(TABLES);
        var before = CatalogDump.of(db);
        RunListener stopping =
                event -> {
                    if (event instanceof RunEvent.StageStarted(String stage)
                            && stage.equals("load")) {
                        Thread.currentThread().interrupt();
                    }
                };
        assertThatThrownBy(() -> load(db, suspend(When.ALWAYS, true, Orphans.KEEP), stopping))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(CatalogDump.of(db)).isEqualTo(before);
        assertThat(db.value("SELECT state FROM lode.run")).isEqualTo("interrupted");
    }

    /// Its connections are gone for good, as when its process was killed.
    @Test
    void whatAKilledRunLeftIsGivenBackByTheNext(Db db) throws Exception {
        db.run(TABLES);
        var before = CatalogDump.of(db);
        for (var next :
                List.of(
                        suspend(When.NEVER, false, Orphans.KEEP),
                        suspend(When.ALWAYS, true, Orphans.REJECT))) {
            db.run("DELETE FROM docket WHERE id > 1; DELETE FROM court WHERE id <> 'old'");
            db.run("DROP SCHEMA IF EXISTS lode CASCADE");
            var real = new Database(Loading.settings(db), db.schema());
            var dead = new AtomicBoolean();
            Connections killed =
                    name -> {
                        if (dead.get()) {
                            throw new SQLException("killed", "08006");
                        }
                        return real.open(name);
                    };
            RunListener killing =
                    event -> {
                        if (event instanceof RunEvent.StageStarted(String stage)
                                && stage.equals("load")) {
                            dead.set(true);
                        }
                    };
            try {
                load(db, suspend(When.ALWAYS, true, Orphans.KEEP), killing, killed);
            } catch (LodeException e) {
                assertThat(e).hasMessageContaining("killed");
            }
            assertThat(CatalogDump.of(db)).isNotEqualTo(before);
            var report = load(db, next, RunListener.SILENT);
            assertThat(CatalogDump.of(db)).describedAs("%s", next).isEqualTo(before);
            assertThat(db.value("SELECT count(*) FROM lode.suspended")).isEqualTo("0");
            assertThat(report.counts().read()).isEqualTo(5);
        }
    }
}
