package dev.lode.postgres.ledger;

import java.util.Optional;

/// A reject that is loaded again.
///
/// @param id of the reject
/// @param raw bytes of the record, as they stood in the file or as a person corrected them
/// @param offset of the record's first byte in the item
/// @param later transaction that loaded the next records of the same item, as `xmin` of a row shows
///   it; empty where none did
/// @param key as it stood in the file, where it could be told
/// @param followed whether a later record of its split has that key
// The bytes go from a statement to a batch once; nobody compares records.
@SuppressWarnings("ArrayRecordComponent")
public record KeptRecord(
        long id,
        byte[] raw,
        long offset,
        Optional<String> later,
        Optional<String> key,
        boolean followed) {
    /// The same with other bytes.
    public KeptRecord withRaw(byte[] corrected) {
        return new KeptRecord(id, corrected, offset, later, key, followed);
    }
}
