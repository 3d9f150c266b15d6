package dev.lode.postgres.ledger;

import java.util.Optional;

/// Which rejects: all conditions that are given hold together.
///
/// @param state open, pending, resolved or dropped
public record RejectFilter(
        Optional<String> dataset,
        Optional<String> table,
        Optional<String> item,
        Optional<Long> run,
        Optional<String> state) {
    /// All rejects in a state.
    public static RejectFilter inState(String state) {
        return new RejectFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(state));
    }
}
