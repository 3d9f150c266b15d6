package dev.lode.format.json;

import java.util.Optional;

/// A record that could not become rows.
///
/// @param path of the record: `alerts[17]`, elements counted from 0
/// @param record ordinal among all records of the document, from 0
/// @param offset of its first byte in the decoded document
/// @param column that is to blame, if one is: `coordinates.latitude`
/// @param raw its JSON text, cut at the limit of the pack
/// @param rawLength its full length in bytes
// The bytes go from a document to a statement once; nobody compares rejects.
@SuppressWarnings("ArrayRecordComponent")
public record DocumentReject(
        String path,
        int record,
        long offset,
        Optional<String> column,
        String reason,
        byte[] raw,
        long rawLength) {}
