package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.time.LocalDate;

/// Makes a corpus the successor of another of the same seed and size: most rows are the same, some
/// changed, are new or have vanished.
///
/// @param after date of the first snapshot
/// @param changed share of the first snapshot's rows that differ, in tables that have something to
///   change
/// @param added new rows as a share of the first snapshot's
/// @param vanished share of rows that are gone, at most 0.1; what belongs to a vanished row (a
///   cluster's opinions and citations) goes with it, and nothing else refers to it
public record NextSnapshot(LocalDate after, double changed, double added, double vanished) {
    public NextSnapshot {
        within("changed", changed, 1);
        within("added", added, 1);
        within("vanished", vanished, 0.1);
    }

    private static void within(String name, double share, double max) {
        if (!(share >= 0 && share <= max)) {
            throw LodeException.usage(
                    "next snapshot: share \"" + name + "\" is " + share + ": expected 0 to " + max);
        }
    }
}
