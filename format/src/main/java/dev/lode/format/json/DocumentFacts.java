package dev.lode.format.json;

import dev.lode.core.ContentId;

/// What is known of a document before it is read.
///
/// @param name of its file
/// @param id its number: `$file.id`
/// @param content of its stored bytes
public record DocumentFacts(String name, long id, ContentId content) {}
