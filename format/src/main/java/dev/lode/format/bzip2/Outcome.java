package dev.lode.format.bzip2;

/// What became of decoding at a bit where a block may begin.
sealed interface Outcome {
    /// A block whose own checksum holds.
    ///
    /// @param data the block before its last run-length step is undone
    /// @param length bytes that `data` stands for
    /// @param end the bit behind the block
    /// @param crc checksum of the decoded block
    @SuppressWarnings("ArrayRecordComponent") // 900 kB that are handed on, never compared
    record Block(byte[] data, int length, long end, int crc) implements Outcome {}

    /// No block begins there, whatever follows.
    ///
    /// @param what what was found, as part of a sentence
    record Broken(String what) implements Outcome {}

    /// The bytes at hand end before the block does.
    ///
    /// @param tried how many bytes were at hand
    record CutOff(int tried) implements Outcome {}

    /// Decoding itself went wrong.
    record Crashed(Throwable cause) implements Outcome {}
}
