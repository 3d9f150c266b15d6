package dev.lode.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/// A connection for one piece of work, perhaps one that earlier work has left. Short work says at
/// its end that the session is as it was found: no transaction is open, no setting or temporary
/// table of the session is left; a session lent for longer is renewed. Where the work does not say
/// that it is done, for it failed, the connection is closed.
///
/// Opening one costs the server a process and several round trips, some 10 ms; a run without
/// anything to load has a hundred such pieces.
///
/// Belongs to one thread.
public final class BriefConnection implements AutoCloseable {
    /// Takes a connection that may be used again.
    @FunctionalInterface
    interface Keeper {
        void keep(Connection connection) throws SQLException;
    }

    private final Connection connection;
    private final Keeper keeper;
    private boolean clean;

    BriefConnection(Connection connection, Keeper keeper) {
        this.connection = connection;
        this.keeper = keeper;
    }

    /// For the work; it does not close it.
    public Connection connection() {
        return connection;
    }

    /// The work is done and the session is as it was found.
    public void done() {
        clean = true;
    }

    @Override
    public void close() throws SQLException {
        if (clean) {
            keeper.keep(connection);
        } else {
            connection.close();
        }
    }
}
