package dev.lode.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.Privileges.Need;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

@OnPostgres
class ServerFactsTest {
    private FreshSchema schema;
    private String role;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
        role = schema.role();
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    @EachPostgres
    void theServerIsToldAsItIs() throws SQLException {
        ServerFacts facts = ServerFacts.read(schema.connection());

        assertThat(facts.version())
                .isEqualTo(Integer.parseInt(schema.rows("SHOW server_version_num").getFirst()));
        assertThat(facts.majorVersion()).isBetween(13, 18);
        assertThat(facts.walLevel()).isEqualTo("replica");
        assertThat(facts.lz4()).isEqualTo(lz4Works());
        assertThat(facts.superuser()).isTrue();
        assertThat(facts.role()).isEqualTo(schema.user());
        assertThat(facts.database()).isEqualTo(schema.database());
        assertThat(facts.encoding()).isEqualTo("UTF8");
        assertThat(facts.mayCreateSchema()).isTrue();
        assertThat(facts.readOnly()).isFalse();
        assertThat(facts.problems()).isEmpty();
    }

    private boolean lz4Works() throws SQLException {
        try {
            schema.run("CREATE TABLE squeezed (a text COMPRESSION lz4)");
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn("0A000", "42601");
            return false;
        }
    }

    @EachPostgres
    void freeConnectionsAreThoseThisRoleCanStillOpen() throws SQLException {
        // Backends of connections closed a moment ago may still be there.
        schema.await(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'",
                List.of("1"));
        ServerFacts superuser = ServerFacts.read(schema.connection());
        assertThat(superuser.freeConnections()).isEqualTo(superuser.maxConnections() - 1);
        schema.run("ALTER ROLE " + TableName.quote(role) + " CONNECTION LIMIT 5");
        try (Connection one = schema.connect(role);
                Connection two = schema.connect(role)) {
            assertThat(ServerFacts.read(one).freeConnections()).isEqualTo(3);
            schema.run("ALTER ROLE " + TableName.quote(role) + " CONNECTION LIMIT -1");
            int reserved =
                    Integer.parseInt(schema.rows("SHOW superuser_reserved_connections").getFirst());
            assertThat(ServerFacts.read(two).freeConnections())
                    .isEqualTo(superuser.maxConnections() - 3 - reserved);
        }
    }

    @EachPostgres
    void aDatabaseOfAnotherEncodingIsRefusedWithTheCommand() throws SQLException {
        String database = schema.database() + " \"latin";
        schema.run(
                "CREATE DATABASE "
                        + TableName.quote(database)
                        + " ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C'"
                        + " LC_CTYPE 'C'"
                        + (schema.supports(15) ? " LOCALE_PROVIDER libc" : ""));
        try (Connection connection = schema.connectTo(database)) {
            assertThat(ServerFacts.read(connection).problems())
                    .containsExactly(
                            "database '"
                                    + database
                                    + "': encoding is LATIN1, expected UTF8; nothing was changed;"
                                    + " make another: CREATE DATABASE "
                                    + TableName.quote(database + "_utf8")
                                    + " ENCODING 'UTF8' TEMPLATE template0");
        }
        schema.run("DROP DATABASE " + TableName.quote(database));
    }

    @EachPostgres
    void aReadOnlyServerIsRefused() throws SQLException {
        schema.run("SET default_transaction_read_only = on");
        List<String> problems = ServerFacts.read(schema.connection()).problems();
        schema.run("SET default_transaction_read_only = off");
        assertThat(problems).singleElement().asString().contains("takes no writes");
    }

    @EachPostgres
    void whatIsMissingIsToldWithTheCommandThatGivesIt() throws SQLException {
        schema.run("CREATE TABLE \"My t\" (id integer); CREATE TABLE other (id integer)");
        TableName table = schema.table("My t");
        Set<Need> needs = EnumSet.of(Need.INSERT, Need.SELECT, Need.OWNER);
        try (Connection connection = schema.connect(role)) {
            List<MissingPrivilege> closed =
                    Privileges.missing(connection, List.of(table, schema.table("other")), needs);
            assertThat(closed).extracting(MissingPrivilege::privilege).containsExactly("USAGE");
            schema.run(closed.getFirst().command());
            schema.run("GRANT SELECT ON other TO " + TableName.quote(role));

            List<MissingPrivilege> missing =
                    Privileges.missing(connection, List.of(table, schema.table("other")), needs);
            assertThat(missing)
                    .extracting(m -> m.table().name() + " " + m.privilege())
                    .containsExactly(
                            "My t SELECT",
                            "My t INSERT",
                            "My t OWNER",
                            "other INSERT",
                            "other OWNER");
            assertThat(missing.getFirst().sentence())
                    .isEqualTo(
                            "table '"
                                    + table
                                    + "': role '"
                                    + role
                                    + "' has no SELECT right; nothing was changed; run"
                                    + " as '"
                                    + schema.user()
                                    + "': GRANT SELECT ON "
                                    + table.sql()
                                    + " TO "
                                    + TableName.quote(role));
            for (MissingPrivilege privilege : missing) {
                schema.run(privilege.command());
            }
            assertThat(Privileges.missing(connection, List.of(table, schema.table("other")), needs))
                    .isEmpty();
        }
    }

    @EachPostgres
    void aRoleThatMayNotMakeSchemasIsTold() throws SQLException {
        try (Connection connection = schema.connect(role)) {
            assertThat(ServerFacts.read(connection).mayCreateSchema()).isFalse();
            assertThat(ServerFacts.read(connection).superuser()).isFalse();
        }
    }
}
