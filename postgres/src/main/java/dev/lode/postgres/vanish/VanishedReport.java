package dev.lode.postgres.vanish;

import dev.lode.core.TableName;

/// What became of the rows of a table that its snapshot does not have.
///
/// @param policy keep, mark, delete, or replace where a new table took the place of the old one
/// @param vanished rows that were kept and counted, marked, deleted or left behind
/// @param returned rows that an earlier snapshot did not have and whose mark was taken away
/// @param held rows that were to be deleted and are kept because other rows refer to them
/// @param of rows of the table when they were looked for
public record VanishedReport(
        TableName table, String policy, long vanished, long returned, long held, long of) {
    /// For people.
    public String sentence() {
        String did =
                switch (policy) {
                    case "mark" -> "were marked";
                    case "delete" -> "were deleted";
                    case "replace" -> "are not in the new table";
                    default -> "were kept";
                };
        return table
                + ": "
                + vanished
                + " of "
                + of
                + " rows are not in the snapshot and "
                + did
                + (held > 0 ? "; " + held + " more are kept because rows refer to them" : "")
                + (returned > 0 ? "; " + returned + " came back" : "");
    }
}
