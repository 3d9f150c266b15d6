package dev.lode.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.TableName;
import dev.lode.postgres.verify.VerifyQueries;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

@OnPostgres
class AutovacuumTest {
    private FreshSchema schema;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    /// ANALYZE evaluates the index's expression, which tells how long it would wait.
    private void tellingTable() throws SQLException {
        schema.run(
                """
                CREATE FUNCTION patience(a integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
                BEGIN
                    RAISE WARNING 'waits for %', current_setting('deadlock_timeout');
                    RETURN a;
                END $$;
                CREATE TABLE t (a integer);
                CREATE INDEX ON t (patience(a));
                INSERT INTO t VALUES (1);
                """);
    }

    @EachPostgres
    void statisticsDoNotWaitASecondForAutovacuumToGiveWay() throws SQLException {
        tellingTable();
        assertThat(VerifyQueries.analyze(schema.connection(), schema.table("t")))
                .contains("waits for 100ms");
        assertThat(schema.rows("SHOW deadlock_timeout")).containsExactly("1s");
    }

    @EachPostgres
    void whoMayNotAskForItCollectsThemAllTheSame() throws SQLException {
        tellingTable();
        String role = schema.role();
        schema.run(
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(schema.name())
                        + " TO "
                        + TableName.quote(role));
        schema.run("ALTER TABLE t OWNER TO " + TableName.quote(role));
        schema.run("ALTER FUNCTION patience OWNER TO " + TableName.quote(role));
        try (Connection owner = schema.connect(role)) {
            assertThat(VerifyQueries.analyze(owner, schema.table("t")))
                    .isEqualTo(Optional.of("waits for 1s"));
        }
        assertThat(schema.rows("SELECT count(*) > 0 FROM pg_stats WHERE tablename = 't'"))
                .containsExactly("t");
    }
}
