package dev.lode.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

@OnPostgres
class BriefConnectionTest {
    private static long backend(Connection connection) throws SQLException {
        return Sql.number(connection, "SELECT pg_backend_pid()");
    }

    private static long briefly(Database database, String name) throws SQLException {
        try (var brief = database.brief(name)) {
            long backend = backend(brief.connection());
            brief.done();
            return backend;
        }
    }

    private static String sessions(Db db) {
        return db.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'one'");
    }

    @Test
    void workUnderTheSameNameFindsTheConnectionThatEarlierWorkLeft(Db db) throws SQLException {
        var database = TestDatabase.of(db);
        long first = briefly(database, "one");
        assertThat(briefly(database, "one")).isEqualTo(first);
        assertThat(briefly(database, "two")).isNotEqualTo(first);
        database.closeIdle();
    }

    @Test
    void aTransactionThatWasLeftOpenIsRolledBackBeforeOthersGetTheConnection(Db db)
            throws SQLException {
        var database = TestDatabase.of(db);
        try (var brief = database.brief("one")) {
            brief.connection().setAutoCommit(false);
            brief.connection().setReadOnly(true);
            Sql.run(brief.connection(), "SET LOCAL work_mem = '1MB'");
            brief.done();
        }
        try (var brief = database.brief("one")) {
            assertThat(brief.connection().getAutoCommit()).isTrue();
            assertThat(brief.connection().isReadOnly()).isFalse();
            assertThat(Sql.first(brief.connection(), "SHOW work_mem", row -> row.getString(1)))
                    .isNotEqualTo(Optional.of("1MB"));
        }
        database.closeIdle();
    }

    @Test
    void workThatFailedLeavesNoConnection(Db db) throws SQLException {
        var database = TestDatabase.of(db);
        assertThatThrownBy(
                        () -> {
                            try (var brief = database.brief("one")) {
                                Sql.run(brief.connection(), "SELECT 1 / 0");
                                brief.done();
                            }
                        })
                .isInstanceOf(SQLException.class);
        long next = briefly(database, "one");
        assertThat(briefly(database, "one")).isEqualTo(next);
        database.closeIdle();
    }

    @Test
    void aConnectionWhoseBackendWasEndedIsReplaced(Db db) throws SQLException {
        var database = TestDatabase.of(db);
        long first = briefly(database, "one");
        db.value("SELECT pg_terminate_backend(?)", (int) first);
        assertThat(briefly(database, "one")).isNotEqualTo(first);
        database.closeIdle();
    }

    @Test
    void afterACancellationNoEarlierConnectionIsUsedAgain(Db db) throws SQLException {
        var database = TestDatabase.of(db);
        long first = briefly(database, "one");
        database.cancelAll();
        assertThat(briefly(database, "one")).isNotEqualTo(first);
        database.closeIdle();
    }

    @Test
    void fewAreKeptAndNoneOnceItIsClosed(Db db) throws SQLException {
        var database = TestDatabase.of(db);
        var open = new java.util.ArrayList<BriefConnection>();
        for (int i = 0; i < IdleConnections.MOST + 2; i++) {
            open.add(database.brief("one"));
        }
        for (var brief : open) {
            brief.done();
            brief.close();
        }
        awaitSessions(db, String.valueOf(IdleConnections.MOST));
        database.closeIdle();
        briefly(database, "one");
        awaitSessions(db, "0");
    }

    /// A backend ends a moment after its client has gone.
    private static void awaitSessions(Db db, String count) {
        for (int i = 0; i < 1000 && !sessions(db).equals(count); i++) {
            db.value("SELECT pg_sleep(0.01)");
        }
        assertThat(sessions(db)).isEqualTo(count);
    }
}
