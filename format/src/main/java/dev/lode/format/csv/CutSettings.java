package dev.lode.format.csv;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

/// The bounds of cutting a file into records.
///
/// @param batchSize distance in decoded bytes between two batch boundaries: boundary k is the first
///   end of a record at or after `k * batchSize`; up to 512 MiB. Changing it while an item is half
///   loaded moves all later boundaries
/// @param maxRecord longest legal record in bytes, its line end included, up to 512 MiB. A longer
///   one is damage. It is also the bound of the cutter's memory: at most one record of this length
///   is held beside a batch
/// @param lookAhead how far in bytes from the beginning of a damaged record the next sound one is
///   looked for before the bytes in between are let go, up to 256 MiB
/// @param keptRaw how many first bytes of a damaged stretch longer than `lookAhead` are kept
/// @param maxDamage how long in bytes a damaged stretch may become before the item is given up
public record CutSettings(
        ByteSize batchSize,
        ByteSize maxRecord,
        ByteSize lookAhead,
        ByteSize keptRaw,
        ByteSize maxDamage) {
    private static final long LIMIT = 512L << 20;

    /// Batches of 16 MiB, records of up to 256 MiB, 16 MiB of look-ahead, 1 MiB of a longer damaged
    /// stretch kept, 1 GiB of damage borne.
    public static final CutSettings DEFAULT =
            new CutSettings(
                    ByteSize.mebibytes(16),
                    ByteSize.mebibytes(256),
                    ByteSize.mebibytes(16),
                    ByteSize.mebibytes(1),
                    ByteSize.mebibytes(1024));

    public CutSettings {
        between("batch size", batchSize, 1, LIMIT);
        between("longest record", maxRecord, 1, LIMIT);
        between("look-ahead", lookAhead, 1, LIMIT / 2);
        between("kept bytes of a damaged record", keptRaw, 0, lookAhead.bytes());
        between("longest damage", maxDamage, lookAhead.bytes(), Long.MAX_VALUE);
    }

    /// The same with batches of another size.
    public CutSettings withBatchSize(ByteSize size) {
        return new CutSettings(size, maxRecord, lookAhead, keptRaw, maxDamage);
    }

    private static void between(String name, ByteSize size, long low, long high) {
        if (size.bytes() < low || size.bytes() > high) {
            throw LodeException.usage(
                    "csv: "
                            + name
                            + " of "
                            + size.bytes()
                            + " bytes, expected "
                            + low
                            + " to "
                            + high);
        }
    }
}
