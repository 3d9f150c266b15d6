package dev.lode.postgres.query;

import dev.lode.core.LodeException;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Runs queries in read-only transactions and streams their rows. Thread safe.
public final class Queries {
    private static final int FETCH_ROWS = 1000;

    private final Connections connections;
    private final String where;

    /// @param where the database, for messages
    public Queries(Connections connections, String where) {
        this.connections = connections;
        this.where = where;
    }

    /// What messages call the database.
    public String where() {
        return where;
    }

    /// Names of the tables of a schema, in their order.
    public List<String> tables(String schema) {
        var names = new ArrayList<String>();
        run(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace ="
                        + " to_regnamespace(quote_ident(?)) ORDER BY 1",
                0,
                new OneColumn(names),
                schema);
        return names;
    }

    /// Streams the rows of one statement.
    ///
    /// @param limit rows after which it stops; 0 for no limit
    /// @return rows handed to the sink
    /// @throws LodeException of kind USAGE when the server does not understand the statement or it
    ///   would write
    public long run(String sql, long limit, RowSink sink, @Nullable Object... values) {
        try (var brief = connections.brief("lode query")) {
            var connection = brief.connection();
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (var statement = connection.prepareStatement(sql)) {
                statement.setFetchSize(FETCH_ROWS);
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                long rows = stream(statement, limit, sink);
                brief.done();
                return rows;
            } finally {
                rollback(connection);
            }
        } catch (SQLException e) {
            if (PostgresErrors.state(e).startsWith("42")
                    && !PostgresErrors.state(e).equals("42501")) {
                throw LodeException.usage(
                        "query: "
                                + PostgresErrors.text(e)
                                + PostgresErrors.detail(e)
                                        .map(detail -> " (" + detail + ")")
                                        .orElse(""));
            }
            if (PostgresErrors.state(e).equals("25006")) {
                throw LodeException.usage(
                        "query: "
                                + PostgresErrors.text(e)
                                + "; lode query only reads: use psql with lode db url to write");
            }
            throw PostgresErrors.explain(where, "running the query", e);
        }
    }

    private static long stream(PreparedStatement statement, long limit, RowSink sink)
            throws SQLException {
        if (!statement.execute()) {
            throw LodeException.usage(
                    "query: the statement returns no rows; lode query only reads");
        }
        long count = 0;
        try (var rows = statement.getResultSet()) {
            sink.columns(names(rows));
            int width = rows.getMetaData().getColumnCount();
            while ((limit == 0 || count < limit) && rows.next()) {
                var values = new ArrayList<@Nullable String>(width);
                for (int i = 1; i <= width; i++) {
                    values.add(rows.getString(i));
                }
                sink.row(values);
                count++;
            }
        }
        return count;
    }

    private static List<String> names(ResultSet rows) throws SQLException {
        var names = new ArrayList<String>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            names.add(rows.getMetaData().getColumnLabel(i));
        }
        return names;
    }

    private static void rollback(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
        }
    }
}
