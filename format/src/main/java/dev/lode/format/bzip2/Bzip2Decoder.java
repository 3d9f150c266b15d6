package dev.lode.format.bzip2;

import dev.lode.core.ByteSource;
import dev.lode.core.LodeException;
import dev.lode.format.Damage;
import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;
import dev.lode.format.StoredStream;

import java.io.IOException;
import java.time.Duration;

/// Decodes one bzip2 file, whole or from a [ResumePoint], on the threads of a [BlockPool] and with
/// a thread of its own that reads ahead. For an `InputStream` wrap it into a
/// [dev.lode.format.DecoderInputStream].
///
/// Any number of streams may follow each other, as `cat a.bz2 b.bz2` and parallel compressors make
/// them; empty ones and blocks that bzip2 before 0.9.5 randomised included. Each block's checksum
/// is verified before one of its bytes is handed out, each stream's when its end is reached, also
/// when decoding began in its middle.
///
/// Anything behind a stream that is no further stream is damage, also where the `bzip2` command
/// would only warn: a damaged header of a second stream looks just so, and the rest of the data
/// would silently be missing. An empty file is damage too; the smallest file has 14 bytes. That a
/// file was cut exactly between two streams cannot be seen in the format.
///
/// Memory, besides the pool's, which decoded blocks count for: stored bytes, a quarter of
/// [BlockPool#ahead], at least 3.5 MB. Decoded blocks are kept in the at most 900 kB that they have
/// before their last run-length step is undone.
///
/// One thread reads; [#close] may be called by any.
public final class Bzip2Decoder implements Decoder {
    /// How long [#close] waits for the reading thread, which was interrupted and whose stream was
    /// closed; a source that ignores both keeps its thread, a daemon, until its read returns.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int DISCARD = 1 << 16;

    private final ByteSource source;
    private final StoredStream stored;
    private final Lookahead lookahead;
    private final Thread reader;
    private final BlockChain chain;
    private final ResumeLog log;
    private final RunExpander expander = new RunExpander();
    private long toSkip;
    private long position;
    private long used;
    private int left;
    private boolean ended;

    private Bzip2Decoder(
            ByteSource source, StoredStream stored, Lookahead lookahead, ResumePoint from) {
        this.source = source;
        this.stored = stored;
        this.lookahead = lookahead;
        log = new ResumeLog(from);
        chain = new BlockChain(source, lookahead, from, log);
        toSkip = from.skip();
        position = from.decodedOffset() - from.skip();
        used = from.storedBit() >>> 3;
        reader =
                Thread.ofPlatform()
                        .daemon()
                        .name("lode-bzip2-read " + source.name())
                        .unstarted(new StoredReader(stored, lookahead));
    }

    /// Opens `source` and begins to read and decode ahead.
    ///
    /// @param pool stays open; must not be closed before this decoder
    /// @param from [ResumePoint#START], or what [#resumeAt] of an earlier decoder of the same bytes
    ///   said
    public static Bzip2Decoder open(ByteSource source, BlockPool pool, ResumePoint from)
            throws IOException {
        return open(source, pool, from, Integer.MAX_VALUE);
    }

    /// Opens `source` at its beginning for who wants no more than that: one block is decoded at a
    /// time.
    ///
    /// @param pool stays open; must not be closed before this decoder
    public static Bzip2Decoder openHead(ByteSource source, BlockPool pool) throws IOException {
        return open(source, pool, ResumePoint.START, 1);
    }

    private static Bzip2Decoder open(
            ByteSource source, BlockPool pool, ResumePoint from, int mostBlocks)
            throws IOException {
        if (from.level() == 0 && from.storedBit() != 0) {
            throw LodeException.bug(
                    "resume point \"" + from.text() + "\" is none of a bzip2 file", null);
        }
        var stored = StoredStream.open(source, from.storedBit() >>> 3);
        var lookahead = new Lookahead(pool, from.storedBit(), mostBlocks);
        var decoder = new Bzip2Decoder(source, stored, lookahead, from);
        decoder.reader.start();
        return decoder;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        skip();
        return expand(into, offset, length);
    }

    private int expand(byte[] into, int offset, int length) throws IOException {
        while (left == 0) {
            var block = ended ? null : chain.next();
            if (block == null) {
                ended = true;
                used = source.size();
                return -1;
            }
            expander.begin(block.data(), 0, block.data().length);
            left = block.length();
        }
        int count = expander.expand(into, offset, Math.min(length, left));
        left -= count;
        position += count;
        if (left == 0) {
            used = chain.bit() >>> 3;
        }
        return count;
    }

    private void skip() throws IOException {
        if (toSkip == 0) {
            return;
        }
        byte[] dropped = new byte[DISCARD];
        while (toSkip > 0) {
            int count = expand(dropped, 0, (int) Math.min(toSkip, DISCARD));
            if (count < 0) {
                throw Damage.beforeResumePoint(source, position, position + toSkip);
            }
            toSkip -= count;
        }
    }

    @Override
    public long position() {
        return position + toSkip;
    }

    @Override
    public long storedPosition() {
        return used;
    }

    @Override
    public ResumePoint resumeAt(long decodedOffset) {
        return log.at(decodedOffset, position());
    }

    @Override
    public void close() throws IOException {
        lookahead.close();
        reader.interrupt();
        try {
            stored.close();
        } finally {
            awaitReader();
        }
    }

    private void awaitReader() {
        try {
            reader.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
