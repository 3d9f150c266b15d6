package dev.lode.postgres.suspend;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.Orphans;

import java.util.Map;
import java.util.Set;

/// How things are given back.
///
/// @param workers connections at the same time, 1 to 64: each builds an index or checks a key
/// @param orphans what happens to rows whose reference is missing, by the table that holds the key;
///   [Orphans#KEEP] for tables not named
/// @param examples how many missing keys a message shows
/// @param rejectBytes of a row that a reject keeps at most
/// @param later tables whose rows are not there yet: keys that refer to them come back and are not
///   checked
/// @param othersWrite whether the tables are written meanwhile: indexes come back without blocking
///   that, whatever was known when they went
public record RestoreSettings(
        int workers,
        Map<TableName, Orphans> orphans,
        int examples,
        int rejectBytes,
        Set<TableName> later,
        boolean othersWrite) {
    /// Two workers, orphans stay, three examples, 1 MiB.
    public static final RestoreSettings DEFAULT =
            new RestoreSettings(2, Map.of(), 3, 1 << 20, Set.of(), false);

    public RestoreSettings {
        orphans = Map.copyOf(orphans);
        later = Set.copyOf(later);
        if (workers < 1 || workers > 64) {
            throw LodeException.usage(
                    "restore workers: \"" + workers + "\" is out of bounds: expected 1 to 64");
        }
    }

    Orphans orphans(TableName table) {
        return orphans.getOrDefault(table, Orphans.KEEP);
    }

    /// The same with as many workers.
    public RestoreSettings withWorkers(int count) {
        return new RestoreSettings(count, orphans, examples, rejectBytes, later, othersWrite);
    }

    /// The same with other policies.
    public RestoreSettings withOrphans(Map<TableName, Orphans> policies) {
        return new RestoreSettings(workers, policies, examples, rejectBytes, later, othersWrite);
    }

    /// The same before the rows of these tables are there.
    public RestoreSettings before(Set<TableName> tables) {
        return new RestoreSettings(workers, orphans, examples, rejectBytes, tables, othersWrite);
    }

    /// The same where others write the tables, or do not.
    public RestoreSettings whileOthersWrite(boolean write) {
        return new RestoreSettings(workers, orphans, examples, rejectBytes, later, write);
    }
}
