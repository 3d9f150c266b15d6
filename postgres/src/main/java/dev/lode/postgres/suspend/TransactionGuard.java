package dev.lode.postgres.suspend;

import java.sql.Connection;
import java.sql.SQLException;

/// First in every transaction that writes: whether this process may still write.
@FunctionalInterface
public interface TransactionGuard {
    /// @throws dev.lode.core.LodeException of kind RESOURCE when it may not
    void check(Connection connection) throws SQLException;
}
