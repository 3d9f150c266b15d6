package dev.lode.postgres.intake;

import dev.lode.core.ErrorKind;
import dev.lode.core.place.PlacedFile;

import java.util.Optional;

/// A file whose fate is committed and that is still to be moved.
///
/// @param id in `lode.intake_file`
/// @param target key at its new place
/// @param failure why it failed; empty when it is in the tables
public record Leftover(long id, PlacedFile file, String target, Optional<Failure> failure) {
    /// Why a file failed.
    ///
    /// @param attempts how often it was tried
    public record Failure(ErrorKind kind, String reason, int attempts) {}
}
