package dev.lode.format;

import java.io.IOException;

/// The decoded bytes of one item, in order. Belongs to one thread at a time; an implementation may
/// decode ahead on threads of its own, within a fixed bound of memory.
///
/// Damage in the stored bytes (a truncated file, a checksum that does not hold) is a
/// [dev.lode.core.LodeException] of kind DATA that names the item, the stored offset and what was
/// found. With bzip2 every byte handed out before it was correct, since each block carries a
/// checksum; gzip and zstd keep theirs at the end of a member or frame, so bytes of the last one
/// may be wrong: the error says how many were verified. An [IOException] means that the stored
/// bytes could not be read.
public interface Decoder extends AutoCloseable {
    /// Up to `length` decoded bytes into `into` from `offset`.
    ///
    /// @return how many, at least 1; -1 at the end, which is reported only after all checksums were
    ///   verified
    int read(byte[] into, int offset, int length) throws IOException;

    /// Decoded offset of the byte that the next [#read] returns first.
    long position();

    /// Stored bytes used up for what was read so far, for progress.
    long storedPosition();

    /// Where decoding can begin again so that its first byte is the one at `decodedOffset`. Offsets
    /// must not decrease from call to call and must lie between the last one asked for (at first:
    /// where this decoder began) and [#position()]; what is needed only for earlier offsets is
    /// forgotten.
    ResumePoint resumeAt(long decodedOffset);

    /// Stops threads and closes the source. Idempotent.
    @Override
    void close() throws IOException;
}
