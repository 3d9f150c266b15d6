package dev.lode.postgres;

import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;

/// The server went away after it was told to commit and before it said that it had. Once the
/// backend is gone ([Backends#end]), the transaction is committed or it never will be.
public final class CommitUnknown extends SQLException {
    private static final long serialVersionUID = 1L;

    private final int backend;

    private CommitUnknown(SQLException loss, int backend) {
        super(loss.getMessage(), loss.getSQLState(), loss);
        this.backend = backend;
    }

    /// Commits.
    ///
    /// @throws CommitUnknown when the server went away meanwhile
    public static void commit(Connection connection) throws SQLException {
        int backend = connection.unwrap(PGConnection.class).getBackendPID();
        try {
            connection.commit();
        } catch (SQLException e) {
            throw PostgresErrors.isLost(e) ? new CommitUnknown(e, backend) : e;
        }
    }

    /// Process id of the backend that was to commit.
    public int backend() {
        return backend;
    }
}
