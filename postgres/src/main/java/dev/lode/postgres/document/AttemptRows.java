package dev.lode.postgres.document;

import dev.lode.postgres.CopyContext;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import org.postgresql.util.PSQLException;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/// Sends the rows of files to their tables, parents before children, and has every key checked.
final class AttemptRows {
    private AttemptRows() {}

    /// @throws DataRefused when the server refuses rows
    static void copy(Connection connection, DocumentTarget target, List<Attempt> files)
            throws SQLException {
        // Ids begin with the time: in its order each row comes beside the one before in its index.
        var attempts =
                files.stream()
                        .sorted(
                                Comparator.<Attempt>comparingLong(
                                                attempt -> attempt.encoded().time().orElse(0))
                                        .thenComparingLong(Attempt::line))
                        .toList();
        var names = target.tables();
        for (int table = 0; table < names.size(); table++) {
            int index = table;
            var rows =
                    attempts.stream()
                            .map(attempt -> attempt.encoded().tables().get(index))
                            .filter(one -> one.rows() > 0)
                            .toList();
            if (rows.isEmpty()) {
                continue;
            }
            long sent = rows.stream().mapToLong(one -> one.rows()).sum();
            long taken;
            try {
                taken =
                        RowsCopy.copy(
                                connection,
                                names.get(table),
                                target.mapping().columns(table),
                                rows);
            } catch (SQLException e) {
                throw refusedOr(e, table);
            }
            if (taken != sent) {
                throw new DataRefused(
                        -1,
                        -1,
                        new SQLException(
                                names.get(table)
                                        + " took "
                                        + taken
                                        + " of "
                                        + sent
                                        + " rows: a trigger drops rows",
                                "44000"));
            }
        }
        try {
            // Keys that are deferred would otherwise fail at COMMIT.
            Sql.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        } catch (SQLException e) {
            throw refusedOr(e, -1);
        }
    }

    private static SQLException refusedOr(SQLException e, int table) {
        if (!PostgresErrors.isData(e)) {
            return e;
        }
        // A foreign key's error comes from a trigger at the end and names no line of ours.
        long line =
                e instanceof PSQLException psql && !"23503".equals(e.getSQLState())
                        ? CopyContext.of(psql).map(CopyContext::line).orElse(0L)
                        : 0L;
        throw new DataRefused(line > 0 ? table : -1, (int) line - 1, e);
    }
}
