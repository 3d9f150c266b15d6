package dev.lode.postgres.catalog;

import dev.lode.core.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A schema of its own for one test, with an awkward name, and a connection whose search path it is.
public final class FreshSchema implements AutoCloseable {
    private final String name = LocalPostgres.freshName();
    private final Connection connection;
    private final int major;

    public FreshSchema() throws SQLException {
        connection = LocalPostgres.connect();
        major = connection.getMetaData().getDatabaseMajorVersion();
        run("CREATE SCHEMA " + TableName.quote(name));
        run("SET search_path = " + TableName.quote(name) + ", public");
    }

    public String name() {
        return name;
    }

    public Connection connection() {
        return connection;
    }

    /// Whether the server is of this major version or newer.
    public boolean supports(int majorVersion) {
        return major >= majorVersion;
    }

    /// A table of this schema.
    public TableName table(String table) {
        return new TableName(name, table);
    }

    /// Its facts.
    public TableFacts facts(String table) throws SQLException {
        return CatalogReader.table(connection, table(table)).orElseThrow();
    }

    /// Runs statements.
    public void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
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

    @Override
    public void close() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        run("DROP SCHEMA IF EXISTS " + TableName.quote(name) + " CASCADE");
        connection.close();
    }
}
