package dev.lode.postgres.schema;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A session that holds a lock Lode waits for. Found in `pg_locks` after the wait was given up: by
/// then `pg_blocking_pids` of the own backend is empty, and asking it during the wait would need a
/// second connection.
///
/// @param pid 0 for a prepared transaction
/// @param idle whether the session does nothing inside of its transaction
/// @param seconds since its transaction began, -1 where that may not be seen
public record Blocker(int pid, String application, String user, boolean idle, long seconds) {
    private static final List<String> AGAINST_SHARE =
            List.of(
                    "RowExclusiveLock",
                    "ShareUpdateExclusiveLock",
                    "ShareRowExclusiveLock",
                    "ExclusiveLock",
                    "AccessExclusiveLock");
    private static final List<String> AGAINST_SHARE_ROW_EXCLUSIVE =
            with(AGAINST_SHARE, "ShareLock");
    private static final List<String> AGAINST_ACCESS_EXCLUSIVE =
            with(AGAINST_SHARE_ROW_EXCLUSIVE, "AccessShareLock", "RowShareLock");

    /// A lock that is wanted, by what stands against it (manual, section 13.3.1).
    public enum Wanted {
        /// CREATE INDEX.
        SHARE,
        /// ADD FOREIGN KEY, on both tables. VALIDATE wants less.
        SHARE_ROW_EXCLUSIVE,
        /// DROP INDEX.
        ACCESS_EXCLUSIVE;

        private List<String> against() {
            return switch (this) {
                case SHARE -> AGAINST_SHARE;
                case SHARE_ROW_EXCLUSIVE -> AGAINST_SHARE_ROW_EXCLUSIVE;
                case ACCESS_EXCLUSIVE -> AGAINST_ACCESS_EXCLUSIVE;
            };
        }
    }

    private static List<String> with(List<String> modes, String... more) {
        var all = new ArrayList<>(modes);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    /// Who holds a lock on one of the tables, or the advisory lock, that stands in the way.
    public static List<Blocker> of(
            Connection connection, Collection<TableName> tables, Wanted wanted, long advisory)
            throws SQLException {
        String sql =
                """
                SELECT DISTINCT coalesce(l.pid, 0), coalesce(a.application_name, ''), coalesce(a.usename::text, ''),
                       coalesce(a.state LIKE 'idle in transaction%', false),
                       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start)::bigint, -1)
                FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                WHERE l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                  AND (l.locktype = 'relation' AND l.mode = ANY (?) AND l.relation IN (
                           SELECT c.oid FROM pg_catalog.pg_class c
                           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                           JOIN unnest(?::text[], ?::text[]) AS w(nsp, rel) ON n.nspname = w.nsp AND c.relname = w.rel)
                       OR l.locktype = 'advisory' AND l.objsubid = 1
                          AND (l.classid::bigint << 32 | l.objid::bigint) = ?)
                ORDER BY 1
                """;
        return Sql.list(
                connection,
                sql,
                row ->
                        new Blocker(
                                row.getInt(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getLong(5)),
                connection.createArrayOf("text", wanted.against().toArray()),
                connection.createArrayOf("text", tables.stream().map(TableName::schema).toArray()),
                connection.createArrayOf("text", tables.stream().map(TableName::name).toArray()),
                advisory);
    }

    /// `backend 4711 ("psql", user "bob", idle in a transaction since 73 s)`.
    @Override
    public String toString() {
        if (pid == 0) {
            return "a prepared transaction";
        }
        String who = "backend " + pid + " (\"" + application + "\", user \"" + user + "\"";
        String since =
                seconds < 0
                        ? ""
                        : (idle ? ", idle in a transaction since " : ", in a transaction since ")
                                + seconds
                                + " s";
        return who + since + ")";
    }
}
