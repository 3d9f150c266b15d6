package dev.lode.postgres.load;

import dev.lode.postgres.Sql;
import dev.lode.postgres.vanish.SeenKeys;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What a merge leaves behind beside its rows.
///
/// @param item of the ledger
/// @param at offset of the split, by which later ones are told
/// @param keepKeys whether the keys of its records are kept, to find rows that vanished
record MergeTrace(long item, long run, long at, boolean keepKeys) {
    /// Takes records out of those that are to be written. They were met all the same: their rows
    /// have not vanished.
    ///
    /// @param unchanged whether the table holds them as they are
    /// @param delete a DELETE of staged records under the name `s`, without RETURNING
    /// @return how many
    long takeOut(
            Connection connection,
            List<String> key,
            boolean unchanged,
            String delete,
            @Nullable Object... values)
            throws SQLException {
        return keepKeys
                ? SeenKeys.addDeleted(
                        connection, item, key, new SeenKeys.Met(at, unchanged), delete, values)
                : Sql.update(connection, delete, values);
    }
}
