package dev.lode.core.canary;

import java.sql.Connection;
import java.sql.SQLException;

/// Reaches for the database past the module that owns it.
public final class SpeaksSql {
    /// Breaks the rule.
    public void breakIt(Connection connection) throws SQLException {
        connection.commit();
    }
}
