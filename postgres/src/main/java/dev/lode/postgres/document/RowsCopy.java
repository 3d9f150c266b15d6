package dev.lode.postgres.document;

import dev.lode.core.TableName;
import dev.lode.format.json.EncodedRows;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Sends the rows of several files to one table, in one COPY.
final class RowsCopy {
    /// COPY's head: signature, flags, no extension. PostgreSQL's documentation of COPY, binary
    /// format.
    private static final byte[] HEAD = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] END = {-1, -1};

    /// Small pieces travel together.
    private static final int MESSAGE = 64 << 10;

    private RowsCopy() {}

    /// @param files rows of the table, file after file
    /// @return rows that the server took
    static long copy(
            Connection connection, TableName table, List<String> columns, List<EncodedRows> files)
            throws SQLException {
        CopyIn in =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                "COPY "
                                        + table.sql()
                                        + " ("
                                        + String.join(
                                                ", ",
                                                columns.stream().map(TableName::quote).toList())
                                        + ") FROM STDIN (FORMAT binary)");
        try {
            send(in, files);
            return in.endCopy();
        } finally {
            if (in.isActive()) {
                cancel(in);
            }
        }
    }

    private static void send(CopyIn in, List<EncodedRows> files) throws SQLException {
        var message = new byte[MESSAGE];
        System.arraycopy(HEAD, 0, message, 0, HEAD.length);
        int used = HEAD.length;
        for (var rows : files) {
            for (var piece : rows.pieces()) {
                if (used + piece.length() > MESSAGE) {
                    write(in, message, 0, used);
                    used = 0;
                }
                if (piece.length() > MESSAGE) {
                    write(in, piece.bytes(), piece.offset(), piece.length());
                } else {
                    System.arraycopy(piece.bytes(), piece.offset(), message, used, piece.length());
                    used += piece.length();
                }
            }
        }
        write(in, message, 0, used);
        write(in, END, 0, END.length);
    }

    private static void write(CopyIn in, byte[] bytes, int offset, int length) throws SQLException {
        if (Thread.currentThread().isInterrupted()) {
            throw new SQLException("interrupted while sending rows", "57014");
        }
        in.writeToCopy(bytes, offset, length);
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
