package dev.lode.postgres.ledger;

import dev.lode.core.LodeException;
import dev.lode.postgres.Sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

/// Creates and upgrades schema `lode`. Each version is one SQL file that never changes once it was
/// released.
public final class LedgerSchema {
    /// The version this program speaks.
    public static final int VERSION = 1;

    /// Key of the advisory lock that makes two starting processes take turns: "lode" in ASCII.
    private static final long LOCK = 0x6c6f6465L;

    private LedgerSchema() {}

    /// Whether the ledger is there, in whatever version.
    public static boolean exists(Connection connection) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE oid = to_regclass('lode.migration')")
                > 0;
    }

    /// Brings the ledger to [#VERSION] in one transaction. `connection` must be in auto-commit.
    ///
    /// @throws LodeException of kind RESOURCE when a newer Lode was here
    public static void migrate(Connection connection) throws SQLException {
        if (version(connection) == VERSION) {
            return;
        }
        connection.setAutoCommit(false);
        try {
            Sql.list(connection, "SELECT pg_advisory_xact_lock(?)", row -> 0, LOCK);
            int found = version(connection);
            if (found > VERSION) {
                throw LodeException.resource(
                        "ledger: schema lode has version "
                                + found
                                + ", this Lode knows "
                                + VERSION
                                + "; nothing was changed; use the newer Lode that upgraded it");
            }
            if (found == 0) {
                if (!schemaExists(connection)) {
                    Sql.run(connection, "CREATE SCHEMA lode");
                }
                Sql.run(
                        connection,
                        "CREATE TABLE IF NOT EXISTS lode.migration (version integer PRIMARY KEY,"
                                + " applied_at timestamptz NOT NULL DEFAULT now())");
            }
            for (int version = found + 1; version <= VERSION; version++) {
                Sql.run(connection, script(version));
                Sql.update(connection, "INSERT INTO lode.migration (version) VALUES (?)", version);
            }
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /// An administrator may have made it for a role that may not.
    private static boolean schemaExists(Connection connection) throws SQLException {
        return Sql.number(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = 'lode'")
                > 0;
    }

    private static int version(Connection connection) throws SQLException {
        return exists(connection)
                ? (int)
                        Sql.number(
                                connection, "SELECT coalesce(max(version), 0) FROM lode.migration")
                : 0;
    }

    private static String script(int version) {
        try (var in = LedgerSchema.class.getResourceAsStream("V" + version + ".sql")) {
            if (in == null) {
                throw LodeException.bug(
                        "ledger script V" + version + ".sql is missing from this build", null);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw LodeException.bug("ledger script V" + version + ".sql cannot be read", e);
        }
    }
}
