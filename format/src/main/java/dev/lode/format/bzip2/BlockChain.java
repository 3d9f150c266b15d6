package dev.lode.format.bzip2;

import dev.lode.core.ByteSource;
import dev.lode.format.Damage;
import dev.lode.format.ResumePoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Follows a file from one block to the next, exactly as a decoder that knows nothing ahead of time
/// would: each begins where the one before ended. Checks what a block cannot check itself: stream
/// headers, block sizes against the stream's level, the streams' combined checksums, and that
/// nothing but another stream follows a stream. Not thread safe.
final class BlockChain {
    private final ByteSource source;
    private final Lookahead lookahead;
    private final ResumeLog log;
    private long bit;
    private int stream;
    private int level;
    private int streamCrc;
    private long decoded;
    private long blocks;

    /// @param from where to begin; without its skip
    BlockChain(ByteSource source, Lookahead lookahead, ResumePoint from, ResumeLog log) {
        this.source = source;
        this.lookahead = lookahead;
        this.log = log;
        bit = from.storedBit();
        stream = from.stream();
        level = from.level();
        streamCrc = from.streamCrc();
        decoded = from.decodedOffset() - from.skip();
    }

    /// The next block, or null when the file ended and every checksum held.
    Outcome.@Nullable Block next() throws IOException {
        while (level > 0 || readHeader()) {
            long magic = lookahead.bits(bit, Bzip2Format.MAGIC_BITS);
            if (magic == Bzip2Format.BLOCK_MAGIC) {
                return readBlock();
            }
            if (magic != Bzip2Format.END_MAGIC) {
                throw magic < 0 ? truncated("the beginning of a block") : noBlock();
            }
            endStream();
        }
        return null;
    }

    /// The bit behind the last block.
    long bit() {
        return bit;
    }

    private boolean readHeader() throws IOException {
        long header = lookahead.bits(bit, Bzip2Format.HEADER_BITS);
        long digit = (header & 0xff) - '0';
        if (header < 0 && stream > 0 && lookahead.bits(bit, 8) < 0) {
            return false;
        }
        if (header >>> 8 != (('B' << 16) | ('Z' << 8) | 'h') || digit < 1 || digit > 9) {
            throw noStream(header);
        }
        level = (int) digit;
        streamCrc = 0;
        bit += Bzip2Format.HEADER_BITS;
        remember();
        return true;
    }

    private Outcome.Block readBlock() throws IOException {
        return switch (lookahead.block(bit)) {
            case Outcome.Block block -> accept(block);
            case Outcome.Broken(String what) -> throw damage("found " + what);
            case Outcome.CutOff(int tried) when tried >= Bzip2Format.MAX_STORED_BLOCK ->
                    throw damage(
                            "found a block that has not ended after "
                                    + tried
                                    + " bytes, more than any can have");
            case Outcome.CutOff _ -> throw truncated("a block");
            case Outcome.Crashed(Throwable cause) -> throw Crash.of(cause);
        };
    }

    private Outcome.Block accept(Outcome.Block block) {
        int size = block.data().length;
        if (size > level * Bzip2Format.LEVEL_STEP) {
            throw damage(
                    "found a block of "
                            + size
                            + " bytes, expected at most "
                            + level * Bzip2Format.LEVEL_STEP
                            + " in a stream of level "
                            + level);
        }
        bit = block.end();
        streamCrc = Bzip2Format.combine(streamCrc, block.crc());
        decoded += block.length();
        blocks++;
        remember();
        lookahead.pass(bit);
        return block;
    }

    private void endStream() throws IOException {
        long crc = lookahead.bits(bit + Bzip2Format.MAGIC_BITS, Bzip2Format.CRC_BITS);
        if (crc < 0) {
            throw truncated("the end");
        }
        if ((int) crc != streamCrc) {
            throw damage(
                    String.format(
                            "found a stream that ends with checksum %08x, expected %08x from its"
                                    + " blocks",
                            crc, streamCrc));
        }
        long end = bit + Bzip2Format.MAGIC_BITS + Bzip2Format.CRC_BITS;
        bit = (end + 7) & ~7L;
        stream++;
        level = 0;
        lookahead.pass(bit);
    }

    private void remember() {
        log.add(new ResumePoint(bit, 0, decoded, stream, level, streamCrc));
    }

    private RuntimeException noStream(long header) throws IOException {
        long first = lookahead.bits(bit, 8);
        if (header < 0 && (first < 0 || first == 'B')) {
            return truncated("the header");
        }
        if (stream > 0) {
            return Damage.at(
                    source,
                    bit >>> 3,
                    decoded,
                    "found bytes behind bzip2 stream " + stream + " that are no further stream");
        }
        return damage(String.format("found no header of a bzip2 stream, first byte %02x", first));
    }

    private RuntimeException noBlock() throws IOException {
        return damage(
                String.format(
                        "found %012x, expected the beginning of a block or the end of the stream",
                        lookahead.bits(bit, Bzip2Format.MAGIC_BITS)));
    }

    private RuntimeException truncated(String part) {
        return Damage.truncated(
                source, bit >>> 3, decoded, part + " of bzip2 stream " + (stream + 1));
    }

    private RuntimeException damage(String found) {
        return Damage.at(
                source,
                bit >>> 3,
                decoded,
                found
                        + " (bzip2 stream "
                        + (stream + 1)
                        + ", bit "
                        + bit
                        + ", after "
                        + blocks
                        + " blocks)");
    }
}
