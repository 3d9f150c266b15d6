package dev.lode.postgres.suspend;

import java.util.Locale;

/// What can be taken away from a table for a while.
public enum SuspendKind {
    /// A foreign key: dropped, and added again NOT VALID, then validated.
    FOREIGN_KEY,
    /// An index that guards nothing: dropped, and built again.
    INDEX,
    /// A trigger of a user: disabled, and put back into its old state.
    TRIGGER,
    /// Autovacuum of one table: off by option.
    AUTOVACUUM,
    /// The trigger that keeps other writers away while foreign keys are suspended. Lode's own.
    FENCE;

    /// As the journal spells it.
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SuspendKind of(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /// As messages spell it.
    public String words() {
        return switch (this) {
            case FOREIGN_KEY -> "foreign key";
            case INDEX -> "index";
            case TRIGGER -> "trigger";
            case AUTOVACUUM -> "autovacuum";
            case FENCE -> "fence";
        };
    }
}
