package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The server behind a connection, as far as it decides how to load.
///
/// @param version `server_version_num`: 150018 is 15.18
/// @param walLevel `minimal`, `replica` or `logical`
/// @param lz4 whether columns can be compressed with lz4 (from PostgreSQL 14, where the build has
///   it)
/// @param maxConnections of the server
/// @param freeConnections how many more this role could open now, the least of what server,
///   database and role allow
/// @param superuser whether the role is a superuser
/// @param mayCreateSchema whether the role may make a schema in this database
/// @param readOnly whether the server is a standby or transactions are read-only by default
public record ServerFacts(
        int version,
        String walLevel,
        boolean lz4,
        int maxConnections,
        int freeConnections,
        boolean superuser,
        boolean mayCreateSchema,
        boolean readOnly,
        String role,
        String database,
        String encoding) {
    /// The oldest version Lode is tested with.
    public static final int OLDEST = 130000;

    /// Asks the server, with one query. What kind of backend another role's is, a plain role may
    /// not see: it counts as a client then.
    ///
    /// @throws SQLException as the server gave it
    public static ServerFacts read(Connection connection) throws SQLException {
        String sql =
                """
                WITH clients AS (
                    SELECT datid, usesysid FROM pg_catalog.pg_stat_activity
                    WHERE datid IS NOT NULL AND usesysid IS NOT NULL
                      AND coalesce(backend_type, 'client backend') = 'client backend'
                )
                SELECT current_setting('server_version_num')::int, current_setting('wal_level'),
                       EXISTS (SELECT FROM pg_catalog.pg_settings
                               WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)),
                       current_setting('max_connections')::int,
                       greatest(0, least(
                           current_setting('max_connections')::int - (SELECT count(*) FROM clients)
                               - CASE WHEN r.rolsuper THEN 0
                                 ELSE current_setting('superuser_reserved_connections')::int
                                   + coalesce(current_setting('reserved_connections', true)::int, 0) END,
                           CASE WHEN NOT r.rolsuper AND d.datconnlimit >= 0
                                THEN d.datconnlimit - (SELECT count(*) FROM clients WHERE datid = d.oid) END,
                           CASE WHEN NOT r.rolsuper AND r.rolconnlimit >= 0
                                THEN r.rolconnlimit - (SELECT count(*) FROM clients WHERE usesysid = r.oid) END
                       ))::int,
                       r.rolsuper, has_database_privilege(d.oid, 'CREATE'),
                       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean,
                       r.rolname::text, d.datname::text, pg_encoding_to_char(d.encoding)::text
                FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
                WHERE r.rolname = current_user AND d.datname = current_database()
                """;
        try (var ask = connection.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            if (!row.next()) {
                throw new SQLException(
                        "the server does not list the current role and database", "XX000");
            }
            return new ServerFacts(
                    row.getInt(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getInt(4),
                    row.getInt(5),
                    row.getBoolean(6),
                    row.getBoolean(7),
                    row.getBoolean(8),
                    row.getString(9),
                    row.getString(10),
                    row.getString(11));
        }
    }

    /// 13 to 18.
    public int majorVersion() {
        return version / 10000;
    }

    /// What forbids loading into this database at all; empty when nothing does.
    public List<String> problems() {
        var problems = new ArrayList<String>();
        if (version < OLDEST) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "database '%s': the server is PostgreSQL %d.%d, expected 13 or newer;"
                                    + " nothing was changed; load into a newer server",
                            database,
                            version / 10000,
                            version % 10000));
        }
        if (!encoding.equals("UTF8")) {
            problems.add(
                    "database '"
                            + database
                            + "': encoding is "
                            + encoding
                            + ", expected UTF8; nothing was "
                            + "changed; make another: CREATE DATABASE "
                            + TableName.quote(database + "_utf8")
                            + " ENCODING 'UTF8' TEMPLATE template0");
        }
        if (readOnly) {
            problems.add(
                    "database '"
                            + database
                            + "': the server takes no writes (a standby, or"
                            + " default_transaction_read_only is on); nothing was changed; use the"
                            + " primary server");
        }
        return problems;
    }
}
