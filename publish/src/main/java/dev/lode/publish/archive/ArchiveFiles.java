package dev.lode.publish.archive;

import java.nio.file.Path;

/// An archive and the segment index beside it.
public record ArchiveFiles(Path archive, Path index) {}
