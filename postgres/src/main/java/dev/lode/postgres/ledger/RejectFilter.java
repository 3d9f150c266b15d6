package dev.lode.postgres.ledger;

import java.util.Optional;

/// Which rejects: all conditions that are given hold together.
///
/// @param state open, pending, resolved or dropped
/// @param sqlstate what the server said of it: 23503 where the row that it refers to is missing
public record RejectFilter(
        Optional<String> dataset,
        Optional<String> table,
        Optional<String> item,
        Optional<Long> run,
        Optional<String> state,
        Optional<String> sqlstate) {
    /// All rejects in a state.
    public static RejectFilter inState(String state) {
        return new RejectFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(state),
                Optional.empty());
    }

    /// Open rejects whose row refers to one that was not there.
    public static RejectFilter orphans() {
        return new RejectFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("open"),
                Optional.of("23503"));
    }
}
