package dev.lode.postgres.doctor;

import dev.lode.core.ByteSize;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Settings of a server that decide how fast and how safely it takes a bulk load.
///
/// @param synchronousCommit as this role gets it
/// @param toastCompression `pglz` or `lz4`; empty before PostgreSQL 14
/// @param walCompression `off` or a method
/// @param standbys connected now
/// @param archiving whether WAL is archived
/// @param database size
public record ServerTuning(
        ByteSize maxWalSize,
        Duration checkpointTimeout,
        ByteSize maintenanceWorkMem,
        ByteSize sharedBuffers,
        String walLevel,
        int maxWalSenders,
        String walCompression,
        String toastCompression,
        String synchronousCommit,
        boolean fsync,
        boolean fullPageWrites,
        boolean autovacuum,
        int standbys,
        boolean archiving,
        ByteSize database) {
    /// @throws SQLException as the server gave it
    public static ServerTuning read(Connection connection) throws SQLException {
        String sql =
                """
                SELECT pg_size_bytes(current_setting('max_wal_size')),
                       extract(epoch FROM current_setting('checkpoint_timeout')::interval)::bigint,
                       pg_size_bytes(current_setting('maintenance_work_mem')),
                       pg_size_bytes(current_setting('shared_buffers')),
                       current_setting('wal_level'), current_setting('max_wal_senders')::int,
                       current_setting('wal_compression'),
                       coalesce(current_setting('default_toast_compression', true), ''),
                       current_setting('synchronous_commit'), current_setting('fsync')::boolean,
                       current_setting('full_page_writes')::boolean,
                       current_setting('autovacuum')::boolean,
                       (SELECT count(*) FROM pg_catalog.pg_stat_replication)::int,
                       current_setting('archive_mode') <> 'off', pg_database_size(current_database())
                """;
        try (var ask = connection.createStatement();
                var row = ask.executeQuery(sql)) {
            row.next();
            return new ServerTuning(
                    ByteSize.of(row.getLong(1)),
                    Duration.ofSeconds(row.getLong(2)),
                    ByteSize.of(row.getLong(3)),
                    ByteSize.of(row.getLong(4)),
                    row.getString(5),
                    row.getInt(6),
                    row.getString(7),
                    row.getString(8),
                    row.getString(9),
                    row.getBoolean(10),
                    row.getBoolean(11),
                    row.getBoolean(12),
                    row.getInt(13),
                    row.getBoolean(14),
                    ByteSize.of(row.getLong(15)));
        }
    }
}
