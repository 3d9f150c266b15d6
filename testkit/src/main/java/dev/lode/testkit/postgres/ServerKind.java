package dev.lode.testkit.postgres;

/// What kind of server a test wants.
///
/// @param durable everything is synced, as on a user's server; otherwise nothing is, which is much
///   faster and survives the death of the server's processes all the same, only not that of the
///   machine
/// @param minimalWal `wal_level` is `minimal`, so that rows may go into new tables without a log;
///   otherwise `replica`, as on most users' servers
public record ServerKind(PostgresVersion version, boolean durable, boolean minimalWal) {
    /// The usual one of a version: fast, `wal_level` `replica`.
    public static ServerKind of(PostgresVersion version) {
        return new ServerKind(version, false, false);
    }

    /// For names of folders.
    String folderName() {
        return version.name().charAt(0) + (durable ? "d" : "") + (minimalWal ? "m" : "");
    }
}
