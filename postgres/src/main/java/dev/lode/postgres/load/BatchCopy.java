package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.format.csv.CopyBuffer;
import dev.lode.format.csv.EncodeResult;
import dev.lode.format.csv.RowEncoder;
import dev.lode.postgres.CopyContext;
import dev.lode.postgres.PostgresErrors;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;

import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// Sends records of a batch through COPY. Belongs to one thread.
final class BatchCopy {
    private final RowEncoder encoder;
    private final String columnList;

    /// @param columnList the columns in the encoder's order, quoted
    BatchCopy(RowEncoder encoder, String columnList) {
        this.encoder = encoder;
        this.columnList = columnList;
    }

    /// Sends the open records with ordinals in `[from, to)`. Records that the encoder refuses are
    /// kept as rejects in `outcome` and not sent.
    ///
    /// @param table quoted
    /// @return rows that the server took
    /// @throws CopyFailure when a record is to blame; the transaction is aborted
    long copy(Connection connection, String table, int from, int to, BatchOutcome outcome)
            throws CopyFailure, SQLException {
        var api = connection.unwrap(PGConnection.class).getCopyAPI();
        var sent = new int[Math.max(0, to - from)];
        int count = 0;
        CopyIn in =
                api.copyIn(
                        "COPY "
                                + table
                                + " ("
                                + columnList
                                + ") FROM STDIN (FORMAT "
                                + encoder.format()
                                + ")");
        try {
            var buffer =
                    new CopyBuffer((bytes, offset, length) -> write(in, bytes, offset, length));
            encoder.begin(buffer);
            for (int record = outcome.open().nextSetBit(from);
                    record >= 0 && record < to;
                    record = outcome.open().nextSetBit(record + 1)) {
                switch (encoder.encode(outcome.batch(), record, buffer)) {
                    case EncodeResult.Encoded _ -> sent[count++] = record;
                    case EncodeResult.Rejected refused ->
                            outcome.reject(
                                    record,
                                    Optional.of(refused.column()),
                                    refused.problem(),
                                    Optional.empty(),
                                    false);
                    case EncodeResult.NeedsText needs ->
                            throw LodeException.bug(
                                    "column "
                                            + needs.column()
                                            + ": \""
                                            + needs.value()
                                            + "\" reached the binary encoder",
                                    null);
                }
            }
            encoder.end(buffer);
            buffer.flush();
            return in.endCopy();
        } catch (SendFailure e) {
            throw failureOrError(e.error, sent, count);
        } catch (SQLException e) {
            throw failureOrError(e, sent, count);
        } finally {
            if (in.isActive()) {
                cancel(in);
            }
        }
    }

    /// Carries a failure of the connection through the encoder, which knows nothing of databases.
    private static final class SendFailure extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        private final SQLException error;

        SendFailure(SQLException error) {
            super(error);
            this.error = error;
        }
    }

    /// A failure when a row is to blame.
    ///
    /// @throws SQLException the error itself when no row is
    static CopyFailure failure(int record, SQLException e) throws SQLException {
        if (PostgresErrors.isData(e)) {
            return new CopyFailure(record, e);
        }
        throw e;
    }

    private static CopyFailure failureOrError(SQLException e, int[] sent, int count)
            throws SQLException {
        // A foreign key's error comes from a trigger at the end and names no line of ours.
        long line =
                e instanceof PSQLException psql && !"23503".equals(e.getSQLState())
                        ? CopyContext.of(psql).map(CopyContext::line).orElse(0L)
                        : 0L;
        return failure(line >= 1 && line <= count ? sent[(int) line - 1] : -1, e);
    }

    private static void write(CopyIn in, byte[] bytes, int offset, int length) {
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new SQLException("interrupted while sending rows", "57014");
            }
            in.writeToCopy(bytes, offset, length);
        } catch (SQLException e) {
            throw new SendFailure(e);
        }
    }

    private static void cancel(CopyIn in) {
        try {
            in.cancelCopy();
        } catch (SQLException e) {
            // The connection is lost or the server has ended the COPY by itself: either way it is
            // no longer active.
        }
    }
}
