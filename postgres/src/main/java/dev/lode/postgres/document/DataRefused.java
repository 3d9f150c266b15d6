package dev.lode.postgres.document;

import java.sql.SQLException;

/// The server refuses rows.
final class DataRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int table;
    final int row;
    final SQLException error;

    /// @param table whose COPY failed, or -1
    /// @param row of the COPY, from 0, where the server names one
    DataRefused(int table, int row, SQLException error) {
        super(error);
        this.table = table;
        this.row = row;
        this.error = error;
    }
}
