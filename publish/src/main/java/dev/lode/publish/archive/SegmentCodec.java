package dev.lode.publish.archive;

/// Presses segments, each so that it can be unpressed without those before it and that another can
/// follow it. Belongs to one thread.
sealed interface SegmentCodec extends AutoCloseable
        permits DeflateCodec, LibdeflateCodec, ZstdCodec {
    /// Adds a pressed segment. The same bytes are pressed to the same bytes always.
    void press(byte[] raw, int length, ByteRun to);

    /// Gives a segment back.
    ///
    /// @param rawLength how long it was
    /// @throws java.util.zip.DataFormatException when it is damaged
    byte[] unpress(byte[] pressed, int offset, int length, int rawLength)
            throws java.util.zip.DataFormatException;

    @Override
    void close();
}
