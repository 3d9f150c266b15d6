package dev.lode.format;

import dev.lode.core.LodeException;

import java.util.Locale;

/// Where decoding of an item can begin again without decoding what lies before: start at bit
/// `storedBit` of the stored bytes, drop the first `skip` decoded bytes, and the next byte is the
/// one at `decodedOffset`.
///
/// For bzip2 `storedBit` is the first bit of a block's magic, or of the magic that ends a stream;
/// `stream`, `level` and `streamCrc` (the combined CRC of the stream's blocks before this one) let
/// the rest of the stream be checked as if it had been read from its start. Plain bytes have
/// `storedBit = 8 * decodedOffset` and no skip. Formats that cannot be entered in the middle resume
/// at bit 0 and skip everything.
///
/// @param storedBit offset in bits into the stored bytes
/// @param skip decoded bytes between `storedBit`'s block start and the point
/// @param decodedOffset offset in bytes into the decoded content
/// @param stream ordinal of the compressed stream in the file, from 0
/// @param level bzip2 block size of that stream in 100 kB, 0 for other formats
/// @param streamCrc combined CRC of that stream's earlier blocks
public record ResumePoint(
        long storedBit, long skip, long decodedOffset, int stream, int level, int streamCrc) {
    public static final ResumePoint START = new ResumePoint(0, 0, 0, 0, 0, 0);

    public ResumePoint {
        if (storedBit < 0
                || skip < 0
                || decodedOffset < skip
                || stream < 0
                || level < 0
                || level > 9) {
            throw LodeException.bug(
                    "resume point out of range: bit "
                            + storedBit
                            + ", skip "
                            + skip
                            + ", offset "
                            + decodedOffset
                            + ", stream "
                            + stream
                            + ", level "
                            + level,
                    null);
        }
    }

    /// The form the ledger keeps: six fields, `bit:skip:offset:stream:level:crc`, the CRC in
    /// hexadecimal.
    public String text() {
        return String.format(
                Locale.ROOT,
                "%d:%d:%d:%d:%d:%08x",
                storedBit,
                skip,
                decodedOffset,
                stream,
                level,
                streamCrc);
    }

    /// The inverse of [#text()].
    public static ResumePoint parse(String text) {
        var part = text.split(":", -1);
        if (part.length != 6) {
            throw LodeException.bug(
                    "\"" + text + "\" is not a resume point: expected 6 fields", null);
        }
        return new ResumePoint(
                Long.parseLong(part[0]),
                Long.parseLong(part[1]),
                Long.parseLong(part[2]),
                Integer.parseInt(part[3]),
                Integer.parseInt(part[4]),
                Integer.parseUnsignedInt(part[5], 16));
    }
}
