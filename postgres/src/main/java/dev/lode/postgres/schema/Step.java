package dev.lode.postgres.schema;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.CommitUnknown;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.Autovacuum;
import dev.lode.postgres.schema.Blocker.Wanted;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// One piece of work on a connection: a transaction with the settings that keep it from depending
/// on the session's, and patience with locks.
public final class Step {
    /// Inside a transaction.
    public interface Body<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Whole transactions.
    public interface Attempt<T> {
        T run() throws SQLException;
    }

    private final Connection connection;
    private final String schema;
    private final ApplySettings settings;

    public Step(Connection connection, String schema, ApplySettings settings) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw LodeException.bug("schema: the connection is in a transaction already", null);
        }
        this.connection = connection;
        this.schema = schema;
        this.settings = settings;
    }

    /// The connection itself, in auto-commit between the transactions.
    public Connection connection() {
        return connection;
    }

    /// Runs `body` in a transaction that holds an advisory lock, committed at its end.
    ///
    /// @throws CommitUnknown when the server went away while it committed
    public <T> T transaction(long advisory, Body<T> body) throws SQLException {
        connection.setAutoCommit(false);
        try {
            // What others commit while this one waits for a lock has to be seen.
            Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            settle();
            Sql.list(connection, "SELECT pg_advisory_xact_lock(?)", row -> 0, advisory);
            T answer = body.run(connection);
            CommitUnknown.commit(connection);
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

    /// Refuses to run statements with unqualified names where they would not go to the pack's
    /// schema: the server passes over schemas that the role may not use.
    void requireSchema() throws SQLException {
        boolean first =
                Sql.first(
                                connection,
                                "SELECT current_schema() = ?",
                                row -> row.getBoolean(1),
                                schema)
                        .orElse(false);
        if (!first) {
            String role =
                    Sql.list(connection, "SELECT current_user::text", row -> row.getString(1))
                            .getFirst();
            throw LodeException.resource(
                    "schema '"
                            + schema
                            + "': role '"
                            + role
                            + "' may not use it; nothing was made;"
                            + " run as its owner: GRANT USAGE, CREATE ON SCHEMA "
                            + TableName.quote(schema)
                            + " TO "
                            + TableName.quote(role));
        }
    }

    /// In one round trip: a load makes some two hundred of these transactions.
    private void settle() throws SQLException {
        Sql.list(
                connection,
                """
                SELECT set_config('search_path', ?, true), set_config('lock_timeout', ?, true),
                       set_config('statement_timeout', '0', true),
                       set_config('idle_in_transaction_session_timeout', '0', true),
                       set_config('standard_conforming_strings', 'on', true),
                       set_config('client_min_messages', 'warning', true), set_config('jit', 'off', true),
                       set_config('maintenance_work_mem', greatest(?::bigint,
                           pg_size_bytes(current_setting('maintenance_work_mem')) / 1024) || 'kB', true),
                       set_config('max_parallel_maintenance_workers', ?, true),
                """
                        + Autovacuum.YIELDS_SOON,
                row -> 0,
                TableName.quote(schema) + ", public, pg_temp",
                settings.lockTimeout().toMillis() + "ms",
                settings.memoryInKilobytes(),
                String.valueOf(settings.parallelWorkers()));
    }

    /// Repeats an attempt while a lock is held by others or a deadlock chose it, within the bounds
    /// of the settings.
    ///
    /// @param what for the sentence
    /// @throws LodeException of kind RESOURCE, naming who holds the lock, when the bound is reached
    public <T> T patiently(
            String what, List<TableName> tables, Wanted wanted, long advisory, Attempt<T> attempt)
            throws SQLException, InterruptedException {
        for (int number = 1; ; number++) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (!isLock(e)) {
                    throw e;
                }
                if (number >= settings.lockAttempts()) {
                    throw LodeException.resource(
                            what
                                    + ": the lock did not come in "
                                    + number
                                    + " attempts of "
                                    + settings.lockTimeout().toMillis()
                                    + " ms, held by "
                                    + holders(tables, wanted, advisory)
                                    + "; left as it was; end that session, or run the same command"
                                    + " again later",
                            e);
                }
                Thread.sleep(settings.pauseAfter(number));
            }
        }
    }

    private String holders(List<TableName> tables, Wanted wanted, long advisory)
            throws SQLException {
        List<Blocker> blockers = Blocker.of(connection, tables, wanted, advisory);
        return blockers.isEmpty()
                ? "a session that has let go since"
                : blockers.stream().map(Blocker::toString).collect(Collectors.joining(", "));
    }

    /// A lock that did not come, or a deadlock: another attempt may do.
    public static boolean isLock(SQLException e) {
        return PostgresErrors.state(e).equals("55P03") || PostgresErrors.isConflict(e);
    }

    /// Errors after which the next object would not fare better: connection lost, disk or memory
    /// full, system error, cancelled.
    public static boolean endsEverything(SQLException e) {
        String state = PostgresErrors.state(e);
        return PostgresErrors.isLost(e)
                || state.startsWith("53")
                || state.startsWith("58")
                || state.equals("57014")
                || state.isBlank();
    }
}
