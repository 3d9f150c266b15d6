package dev.lode.postgres.load;

/// What a sample takes in a table of the shape of its own.
///
/// @param rows that were loaded
/// @param table bytes of the rows, TOAST included
/// @param indexes bytes of the indexes that the table has, and an estimate for those that the pack
///   makes later
/// @param trouble why the sample could not be loaded; empty when it was
public record SampledSize(long rows, long table, long indexes, String trouble) {
    static SampledSize failed(String trouble) {
        return new SampledSize(0, 0, 0, trouble);
    }
}
