package dev.lode.store;

import java.nio.file.Path;

/// A file of a snapshot that is whole on this disk.
public record StoredFile(Path path, ManifestEntry entry) {}
