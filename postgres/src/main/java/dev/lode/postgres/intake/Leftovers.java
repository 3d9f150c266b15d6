package dev.lode.postgres.intake;

import dev.lode.core.ErrorKind;
import dev.lode.core.place.PlacedFile;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// Reads files that are still to be moved from `lode.intake_file`.
final class Leftovers {
    /// Of the file `f`.
    static final String COLUMNS =
            "f.id, f.key, f.size, f.version, f.modified_at, f.target, f.state, f.kind, f.reason,"
                    + " f.attempts";

    private Leftovers() {}

    /// @param row with the columns in front
    static Leftover read(ResultSet row) throws SQLException {
        return new Leftover(
                row.getLong(1),
                new PlacedFile(
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getTimestamp(5).toInstant()),
                row.getString(6),
                row.getString(7).equals("failing")
                        ? Optional.of(
                                new Leftover.Failure(
                                        ErrorKind.valueOf(row.getString(8)),
                                        row.getString(9),
                                        row.getInt(10)))
                        : Optional.empty());
    }
}
