package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.ForeignKeyFacts;

import java.util.List;

/// A row of the journal, whole.
///
/// @param shown what others may know of it
/// @param validates whether a foreign key was validated before
/// @param liveWriters whether others may write its table while it is given back
/// @param xid of the transaction that suspended it
record JournalEntry(
        Suspended shown,
        long tableOid,
        long otherOid,
        String before,
        String meanwhile,
        List<String> creates,
        List<String> finishes,
        boolean validates,
        KeyColumns columns,
        boolean liveWriters,
        long xid) {
    JournalEntry {
        creates = List.copyOf(creates);
        finishes = List.copyOf(finishes);
    }

    long id() {
        return shown.id();
    }

    SuspendKind kind() {
        return shown.kind();
    }

    TableName table() {
        return shown.table();
    }

    String label() {
        return shown.label();
    }

    /// The tables that giving it back locks.
    List<TableName> tables() {
        return shown.other().map(other -> List.of(table(), other)).orElse(List.of(table()));
    }

    /// A foreign key, for checks of the rows.
    ForeignKeyFacts key() {
        return columns.facts(
                shown.name(), table(), tableOid, shown.other().orElseThrow(), otherOid);
    }
}
