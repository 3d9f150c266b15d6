package dev.lode.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.postgres.Sql;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;

@OnPostgres
final class SavepointsTest {
    /// Of savepoints that are open one in the other, each has a number and a lock as soon as a row
    /// is written; a server has room for some thousands.
    @Test
    void attemptsThatFailedLeaveNoLock(Db db) throws SQLException {
        db.run("CREATE TABLE court (id integer CHECK (id > 0))");
        try (var connection = db.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(
                                () ->
                                        Savepoints.attempt(
                                                connection,
                                                () ->
                                                        Sql.update(
                                                                connection,
                                                                "INSERT INTO court VALUES (1),"
                                                                        + " (0)")))
                        .isInstanceOf(SQLException.class);
            }
            Savepoints.attempt(
                    connection, () -> Sql.update(connection, "INSERT INTO court VALUES (2)"));
            assertThat(
                            Sql.number(
                                    connection,
                                    "SELECT count(*) FROM pg_locks WHERE locktype ="
                                            + " 'transactionid' AND pid = pg_backend_pid()"))
                    .isEqualTo(1);
            connection.commit();
        }
        assertThat(db.value("SELECT string_agg(id::text, ' ') FROM court")).isEqualTo("2");
    }
}
