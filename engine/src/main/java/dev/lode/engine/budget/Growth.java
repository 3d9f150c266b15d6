package dev.lode.engine.budget;

import dev.lode.core.ByteSize;

/// What an item is expected to take in the database.
///
/// @param item as the snapshot calls it
/// @param decoded estimated bytes of its content
/// @param database estimated bytes of its rows and their indexes; an upper bound for a table that
///   has rows of the same keys already
/// @param basis what the estimate rests on, or why there is none and the decoded size stands in
public record Growth(String item, ByteSize decoded, ByteSize database, String basis) {}
