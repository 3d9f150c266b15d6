package dev.lode.postgres.ledger;

import java.util.Optional;

/// A record that could not be loaded.
///
/// @param offset decoded offset of its first byte
/// @param record ordinal in the item, from 0, header not counted
/// @param raw its bytes as they stood in the file, cut at the limit for rejects
/// @param rawLength its full length in bytes
/// @param pending whether only a row is missing that a later record may bring
// The bytes go from a batch to a statement once; nobody compares rejects.
@SuppressWarnings("ArrayRecordComponent")
public record Reject(
        long offset,
        long record,
        Optional<String> column,
        String reason,
        Optional<String> sqlstate,
        byte[] raw,
        long rawLength,
        boolean pending) {}
