package dev.lode.postgres.suspend;

import java.time.Duration;

/// What became of one thing that was to be given back.
///
/// @param sentence for people
public record Restored(Suspended what, Outcome outcome, String sentence, Duration took) {
    /// How it stands now.
    public enum Outcome {
        /// It is as it was.
        DONE,
        /// A foreign key that is there, but rows break it: NOT VALID.
        NOT_VALID,
        /// The same, where the pack says that this fails a run.
        ORPHANS,
        /// Something else has its name, or its table was made anew: left as it is.
        DIFFERENT,
        /// Its table is gone, and it with it.
        GONE,
        /// It could not be made; the journal keeps it.
        FAILED
    }

    /// Whether somebody has to look at it.
    public boolean remarkable() {
        return outcome != Outcome.DONE && outcome != Outcome.GONE;
    }
}
