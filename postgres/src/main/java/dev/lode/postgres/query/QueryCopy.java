package dev.lode.postgres.query;

import dev.lode.core.LodeException;
import dev.lode.format.table.TableColumn;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Streams the rows of a query out of the server by COPY, in the query's order and with its
/// columns, in a read-only transaction. Holds one row at a time. Thread safe.
public final class QueryCopy {
    private static final int SIGNATURE = 11;

    /// How a query of rows begins, behind comments and parentheses.
    private static final Pattern QUERY =
            Pattern.compile(
                    "(?:\\s|\\(|--[^\\n"
                            + "]*(?:\\n"
                            + "|$)|/\\*(?:[^*]|\\*(?!/))*+\\*/)*+(?:select|with|values|table)\\b",
                    Pattern.CASE_INSENSITIVE);

    private static final int SHOWN = 60;

    private final Connections connections;
    private final String where;

    /// @param where the database, for messages
    public QueryCopy(Connections connections, String where) {
        this.connections = connections;
        this.where = where;
    }

    /// Takes rows, one by one.
    @FunctionalInterface
    public interface Sink {
        void row(byte[] bytes) throws IOException;
    }

    /// Rows as CSV with a header line, by RFC 4180 but for lines that end with a line feed alone.
    /// NULL is an empty field, the empty text a pair of quotes.
    ///
    /// @param sink gets lines with their ends, the header first
    /// @return rows without the header
    /// @throws LodeException of kind USAGE when the server does not understand the query or it
    ///   would write
    /// @throws IOException as the sink gave it; then the query was stopped
    public long csv(String query, Sink sink) throws IOException {
        return copy(
                "COPY (" + bare(query) + "\n) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')",
                bytes -> {
                    sink.row(bytes);
                    return 1;
                },
                -1);
    }

    /// Rows as JSON objects, as `row_to_json` writes them.
    ///
    /// @param sink gets documents
    /// @return rows
    public long json(String query, Sink sink) throws IOException {
        var first = new boolean[] {true};
        Message document =
                bytes -> {
                    var row = ByteBuffer.wrap(bytes);
                    if (first[0]) {
                        first[0] = false;
                        row.position(SIGNATURE + 4);
                        row.position(row.position() + 4 + row.getInt(row.position()));
                    }
                    if (!row.hasRemaining() || row.getShort() < 0) {
                        return 0;
                    }
                    var text = new byte[row.getInt()];
                    row.get(text);
                    sink.row(text);
                    return 1;
                };
        return reading(
                connection -> {
                    refuseNamesakes(ResultColumns.of(connection, bare(query)).columns());
                    return copy(
                            connection,
                            "COPY (SELECT row_to_json(q)::text FROM ("
                                    + bare(query)
                                    + "\n) q) TO STDOUT (FORMAT binary, ENCODING 'UTF8')",
                            document,
                            0);
                });
    }

    /// A reader of a JSON object keeps one value for a name.
    private static void refuseNamesakes(List<TableColumn> columns) {
        var names = new HashSet<String>();
        for (var column : columns) {
            if (!names.add(column.name())) {
                throw LodeException.usage(
                        "export: two columns are called \""
                                + column.name()
                                + "\", and readers of JSON would keep one of them; nothing was"
                                + " written; name them apart with AS, or write CSV");
            }
        }
    }

    /// Takes rows by columns.
    public interface RowSink {
        /// Once, before the rows.
        void columns(List<TableColumn> columns) throws IOException;

        /// @param values as [ColumnType][dev.lode.format.table.ColumnType] says; null for NULL
        void row(List<byte @Nullable []> values) throws IOException;
    }

    /// Rows with the types of their columns.
    ///
    /// @return rows
    public long rows(String query, RowSink sink) throws IOException {
        return reading(
                connection -> {
                    // The lock on its tables stays, so that the types are those of the rows.
                    var columns = ResultColumns.of(connection, bare(query));
                    sink.columns(columns.columns());
                    var rows = new BinaryRows();
                    return copy(
                            connection,
                            "COPY ("
                                    + columns.select(bare(query))
                                    + ") TO STDOUT (FORMAT binary, ENCODING 'UTF8')",
                            bytes -> {
                                var values = rows.values(bytes);
                                if (values.isEmpty()) {
                                    return 0;
                                }
                                sink.row(values.get());
                                return 1;
                            },
                            0);
                });
    }

    /// The query without the semicolons at its end.
    ///
    /// @throws LodeException of kind USAGE for a statement that is no query of rows
    private static String bare(String query) {
        String bare = query.strip().replaceFirst("(\\s*;)+$", "");
        if (!QUERY.matcher(bare).lookingAt()) {
            String shown = bare.length() > SHOWN ? bare.substring(0, SHOWN) + "..." : bare;
            throw LodeException.usage(
                    "export: \""
                            + shown
                            + "\" is no query of rows: expected SELECT, WITH, VALUES or TABLE;"
                            + " nothing was written");
        }
        return bare;
    }

    /// What a message of COPY comes to, in rows.
    private interface Message {
        int take(byte[] bytes) throws IOException;
    }

    /// Work in a transaction.
    private interface Reading {
        long on(Connection connection) throws SQLException, IOException;
    }

    private long copy(String sql, Message sink, long from) throws IOException {
        return reading(connection -> copy(connection, sql, sink, from));
    }

    private static long copy(Connection connection, String sql, Message sink, long from)
            throws SQLException, IOException {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        long rows = from;
        boolean whole = false;
        try {
            byte[] bytes;
            while ((bytes = copy.readFromCopy()) != null) {
                rows += sink.take(bytes);
            }
            whole = true;
        } finally {
            if (!whole) {
                stop(connection, copy);
            }
        }
        if (copy.getHandledRowCount() != rows) {
            throw LodeException.bug(
                    "export: the server sent "
                            + copy.getHandledRowCount()
                            + " rows, "
                            + rows
                            + " were taken; nothing was written",
                    null);
        }
        return rows;
    }

    private long reading(Reading work) throws IOException {
        try (var connection = connections.open("lode export")) {
            connection.setAutoCommit(false);
            // As a statement: COPY itself begins a transaction without asking for that.
            Sql.run(connection, "SET TRANSACTION READ ONLY");
            long rows = work.on(connection);
            connection.commit();
            return rows;
        } catch (SQLException e) {
            String state = PostgresErrors.state(e);
            if (state.startsWith("42") && !state.equals("42501")) {
                throw LodeException.usage(
                        "export: "
                                + PostgresErrors.text(e)
                                + PostgresErrors.detail(e)
                                        .map(detail -> " (" + detail + ")")
                                        .orElse("")
                                + "; nothing was written");
            }
            if (state.startsWith("22")) {
                throw LodeException.data(
                        "export: "
                                + PostgresErrors.text(e)
                                + "; nothing was written; a value that the query computes is not"
                                + " possible: change the query",
                        e);
            }
            if (state.equals("25006")) {
                throw LodeException.usage(
                        "export: "
                                + PostgresErrors.text(e)
                                + "; nothing was written; lode export only reads");
            }
            throw PostgresErrors.explain(where, "exporting", e);
        }
    }

    private static void stop(Connection connection, CopyOut copy) {
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            // Whatever state it is in, the connection is closed behind this.
            try {
                connection.abort(Runnable::run);
            } catch (SQLException gone) {
                e.addSuppressed(gone);
            }
        }
    }
}
