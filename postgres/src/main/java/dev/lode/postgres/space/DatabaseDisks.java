package dev.lode.postgres.space;

import dev.lode.core.ByteSize;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where a database keeps its files, as far as that can be seen from here: the server must run on
/// this machine, and the role must be allowed to ask for its folder.
///
/// @param folders of the data and of the tables' tablespaces; empty when they cannot be seen
/// @param unseen why not; empty when they can
public record DatabaseDisks(Set<Path> folders, String unseen) {
    /// What one disk has free.
    public record Free(Path folder, ByteSize bytes) {}

    public DatabaseDisks {
        folders = Set.copyOf(folders);
    }

    /// @param connection in auto-commit: a refusal must not end a transaction of the caller
    /// @param tables whose tablespaces count; those that are missing would be in the default one
    public static DatabaseDisks find(Connection connection, Collection<TableName> tables)
            throws SQLException {
        String address =
                Sql.first(
                                connection,
                                "SELECT host(inet_server_addr())",
                                row -> Optional.ofNullable(row.getString(1)).orElse(""))
                        .orElse("");
        if (!address.isEmpty() && !isOurs(address)) {
            return new DatabaseDisks(Set.of(), "the server is on another machine");
        }
        Path data;
        try {
            data =
                    Path.of(
                            Sql.list(
                                            connection,
                                            "SELECT current_setting('data_directory')",
                                            row -> row.getString(1))
                                    .getFirst());
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                return new DatabaseDisks(
                        Set.of(),
                        "the role may not ask where its files are (pg_read_all_settings)");
            }
            throw e;
        }
        var folders = new LinkedHashSet<Path>();
        for (String place : locations(connection, tables)) {
            folders.add(place.isEmpty() ? data : Path.of(place));
        }
        folders.add(data);
        for (var folder : folders) {
            if (free(folder) == null) {
                return new DatabaseDisks(
                        Set.of(), "its folder " + folder + " cannot be seen from here");
            }
        }
        return new DatabaseDisks(folders, "");
    }

    private static List<String> locations(Connection connection, Collection<TableName> tables)
            throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT DISTINCT pg_tablespace_location(coalesce(nullif(c.reltablespace, 0), d.dattablespace))
                FROM pg_database d, pg_class c
                LEFT JOIN pg_index i ON i.indexrelid = c.oid
                JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
                JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE d.datname = current_database() AND n.nspname || '.' || t.relname = ANY (?)
                """,
                row -> Optional.ofNullable(row.getString(1)).orElse(""),
                (Object)
                        tables.stream()
                                .map(table -> table.schema() + "." + table.name())
                                .toArray(String[]::new));
    }

    private static boolean isOurs(String address) {
        try {
            // A literal address: nothing is asked of a name server.
            var parsed = InetAddress.getByName(address);
            return parsed.isLoopbackAddress() || NetworkInterface.getByInetAddress(parsed) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /// The fullest of the disks; empty when they cannot be seen.
    public Optional<Free> fullest() {
        return folders.stream()
                .map(
                        folder -> {
                            var free = free(folder);
                            return free == null
                                    ? Optional.<Free>empty()
                                    : Optional.of(new Free(folder, free));
                        })
                .flatMap(Optional::stream)
                .min(java.util.Comparator.comparing(Free::bytes));
    }

    private static @Nullable ByteSize free(Path folder) {
        try {
            return ByteSize.of(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            // Not to be seen, which the caller says.
            return null;
        }
    }
}
