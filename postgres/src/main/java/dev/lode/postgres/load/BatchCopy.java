package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.Flight;
import dev.lode.format.csv.BinaryRowEncoder;
import dev.lode.format.csv.CopyBuffer;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.EncodeResult;
import dev.lode.format.csv.RowEncoder;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.csv.TextRowEncoder;
import dev.lode.postgres.CopyContext;
import dev.lode.postgres.PostgresErrors;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;

import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/// Sends records of a batch through COPY: as text, by which records are judged, or first in the
/// faster way that was chosen for the table. Belongs to one thread.
final class BatchCopy {
    /// Batches that go by text at once after one that the server did not take in the faster way;
    /// doubled each time.
    private static final int MOST_SKIPPED = 64;

    private final CopyWay way;
    private final Target target;
    private final RowEncoder text;
    private final @Nullable RowEncoder binary;
    private final CopyBuffer buffer = new CopyBuffer(this::write);
    private int skip;
    private int backOff = 1;

    // The COPY under way.
    private @Nullable CopyIn in;
    private long sending;

    /// Sends text only.
    BatchCopy(Target target) {
        this(target, CopyWay.TEXT);
    }

    BatchCopy(Target target, CopyWay way) {
        this.target = target;
        this.way = way;
        this.text = new TextRowEncoder(target.columns());
        this.binary = way == CopyWay.BINARY ? new BinaryRowEncoder(target.columns()) : null;
    }

    /// Sends the open records with ordinals in `[from, to)` as text. Records that the encoder
    /// refuses are kept as rejects in `outcome` and not sent.
    ///
    /// @param table quoted
    /// @return rows that the server took
    /// @throws CopyFailure when a record is to blame; the transaction is aborted
    long copy(Connection connection, String table, int from, int to, BatchOutcome outcome)
            throws CopyFailure, SQLException {
        return send(connection, table, target.columnList(), text, from, to, outcome).rows();
    }

    /// Sends what `encoder` makes of all open records. Records that it refuses are kept as rejects.
    ///
    /// @param table quoted
    /// @param columns what the encoder writes, quoted, with commas
    /// @return false when it could not carry some record: none behind it was sent
    /// @throws CopyFailure when the server refused something; the transaction is aborted
    boolean copyAll(
            Connection connection,
            String table,
            String columns,
            RowEncoder encoder,
            BatchOutcome outcome)
            throws CopyFailure, SQLException {
        int end = outcome.batch().count();
        return send(connection, table, columns, encoder, 0, end, outcome).next() == end;
    }

    /// Whether there is a faster way than text for this batch.
    ///
    /// @param staging whether the rows go to a table without the target's constraints
    boolean faster(BatchOutcome outcome, boolean staging) {
        boolean possible =
                switch (way) {
                    case TEXT -> false;
                    case BINARY -> true;
                    case CSV -> !staging && endsWithLine(outcome);
                };
        if (possible && skip > 0) {
            skip--;
            return false;
        }
        return possible;
    }

    /// Sends all open records in the faster way. What it cannot carry goes by text behind the rows
    /// before it; records that Lode refuses are kept as rejects.
    ///
    /// @return rows that the server took
    /// @throws CopyFailure when the server refused something; the transaction is aborted, and it is
    ///   for [#copy] to find out what
    long copyFaster(Connection connection, String table, BatchOutcome outcome)
            throws CopyFailure, SQLException {
        int end = outcome.batch().count();
        try {
            long rows =
                    switch (way) {
                        case TEXT -> copy(connection, table, 0, end, outcome);
                        case BINARY -> {
                            var part =
                                    send(
                                            connection,
                                            table,
                                            target.columnList(),
                                            java.util.Objects.requireNonNull(binary),
                                            0,
                                            end,
                                            outcome);
                            yield part.next() == end
                                    ? part.rows()
                                    : part.rows()
                                            + copy(connection, table, part.next(), end, outcome);
                        }
                        case CSV -> passThrough(connection, table, outcome);
                    };
            backOff = 1;
            return rows;
        } catch (CopyFailure failure) {
            skip = backOff;
            backOff = Math.min(MOST_SKIPPED, 2 * backOff);
            throw failure;
        }
    }

    /// @param rows that the server took
    /// @param next the first record that the encoder could not carry, or the end
    private record Part(long rows, int next) {}

