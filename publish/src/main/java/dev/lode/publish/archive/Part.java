package dev.lode.publish.archive;

import java.nio.file.Path;

/// An archive whose body goes into one that holds several.
///
/// @param name of its partition
/// @param body where its segments lie
public record Part(String name, Path archive, ArchiveFacts.Body body) {}
