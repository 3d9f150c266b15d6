package dev.lode.core.pack;

import java.util.Optional;

/// What a pack says of rows that a complete snapshot does not have any more.
///
/// @param mark column that says since when, for [Policy#MARK]
/// @param limit how many rows may vanish before the run stops and asks
public record VanishedSpec(Policy policy, Optional<String> mark, RejectLimit limit) {
    /// Counted and left as they are; at most 10 rows or 5 % may vanish where they do not stay.
    public static final VanishedSpec DEFAULT =
            new VanishedSpec(Policy.KEEP, Optional.empty(), new RejectLimit(10, 0.05));

    /// What happens to such rows.
    public enum Policy {
        /// They are counted.
        KEEP,
        /// A column says since when.
        MARK,
        /// They go.
        DELETE
    }
}
