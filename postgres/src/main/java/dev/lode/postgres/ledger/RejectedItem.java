package dev.lode.postgres.ledger;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// An item that has rejects.
///
/// @param tableOid of the table that its rows went to
/// @param header columns of its file
/// @param rejects how many of its rejects are meant
/// @param cut how many of those are kept in part only, so that nobody can load them from the ledger
/// @param last whether nothing was applied to its table since
public record RejectedItem(
        ItemRow item,
        TableName table,
        long tableOid,
        LoadMode mode,
        Optional<LocalDate> snapshot,
        List<String> header,
        long rejects,
        long cut,
        boolean last) {
    public RejectedItem {
        header = List.copyOf(header);
    }
}
