package dev.lode.postgres.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import java.sql.DriverManager;
import java.sql.SQLException;

class LedgerSchemaTest {
    @EachPostgres
    void whoMayNotMakeSchemasUsesTheOneThatWasMadeForHim(Db db) throws Exception {
        String role = "modest_" + db.schema();
        db.run("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        try (var connection = DriverManager.getConnection(db.jdbcUrl(), role, "secret")) {
            assertThatThrownBy(() -> LedgerSchema.migrate(connection))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for database");
            db.run("CREATE SCHEMA lode AUTHORIZATION " + role);
            LedgerSchema.migrate(connection);
            assertThat(LedgerSchema.exists(connection)).isTrue();
        } finally {
            db.run(
                    "DROP SCHEMA IF EXISTS lode CASCADE; DROP OWNED BY "
                            + role
                            + "; DROP ROLE "
                            + role);
        }
    }
}
