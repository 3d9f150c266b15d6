package dev.lode.postgres;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// One connection for transactions that are ended by hand, opened when it is needed and again when
/// it was lost. Belongs to one thread.
public final class LastingConnection implements AutoCloseable {
    private final Connections connections;
    private final String name;
    private @Nullable Connection open;

    /// @param name application name
    public LastingConnection(Connections connections, String name) {
        this.connections = connections;
        this.name = name;
    }

    /// The connection, opened when there is none; autocommit is off.
    ///
    /// @throws SQLException when the server gives none
    public Connection get() throws SQLException {
        var connection = open;
        if (connection == null || connection.isClosed()) {
            connection = connections.open(name);
            open = connection;
            connection.setAutoCommit(false);
        }
        return connection;
    }

    /// Takes back what was not committed; a connection that cannot is given up, and the server
    /// takes it back.
    public void rollback() {
        var connection = open;
        if (connection != null) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                close();
            }
        }
    }

    /// Gives the connection up; the next [#get] opens another.
    @Override
    public void close() {
        var connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is given up either way; the server rolls back what was not committed.
            }
        }
    }
}
