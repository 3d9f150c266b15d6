package dev.lode.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/// Ends backends of connections that are lost or belong to who is dead: what they are at, a commit
/// perhaps, is decided once they are gone, and no sooner. Stateless.
public final class Backends {
    private static final int ROUNDS = 600;

    private Backends() {}

    /// Ends those of an application name in the connection's database, the connection's own apart,
    /// and waits until they are gone.
    ///
    /// @return false when some are still there after half a minute
    public static boolean end(Connection connection, String application) throws SQLException {
        return end(connection, application, "");
    }

    /// The same for one of them.
    ///
    /// @param pid its process id
    public static boolean end(Connection connection, String application, int pid)
            throws SQLException {
        return end(connection, application, " AND pid = " + pid);
    }

    private static boolean end(Connection connection, String application, String which)
            throws SQLException {
        for (int round = 0; round < ROUNDS; round++) {
            boolean gone =
                    Sql.list(
                                    connection,
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                                        + " application_name = ? AND datname = current_database()"
                                        + " AND pid <> pg_backend_pid()"
                                            + which,
                                    row -> 1,
                                    application)
                            .isEmpty();
            if (gone) {
                return true;
            }
            Sql.list(connection, "SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)", row -> 1);
        }
        return false;
    }
}