    private Part send(
            Connection connection,
            String table,
            String columns,
            RowEncoder encoder,
            int from,
            int to,
            BatchOutcome outcome)
            throws CopyFailure, SQLException {
        var sent = new int[Math.max(0, to - from)];
        int count = 0;
        var event = begin(table, encoder.format());
        var copy =
                open(
                        connection,
                        "COPY "
                                + table
                                + " ("
                                + columns
                                + ") FROM STDIN (FORMAT "
                                + encoder.format()
                                + ")");
        try {
            encoder.begin(buffer);
            int next = to;
            encoding:
            for (int record = outcome.open().nextSetBit(from);
                    record >= 0 && record < to;
                    record = outcome.open().nextSetBit(record + 1)) {
                var result = encoder.encode(outcome.batch(), record, buffer);
                if (result == EncodeResult.ENCODED) {
                    sent[count++] = record;
                    continue;
                }
                switch (result) {
                    case EncodeResult.Encoded _ -> sent[count++] = record;
                    case EncodeResult.Rejected refused ->
                            outcome.reject(
                                    record,
                                    Optional.of(refused.column()),
                                    refused.problem(),
                                    Optional.empty(),
                                    false);
                    case EncodeResult.NeedsText _ -> {
                        next = record;
                        break encoding;
                    }
                }
            }
            encoder.end(buffer);
            buffer.flush();
            return new Part(finish(copy, event), next);
        } catch (SendFailure e) {
            throw failureOrError(e.error, sent, count);
        } catch (SQLException e) {
            throw failureOrError(e, sent, count);
        } finally {
            end(copy);
        }
    }

    /// The file's own bytes. Damaged records are left out.
    private long passThrough(Connection connection, String table, BatchOutcome outcome)
            throws CopyFailure, SQLException {
        var batch = outcome.batch();
        var event = begin(table, "csv");
        var copy = open(connection, csvStatement(table, batch.dialect()));
        try {
            var open = outcome.open();
            for (int from = open.nextSetBit(0); from >= 0; ) {
                int to = open.nextClearBit(from);
                int end = batch.end(to - 1);
                for (int at = batch.start(from); at < end; at += CopyBuffer.FLUSH_SIZE) {
                    write(batch.bytes(), at, Math.min(CopyBuffer.FLUSH_SIZE, end - at));
                }
                from = open.nextSetBit(to);
            }
            long rows = finish(copy, event);
            if (rows != open.cardinality() && !target.mayFilter()) {
                throw new CopyFailure(
                        -1,
                        new SQLException(
                                rows + " rows of " + open.cardinality() + " records", "22P04"));
            }
            return rows;
        } catch (SendFailure e) {
            throw failure(-1, e.error);
        } catch (SQLException e) {
            throw failure(-1, e);
        } finally {
            end(copy);
        }
    }

    private String csvStatement(String table, Dialect dialect) {
        String columns =
                target.columns().stream()
                        .sorted(Comparator.comparingInt(TargetColumn::field))
                        .map(column -> TableName.quote(column.name()))
                        .collect(Collectors.joining(", "));
        return "COPY "
                + table
                + " ("
                + columns
                + ") FROM STDIN (FORMAT csv, DELIMITER "
                + literal(dialect.delimiter())
                + ", QUOTE "
                + literal(dialect.quote())
                + ", ESCAPE "
                + literal(
                        dialect.escape() == Dialect.Escape.BACKSLASH
                                ? (byte) '\\'
                                : dialect.quote())
                + ", NULL '')";
    }

    private static String literal(byte character) {
        return switch (character) {
            case '\'' -> "''''";
            case '\\' -> "E'\\\\'";
            case '\t' -> "E'\\t'";
            default -> "'" + (char) character + "'";
        };
    }

    /// A carriage return without a line feed at the end of the file would be a line end to the
    /// server and is a part of the value to us.
    private static boolean endsWithLine(BatchOutcome outcome) {
        var batch = outcome.batch();
        return batch.bytes()[batch.length() - 1] == '\n';
    }

    private @Nullable CopyEvent begin(String table, String format) {
        sending = 0;
        var event = Flight.begun(CopyEvent::new);
        if (event != null) {
            event.table = table;
            event.format = format;
        }
        return event;
    }

    private CopyIn open(Connection connection, String sql) throws SQLException {
        buffer.clear();
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        in = copy;
        return copy;
    }

    private long finish(CopyIn copy, @Nullable CopyEvent event) throws SQLException {
        long started = System.nanoTime();
        long rows = copy.endCopy();
        sending += System.nanoTime() - started;
        if (event != null && event.shouldCommit()) {
            event.rows = rows;
            event.bytes = buffer.written();
            event.sending = sending;
            event.commit();
        }
        return rows;
    }

    private void end(CopyIn copy) {
        in = null;
        if (copy.isActive()) {
            cancel(copy);
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

    private void write(byte[] bytes, int offset, int length) {
        var copy = in;
        if (copy == null) {
            throw LodeException.bug("rows outside of a COPY", null);
        }
        long started = System.nanoTime();
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new SQLException("interrupted while sending rows", "57014");
            }
            copy.writeToCopy(bytes, offset, length);
        } catch (SQLException e) {
            throw new SendFailure(e);
        } finally {
            sending += System.nanoTime() - started;
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
