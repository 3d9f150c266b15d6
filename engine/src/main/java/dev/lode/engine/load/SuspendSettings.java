package dev.lode.engine.load;

import dev.lode.core.pack.Orphans;
import dev.lode.postgres.suspend.Writers;

import java.util.Optional;

/// What a load may take away from the user's tables while rows come in.
///
/// @param writers who else may write the tables meanwhile: only when nobody may, foreign keys are
///   suspended
/// @param orphans in place of what the pack says
/// @param restoreWorkers connections that build indexes and check keys at the same time, 1 to 64
public record SuspendSettings(
        When when, Writers writers, Optional<Orphans> orphans, int restoreWorkers) {
    /// Where it pays, with writers about.
    public static final SuspendSettings STANDARD =
            new SuspendSettings(When.AUTO, new Writers.Live(), Optional.empty(), 2);

    /// The same with other writers about.
    public SuspendSettings with(Writers about) {
        return new SuspendSettings(when, about, orphans, restoreWorkers);
    }

    /// When something is suspended at all.
    public enum When {
        /// Where the estimate says that it pays, and always for keys in a circle of tables.
        AUTO,
        /// Never.
        NEVER,
        /// Whatever may be.
        ALWAYS
    }
}
