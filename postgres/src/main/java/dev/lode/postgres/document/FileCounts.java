package dev.lode.postgres.document;

import dev.lode.core.LodeException;

/// Records and rows of a file.
///
/// @param records read: those inserted and those rejected
/// @param inserted records that became rows
/// @param rows in all tables, the file's own too
public record FileCounts(long records, long inserted, long rejected, long rows) {
    public FileCounts {
        if (records != inserted + rejected) {
            throw LodeException.bug(
                    "records do not add up: "
                            + records
                            + " read, "
                            + inserted
                            + " inserted, "
                            + rejected
                            + " rejected",
                    null);
        }
    }
}
