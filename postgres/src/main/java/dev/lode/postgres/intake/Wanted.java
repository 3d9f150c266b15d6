package dev.lode.postgres.intake;

import dev.lode.core.place.PlacedFile;

/// A file that a watcher wants to claim.
public record Wanted(PlacedFile file, Lane lane) {}
