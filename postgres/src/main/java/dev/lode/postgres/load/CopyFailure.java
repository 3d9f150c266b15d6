package dev.lode.postgres.load;

import java.io.Serial;
import java.sql.SQLException;

/// COPY stumbled over a record. The transaction is aborted up to the last savepoint.
final class CopyFailure extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final int record;
    private final SQLException error;

    /// @param record ordinal in the batch, or -1 when the server named none
    CopyFailure(int record, SQLException error) {
        super(error);
        this.record = record;
        this.error = error;
    }

    int record() {
        return record;
    }

    SQLException error() {
        return error;
    }
}
