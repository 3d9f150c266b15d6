package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.event.RunEvent;
import dev.lode.postgres.suspend.Writers;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A server that ends the connection in the middle of the work that comes after the rows.
@OnPostgres
class ServerAwayTest {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              sale: { item: sales, key: [id] }
            """;
    private static final String TABLE =
            """
            CREATE TABLE sale (id integer PRIMARY KEY, what text);
            CREATE INDEX sale_what ON sale (dropping(what));
            """;

    /// What a sequence counts stays counted when a transaction is gone: the third call of all ends
    /// its connection, and no other one.
    private static final String DROPPING =
            """
            CREATE SEQUENCE calls;
            CREATE FUNCTION dropping(what text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('SCHEMA.calls') = THIRD THEN
                    PERFORM pg_terminate_backend(pg_backend_pid());
                    PERFORM pg_sleep(10);
                END IF;
                RETURN what;
            END $$;
            """;

    @TempDir Path folder;

    private final List<String> notes = new ArrayList<>();

    private Snapshots snapshots(Db db, int call) throws Exception {
        db.run(DROPPING.replace("SCHEMA", db.schema()).replace("THIRD", String.valueOf(call)));
        return new Snapshots(db, folder, PACK, TABLE)
                .listening(
                        event -> {
                            if (event instanceof RunEvent.Note note) {
                                notes.add(note.message());
                            }
                        })
                .file("sales", DATE, "id,what\n1,tea\n2,coffee\n3,milk\n4,salt\n");
    }

    private void isWhole(Db db) {
        assertThat(notes).anyMatch(note -> note.contains("sale_what: the server went away"));
        assertThat(db.value("SELECT count(*) FROM sale")).isEqualTo("4");
        assertThat(
                        db.value(
                                "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid ="
                                        + " 'sale_what'::regclass"))
                .isEqualTo("1");
    }

    @Test
    void whileAnIndexIsMadeIsWaitedFor(Db db) throws Exception {
        assertThat(snapshots(db, 3).load(DATE).exitCode()).isZero();
        isWhole(db);
    }

    @Test
    void whileASuspendedIndexIsGivenBackIsWaitedFor(Db db) throws Exception {
        var snapshots = snapshots(db, 3);
        db.run(TABLE);
        var always =
                new SuspendSettings(
                        SuspendSettings.When.ALWAYS, new Writers.Live(), Optional.empty(), 2);
        assertThat(snapshots.with(LoadSettings.standard().with(always)).load(DATE).exitCode())
                .isZero();
        isWhole(db);
        assertThat(db.value("SELECT count(*) FROM lode.suspended")).isEqualTo("0");
    }
}
