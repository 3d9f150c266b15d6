package dev.lode.postgres.suspend;

import dev.lode.core.TableName;

import java.util.List;
import java.util.Optional;

/// Something of a table as the catalog has it now, with the statements that take it away and give
/// it back.
///
/// @param name of the object; for autovacuum the word itself
/// @param other the table that a foreign key refers to
/// @param otherOid its OID, 0 without one
/// @param before what the catalog says of it while it is there: equal texts, equal objects
/// @param meanwhile what the catalog says while it is suspended; empty for absent
/// @param suspend the statement that takes it away
/// @param creates statements that make it again, in order, for when it is absent
/// @param finishes statements that may run on it as often as one likes: statistics targets,
///   comment, CLUSTER mark
/// @param sound whether the index is valid, or the key validated
/// @param columns of a foreign key, and with them what they refer to and how they compare
/// @param bytes on disk: of the index, or of the table that a key has to be checked for
/// @param left why it must not be taken away; empty when it may
record Suspendable(
        SuspendKind kind,
        TableName table,
        long tableOid,
        String name,
        Optional<TableName> other,
        long otherOid,
        String before,
        String meanwhile,
        String suspend,
        List<String> creates,
        List<String> finishes,
        boolean sound,
        KeyColumns columns,
        long bytes,
        String left) {
    Suspendable {
        creates = List.copyOf(creates);
        finishes = List.copyOf(finishes);
    }

    /// `index a_b of a`.
    String label() {
        return kind == SuspendKind.AUTOVACUUM
                ? "autovacuum of " + table
                : kind.words() + " " + name + " of " + table;
    }

    boolean mayBeSuspended() {
        return left.isEmpty();
    }
}
