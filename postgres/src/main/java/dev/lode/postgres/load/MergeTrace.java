package dev.lode.postgres.load;

/// What a merge leaves behind beside its rows.
///
/// @param item of the ledger
/// @param at offset of the split, by which later ones are told
/// @param keepKeys whether the keys of its records are kept, to find rows that vanished
record MergeTrace(long item, long run, long at, boolean keepKeys) {}
