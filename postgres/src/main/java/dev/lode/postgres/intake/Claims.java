package dev.lode.postgres.intake;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What became of a wish to claim files.
///
/// @param held ours now
/// @param suspects keys of files that a watcher died with: to be claimed one by one
/// @param later keys of files that others have, or that wait after a failure, and when to ask again
public record Claims(List<Claim> held, List<String> suspects, Map<String, Instant> later) {
    public Claims {
        held = List.copyOf(held);
        suspects = List.copyOf(suspects);
        later = Map.copyOf(later);
    }
}
