package dev.lode.postgres.publish;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An item as the database gives it.
///
/// @param values of its content in UTF-8: one of JSON, or those of a record; null for NULL
public record ItemRow(String key, String partition, List<byte @Nullable []> values) {}
