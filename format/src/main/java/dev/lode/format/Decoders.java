package dev.lode.format;

import dev.lode.core.ByteSource;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.bzip2.Bzip2Decoder;

import java.io.IOException;

/// Opens items for reading, however they are packed. Thread safe.
public final class Decoders {
    private final BlockPool pool;

    /// @param pool decodes bzip2; stays the caller's and must outlive the decoders
    public Decoders(BlockPool pool) {
        this.pool = pool;
    }

    /// A decoder for who wants no more than the beginning: it decodes what is read and hardly
    /// anything ahead, where the one of [#open] keeps all processors busy from the start.
    public Decoder openHead(ByteSource source, Compression compression) throws IOException {
        return switch (compression) {
            case BZIP2 -> Bzip2Decoder.openHead(source, pool);
            case NONE, GZIP, ZSTD -> open(source, compression, ResumePoint.START);
        };
    }

    /// A decoder whose first byte is the one at `from.decodedOffset()`. gzip and zstd cannot be
    /// entered in the middle: for them the first read decodes and drops everything before.
    ///
    /// @param from [ResumePoint#START], or what a decoder of the same stored bytes and compression
    ///   once said
    /// @throws dev.lode.core.LodeException of kind DATA when `from` lies behind the end of the
    ///   stored bytes
    public Decoder open(ByteSource source, Compression compression, ResumePoint from)
            throws IOException {
        return switch (compression) {
            case NONE -> PlainDecoder.open(source, from);
            case BZIP2 -> Bzip2Decoder.open(source, pool, from);
            case GZIP ->
                    new SequentialDecoder(
                            source,
                            new GzipUnpacker(source, StoredStream.open(source, 0)),
                            from.decodedOffset());
            case ZSTD ->
                    new SequentialDecoder(
                            source,
                            ZstdUnpacker.open(source, StoredStream.open(source, 0)),
                            from.decodedOffset());
        };
    }
}
