package dev.lode.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/// Opens connections to the target database. The seam at which a test makes JDBC calls fail. Thread
/// safe.
@FunctionalInterface
public interface Connections {
    /// A connection of the caller's own, with auto-commit on, in UTC and ISO dates.
    ///
    /// @param name what `pg_stat_activity` shows as application name, at most 63 bytes
    Connection open(String name) throws SQLException;

    /// The same for one short piece of work; may be a connection that earlier work under this name
    /// has left.
    default BriefConnection brief(String name) throws SQLException {
        return new BriefConnection(open(name), Connection::close);
    }

    /// The same for longer work, which may leave settings, temporary tables and prepared statements
    /// of the session behind. Fails at once where the server has no connection left.
    default BriefConnection lent(String name) throws SQLException {
        return new BriefConnection(open(name), Connection::close);
    }

    /// Opens connections for work under this name that is about to come, so that it need not wait
    /// for them. They are nobody's until then, and give way to other work.
    ///
    /// @param count how many are to be there; fewer where the server gives no more, or none is kept
    default void ahead(String name, int count) {}
}
