package dev.lode.postgres.catalog;

import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;

/// How the server's own upkeep stands aside. While rows come in, it begins to analyze or vacuum
/// their table whenever it grew by a tenth, and holds the lock that indexes, keys and ANALYZE need.
///
/// Foreign fact: a session that waits for a lock looks after `deadlock_timeout` (1 s) who holds it,
/// and cancels an autovacuum there, unless that is to prevent a wraparound. Only superusers may
/// change the setting; others wait for the second.
public final class Autovacuum {
    /// An expression for a SELECT in a transaction: from here to its end a lock is waited for a
    /// tenth of a second, and then taken from autovacuum.
    public static final String YIELDS_SOON =
            "CASE WHEN current_setting('is_superuser') = 'on'"
                    + " THEN set_config('deadlock_timeout', '100ms', true) END";

    private Autovacuum() {}

    /// Runs [#YIELDS_SOON] on a connection in a transaction.
    public static void yieldSoon(Connection connection) throws SQLException {
        Sql.list(connection, "SELECT " + YIELDS_SOON, row -> 0);
    }
}
