package dev.lode.postgres.catalog;

import dev.lode.core.TableName;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.TestServer;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A schema with an awkward name in a test's own database, a connection whose search path it is,
/// and roles that go with it.
public final class FreshSchema implements AutoCloseable {
    private static final String NAME = "A \"b\" C";
    private static final String PASSWORD = "for tests";

    private final Db db;
    private final Connection connection;
    private final int major;
    private final List<String> roles = new ArrayList<>();

    public FreshSchema(Db db) throws SQLException {
        this.db = db;
        connection = db.connect();
        major = connection.getMetaData().getDatabaseMajorVersion();
        run("CREATE SCHEMA " + TableName.quote(NAME));
        run("SET search_path = " + TableName.quote(NAME) + ", public");
    }

    public String name() {
        return NAME;
    }

    /// Of the superuser's session; in auto-commit at first.
    public Connection connection() {
        return connection;
    }

    /// Another session of the superuser, in a time zone far from UTC.
    public Connection connect() throws SQLException {
        return db.connect();
    }

    /// A session of the superuser in another database.
    public Connection connectTo(String database) throws SQLException {
        return new Db(db.server(), database, "public", db.kind()).connect();
    }

    /// A session of a role made by [#role].
    public Connection connect(String role) throws SQLException {
        Connection session = DriverManager.getConnection(db.jdbcUrl(), role, PASSWORD);
        try (var statement = session.createStatement()) {
            statement.execute("SET TIME ZONE '" + TestServer.TIME_ZONE + "'");
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /// A new role without rights, with an awkward name.
    public String role() throws SQLException {
        String role = "Role \"" + roles.size() + "\" of " + db.database();
        run("CREATE ROLE " + TableName.quote(role) + " LOGIN PASSWORD '" + PASSWORD + "'");
        roles.add(role);
        return role;
    }

    public String database() {
        return db.database();
    }

    /// The superuser.
    public String user() {
        return db.user();
    }

    /// Whether the server is of this major version or newer.
    public boolean supports(int majorVersion) {
        return major >= majorVersion;
    }

    /// A table of this schema.
    public TableName table(String table) {
        return new TableName(NAME, table);
    }

    /// Its facts.
    public TableFacts facts(String table) throws SQLException {
        return CatalogReader.table(connection, table(table)).orElseThrow();
    }

    /// Runs statements.
    public void run(String sql) throws SQLException {
        run(connection, sql);
    }

    /// Runs statements in another session.
    public static void run(Connection session, String sql) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Every row, its columns as text joined by `|`.
    public List<String> rows(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            int columns = row.getMetaData().getColumnCount();
            var rows = new ArrayList<String>();
            while (row.next()) {
                var text = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    text.append(column == 1 ? "" : "|").append(row.getString(column));
                }
                rows.add(text.toString());
            }
            return rows;
        }
    }

    /// Asks until the answer is as wanted.
    ///
    /// @throws AssertionError after 20 s
    public void await(String sql, List<String> wanted) throws SQLException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        for (List<String> found = rows(sql); !found.equals(wanted); found = rows(sql)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(sql + ": " + found + ", expected " + wanted);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        for (String role : roles) {
            run("DROP OWNED BY " + TableName.quote(role) + " CASCADE");
            run("DROP ROLE " + TableName.quote(role));
        }
        connection.close();
    }
}
