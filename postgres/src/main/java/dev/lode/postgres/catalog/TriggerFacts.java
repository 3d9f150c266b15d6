package dev.lode.postgres.catalog;

import java.util.List;

/// A trigger made by a user (not one that serves a constraint).
///
/// @param enabled `O` in ordinary sessions, `D` disabled, `R` only for replicas, `A` always
/// @param timing BEFORE, AFTER or INSTEAD OF
/// @param events some of INSERT, UPDATE, DELETE, TRUNCATE
/// @param perRow whether it runs once for each row, not once for each statement
/// @param function qualified
/// @param definition the CREATE TRIGGER statement of `pg_get_triggerdef`
public record TriggerFacts(
        String name,
        char enabled,
        String timing,
        List<String> events,
        boolean perRow,
        String function,
        String definition) {
    public TriggerFacts {
        events = List.copyOf(events);
    }

    /// Whether it runs in an ordinary session when one of these events happens.
    public boolean firesOn(List<String> happening) {
        return (enabled == 'O' || enabled == 'A') && events.stream().anyMatch(happening::contains);
    }
}
