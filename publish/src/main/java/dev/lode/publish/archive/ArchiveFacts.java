package dev.lode.publish.archive;

/// What is known of a finished archive. Its *body* is its segments: what lies between a head and a
/// tail that every archive of the shape has. Sizes in bytes.
///
/// @param bytes of the file
/// @param sha256 of the file, in hexadecimal
/// @param content SHA-256 over the [hashes][ItemHash] of its items in their order, in hexadecimal
/// @param body where its body lies
/// @param copied bytes taken over from the archive before
/// @param pressed bytes compressed anew
public record ArchiveFacts(
        long bytes,
        String sha256,
        String content,
        long items,
        Body body,
        long copied,
        long pressed) {
    /// The segments of an archive.
    ///
    /// @param offset of the first in the file
    /// @param stored pressed bytes
    /// @param raw bytes before compression
    /// @param crc CRC-32 of the bytes before compression
    /// @param storedCrc CRC-32C of the pressed bytes
    public record Body(long offset, long stored, long raw, int crc, int storedCrc) {}
}
