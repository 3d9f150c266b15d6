package dev.lode.postgres.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.postgres.Backends;
import dev.lode.postgres.CommitUnknown;
import dev.lode.postgres.Database;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.Sql;
import dev.lode.postgres.TestDatabase;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

@OnPostgres
class LeasedWorkTest {
    private final List<String> notes = new ArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private Database database;
    private Lease lease;
    private LeasedWork work;

    @BeforeEach
    void begin(Db db) throws SQLException {
        database = TestDatabase.of(db);
        try (var connection = database.open("test")) {
            LedgerSchema.migrate(connection);
        }
        db.run("CREATE TABLE done (attempt integer)");
        lease = Lease.acquire(database, "some", "a test", Duration.ofSeconds(30), () -> {});
        var endurance =
                new Endurance(
                        Optional::empty,
                        Duration.ofSeconds(30),
                        event -> {
                            if (event instanceof RunEvent.Note note) {
                                notes.add(note.message());
                            }
                        },
                        () -> {});
        work = new LeasedWork(database, "a place", lease, () -> endurance);
    }

    @AfterEach
    void end() {
        lease.close();
        database.closeIdle();
    }

    /// What the server's administrator may do at any moment, and what a lost backend looks like.
    private static void lose(Connection connection) throws SQLException {
        Sql.run(connection, "SELECT pg_terminate_backend(pg_backend_pid())");
    }

    private int write(Connection connection) throws SQLException {
        int attempt = attempts.incrementAndGet();
        Sql.update(connection, "INSERT INTO done VALUES (?)", attempt);
        return attempt;
    }

    @Test
    void aTransactionThatLosesTheServerBeforeItsCommitIsDoneOnceMore(Db db) {
        int committed =
                work.inTransaction(
                        "beginning x",
                        connection -> {
                            int attempt = write(connection);
                            if (attempt < 3) {
                                lose(connection);
                            }
                            return attempt;
                        });
        assertThat(committed).isEqualTo(3);
        assertThat(db.value("SELECT string_agg(attempt::text, ',') FROM done")).isEqualTo("3");
        assertThat(notes).hasSize(1).first().asString().contains("beginning x", "went away");
    }

    /// The first attempt loses the server while it commits, and so is not committed.
    private void loseFirstCommit(Db db) {
        db.run(
                """
                CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON done INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NEW.attempt = 1) EXECUTE FUNCTION lose();
                """);
    }

    @Test
    void aTransactionThatLosesTheServerInItsCommitIsNotDoneOnceMore(Db db) {
        loseFirstCommit(db);
        assertThatThrownBy(() -> work.inTransaction("ending x", this::write))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("ending x")
                .hasMessageContaining("the same command resumes")
                .hasCauseInstanceOf(CommitUnknown.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void oneThatKnowsWhatOfItIsDoneIs(Db db) {
        loseFirstCommit(db);
        assertThat(work.<Integer>repeatable("ending x", this::write)).isEqualTo(2);
        assertThat(db.value("SELECT string_agg(attempt::text, ',') FROM done")).isEqualTo("2");
        assertThat(notes).hasSize(1);
    }

    @Test
    void anAttemptWaitsUntilTheBackendOfTheOneBeforeIsGone() throws SQLException {
        try (var stuck = database.open(lease.applicationName())) {
            stuck.setAutoCommit(false);
            write(stuck);
            int backend = stuck.unwrap(PGConnection.class).getBackendPID();
            try (var other = database.open("test")) {
                assertThat(Backends.end(other, lease.applicationName(), backend)).isTrue();
                assertThat(
                                Sql.number(
                                        other,
                                        "SELECT count(*) FROM pg_stat_activity WHERE pid = ?",
                                        backend))
                        .isZero();
            }
        }
    }

    private int comesBetween(Connection connection, int times) throws SQLException {
        int attempt = write(connection);
        if (attempt <= times) {
            Sql.run(connection, "DO 'BEGIN RAISE SQLSTATE ''40001''; END'");
        }
        return attempt;
    }

    @Test
    void whereALiveWriterComesBetweenThereIsAnotherAttempt(Db db) {
        int committed =
                work.repeatableBesideWriters(
                        "rows of x", connection -> comesBetween(connection, 3));
        assertThat(committed).isEqualTo(4);
        assertThat(db.value("SELECT string_agg(attempt::text, ',') FROM done")).isEqualTo("4");
    }

    @Test
    void oneThatAlwaysComesBetweenEndsIt(Db db) {
        assertThatThrownBy(
                        () ->
                                work.repeatableBesideWriters(
                                        "rows of x", connection -> comesBetween(connection, 100)))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("rows of x: other sessions kept changing the same rows");
        assertThat(attempts).hasValue(11);
        assertThat(db.value("SELECT count(*) FROM done")).isEqualTo("0");
    }

    @Test
    void aLookThatLosesTheServerIsTakenOnceMore(Db db) {
        long seen =
                work.reading(
                        "comparing x",
                        connection -> {
                            if (attempts.incrementAndGet() == 1) {
                                lose(connection);
                            }
                            return Sql.number(connection, "SELECT count(*) FROM done");
                        });
        assertThat(seen).isZero();
        assertThat(attempts).hasValue(2);
        assertThat(notes).hasSize(1);
    }

    @Test
    void aConnectionThatWasLostWhileItWaitedForWorkIsReplaced(Db db) {
        work.inTransaction("beginning x", this::write);
        db.run(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE"
                        + " application_name = '"
                        + lease.applicationName()
                        + "'");
        work.inTransaction("ending x", this::write);
        assertThat(db.value("SELECT count(*) FROM done")).isEqualTo("2");
    }
}
