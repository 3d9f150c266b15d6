package dev.lode.postgres.preflight;

import dev.lode.postgres.load.Target;

import java.util.List;
import java.util.Optional;

/// What the pre-flight says of one file and its table.
///
/// @param target how the records become rows; empty when a finding is an error
public record TableCheck(List<Finding> findings, Optional<Target> target) {
    public TableCheck {
        findings = List.copyOf(findings);
    }
}
