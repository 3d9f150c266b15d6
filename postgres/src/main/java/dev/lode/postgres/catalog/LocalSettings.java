package dev.lode.postgres.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Server settings for the length of one piece of work, so that answers do not depend on what a
/// session, a role or a database was set to.
///
/// In autocommit the work gets a transaction of its own, committed at its end and rolled back on an
/// error. Inside a caller's transaction the settings are put back after the work; an error leaves
/// the transaction to the caller, who has to roll it back.
public final class LocalSettings {
    private LocalSettings() {}

    /// Work that answers with a value.
    public interface Work<T> {
        T run() throws SQLException;
    }

    /// Runs `work` under `settings`.
    ///
    /// @throws SQLException of the work, or of the server refusing a setting
    public static <T> T during(Connection connection, Map<String, String> settings, Work<T> work)
            throws SQLException {
        return connection.getAutoCommit()
                ? inOwnTransaction(connection, settings, work)
                : inTransaction(connection, settings, work);
    }

    private static <T> T inOwnTransaction(
            Connection connection, Map<String, String> settings, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            apply(connection, settings);
            T answer = work.run();
            connection.commit();
            connection.setAutoCommit(true);
            return answer;
        } catch (SQLException | RuntimeException | Error e) {
            try {
                connection.rollback();
                connection.setAutoCommit(true);
            } catch (SQLException alsoBroken) {
                e.addSuppressed(alsoBroken);
            }
            throw e;
        }
    }

    private static <T> T inTransaction(
            Connection connection, Map<String, String> settings, Work<T> work) throws SQLException {
        Map<String, String> before = current(connection, settings);
        apply(connection, settings);
        T answer = work.run();
        apply(connection, before);
        return answer;
    }

    private static Map<String, String> current(Connection connection, Map<String, String> settings)
            throws SQLException {
        var values = new LinkedHashMap<String, String>();
        try (PreparedStatement ask =
                connection.prepareStatement(
                        "SELECT name, current_setting(name) FROM unnest(?::text[]) AS name")) {
            ask.setArray(1, connection.createArrayOf("text", settings.keySet().toArray()));
            try (var rows = ask.executeQuery()) {
                while (rows.next()) {
                    values.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return values;
    }

    private static void apply(Connection connection, Map<String, String> settings)
            throws SQLException {
        try (PreparedStatement set =
                connection.prepareStatement(
                        "SELECT set_config(name, value, true) FROM unnest(?::text[], ?::text[]) AS"
                                + " s(name, value)")) {
            set.setArray(1, connection.createArrayOf("text", settings.keySet().toArray()));
            set.setArray(2, connection.createArrayOf("text", settings.values().toArray()));
            set.execute();
        }
    }
}
