package dev.lode.postgres.suspend;

import dev.lode.core.TableName;

import java.util.Optional;

/// Something that is suspended now, as the journal says.
///
/// @param id in the journal
/// @param run that suspended it; empty when it was by hand, or by a run of an earlier ledger
/// @param byHand whether only a person's word gives it back
/// @param notValid whether it is a foreign key that is back, but not checked, because rows break it
/// @param other the table that a foreign key refers to
/// @param bytes of the index, or of the table that a key has to be checked for
/// @param since when, by the server's clock, as ISO text in UTC
/// @param message why it is not back yet, from the last attempt; may be empty
public record Suspended(
        long id,
        String dataset,
        Optional<Long> run,
        boolean byHand,
        SuspendKind kind,
        boolean notValid,
        TableName table,
        String name,
        Optional<TableName> other,
        long bytes,
        String since,
        String message) {
    /// What tables that belong to no dataset are kept under.
    public static final String BY_HAND = "by-hand";

    /// The command that gives it back.
    public String remedy() {
        return "lode constraints restore"
                + (dataset.equals(BY_HAND) ? " --tables " + table : " " + dataset);
    }

    /// `index a_b of a`.
    public String label() {
        return switch (kind) {
            case AUTOVACUUM -> "autovacuum of " + table;
            case FENCE -> "the fence of " + table;
            case FOREIGN_KEY, INDEX, TRIGGER -> kind.words() + " " + name + " of " + table;
        };
    }
}
