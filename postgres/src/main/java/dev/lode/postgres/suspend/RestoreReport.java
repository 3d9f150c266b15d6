package dev.lode.postgres.suspend;

import dev.lode.core.RowCounts;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was given back.
///
/// @param things one for each row of the journal
/// @param corrected new counts of items whose orphans became rejects, by the item's number
public record RestoreReport(List<Restored> things, Map<Long, RowCounts> corrected) {
    /// Nothing was suspended.
    public static final RestoreReport NOTHING = new RestoreReport(List.of(), Map.of());

    public RestoreReport {
        things = List.copyOf(things);
        corrected = Map.copyOf(corrected);
    }

    /// The same after another round, which has the last word on what it looked at.
    public RestoreReport then(RestoreReport next) {
        var last = new LinkedHashMap<Long, Restored>();
        things.forEach(thing -> last.put(thing.what().id(), thing));
        next.things.forEach(thing -> last.put(thing.what().id(), thing));
        var counts = new HashMap<>(corrected);
        counts.putAll(next.corrected);
        return new RestoreReport(List.copyOf(last.values()), counts);
    }

    /// Sentences about what is not as it was.
    public List<String> remarks() {
        return things.stream().filter(Restored::remarkable).map(Restored::sentence).toList();
    }

    /// Whether anything ended so.
    public boolean any(Restored.Outcome outcome) {
        return things.stream().anyMatch(thing -> thing.outcome() == outcome);
    }
}
