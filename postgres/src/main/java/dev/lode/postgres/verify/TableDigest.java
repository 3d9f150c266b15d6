package dev.lode.postgres.verify;

import java.math.BigInteger;

/// The content of a table in a few numbers that do not depend on the order of rows or columns:
/// equal for equal content, on every server version and in every session. Sums of halves of
/// SHA-256: it finds accidents, not forgers.
///
/// @param high sum over the rows of the first 64 bits of the row's hash, as a signed number
/// @param low sum of the next 64 bits
public record TableDigest(long rows, BigInteger high, BigInteger low) {
    /// `12 rows, 3f..:a0..`.
    @Override
    public String toString() {
        return rows
                + (rows == 1 ? " row, " : " rows, ")
                + high.toString(16)
                + ":"
                + low.toString(16);
    }
}
