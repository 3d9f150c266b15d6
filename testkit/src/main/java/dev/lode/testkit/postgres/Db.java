package dev.lode.testkit.postgres;

import dev.lode.core.Secret;
import dev.lode.embedded.ServerAddress;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A database, or a schema of one, that a test has for itself.
///
/// @param schema first on the search path of [#connect]
/// @param kind of its server
public record Db(ServerAddress server, String database, String schema, ServerKind kind)
        implements AutoCloseable {
    public String user() {
        return server.user();
    }

    public Secret password() {
        return server.password();
    }

    /// Without user, password and schema.
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:"
                + server.port()
                + "/"
                + database
                + "?sslmode=disable&gssEncMode=disable";
    }

    /// As `DATABASE_URL` takes it, with the password.
    public String url() {
        return "postgresql://"
                + user()
                + ":"
                + password().reveal()
                + "@127.0.0.1:"
                + server.port()
                + "/"
                + database;
    }

    /// A connection of the caller's own, in time zone [TestServer#TIME_ZONE] (which pgjdbc
    /// otherwise takes from the JVM).
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl(), user(), password().reveal());
        try (var statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE '" + TestServer.TIME_ZONE + "'");
            statement.execute("SET search_path = " + schema + ", public");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// Runs statements, several with semicolons between them as one transaction, on a connection of
    /// its own.
    public void run(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql + ": " + e.getMessage(), e);
        }
    }

    /// The rows of a query as the server writes the values; SQL's NULL is `null`: compare with
    /// [#row].
    public List<List<@Nullable String>> rows(String sql, Object... parameters) {
        try (var connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return rows(result);
            }
        } catch (SQLException e) {
            throw new AssertionError(sql + ": " + e.getMessage(), e);
        }
    }

    private static List<List<@Nullable String>> rows(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        var rows = new ArrayList<List<@Nullable String>>();
        while (result.next()) {
            var row = new ArrayList<@Nullable String>();
            for (int column = 1; column <= columns; column++) {
                row.add(result.getString(column));
            }
            rows.add(Collections.unmodifiableList(row));
        }
        return rows;
    }

    /// An expected row of [#rows]; takes `null` for SQL's NULL.
    public static List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }

    /// The only value of a query's only row; SQL's NULL is the word `null`.
    public String value(String sql, Object... parameters) {
        List<List<@Nullable String>> rows = rows(sql, parameters);
        if (rows.size() != 1 || rows.getFirst().size() != 1) {
            throw new AssertionError(sql + ": expected one value, found " + rows);
        }
        return String.valueOf(rows.getFirst().getFirst());
    }

    /// Removes the database or schema, with whoever is still connected to it.
    @Override
    public void close() {
        if (schema.equals("public")) {
            new Db(server, "postgres", "public", kind)
                    .run("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
        } else {
            run("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        }
    }
}
