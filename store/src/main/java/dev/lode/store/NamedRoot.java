package dev.lode.store;

import java.nio.file.Path;

/// A data root that somebody named.
///
/// @param origin where it was named, for people: `--data-root`, `LODE_DATA_ROOT`, `lode.yaml line 3`
public record NamedRoot(Path path, String origin) {}
