package dev.lode.postgres.document;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What else belongs into the transaction of a group of files: the claims of a watcher, say. Called
/// again when the transaction is repeated.
public interface DocumentGuard {
    /// Nothing else.
    DocumentGuard NONE =
            new DocumentGuard() {
                @Override
                public void before(Connection connection, List<String> names) {}

                @Override
                public void after(Connection connection, List<FileResult> results) {}
            };

    /// First in the transaction: whether this process may still load these files.
    ///
    /// @throws dev.lode.core.LodeException of kind RESOURCE when it may not; nothing is written
    ///   then
    void before(Connection connection, List<String> names) throws SQLException;

    /// Last in the transaction, when the rows are written and not yet committed. Files that failed
    /// are not among the results: nothing of them is in any transaction.
    void after(Connection connection, List<FileResult> results) throws SQLException;
}
