package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Writes one bzip2 stream, as `bzip2` does, with its blocks compressed on several threads: each
/// chunk that fills a block is compressed as a stream of its own, and the bits of its only block
/// are put behind those of the block before. The bytes do not depend on the threads. Not thread
/// safe.
final class Bzip2OneStream extends OutputStream {
    /// Bytes that a block takes after bzip2's first run-length coding; its limit at level 9 is
    /// 899,980.
    private static final int BLOCK_BYTES = 899_900;

    private static final long BLOCK_MAGIC = 0x314159265359L;
    private static final long END_MAGIC = 0x177245385090L;
    private static final int MAGIC_BITS = 48;
    private static final int CRC_BITS = 32;
    private static final int HEADER_BITS = 32;
    private static final int LONGEST_RUN = 255;
    private static final byte[] HEADER = {'B', 'Z', 'h', '9'};

    private final OutputStream out;
    private final BlockCompressor compressor;
    private final ExecutorService pool;
    private final int mostQueued;
    private final ArrayDeque<Future<Block>> queue = new ArrayDeque<>();

    private Bytes chunk = new Bytes(1 << 20);
    private int blockBytes;
    private int runByte = -1;
    private int run;

    private byte[] pending = new byte[1 << 16];
    private int pendingBytes;
    private int partial;
    private int partialBits;
    private int combinedCrc;

    /// A block in the stream of its own that it was compressed to. Not a record: it holds an array.
    private static final class Block {
        final byte[] stream;
        final long bits;
        final int crc;

        /// @param bits of the block, behind the stream's header
        Block(byte[] stream, long bits, int crc) {
            this.stream = stream;
            this.bits = bits;
            this.crc = crc;
        }
    }

    /// @param pool compresses; stays open
    /// @param threads of the pool: bounds the chunks in memory
    Bzip2OneStream(OutputStream out, BlockCompressor compressor, ExecutorService pool, int threads)
            throws IOException {
        this.out = out;
        this.compressor = compressor;
        this.pool = pool;
        this.mostQueued = 2 * threads;
        out.write(HEADER);
    }

    @Override
    public void write(int singleByte) throws IOException {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            int b = bytes[i] & 0xff;
            if (b == runByte && run < LONGEST_RUN) {
                run++;
                blockBytes += run < 4 ? 1 : run == 4 ? 2 : 0;
            } else {
                if (blockBytes + 5 > BLOCK_BYTES) {
                    chunk.add(bytes, from, i - from);
                    from = i;
                    submit();
                }
                runByte = b;
                run = 1;
                blockBytes++;
            }
        }
        chunk.add(bytes, from, end - from);
    }

    /// Ends the stream and begins another behind it.
    void nextStream() throws IOException {
        end();
        out.write(HEADER);
        combinedCrc = 0;
    }

    /// Ends the stream and closes what it writes to.
    @Override
    public void close() throws IOException {
        try (out) {
            end();
        }
    }

    private void end() throws IOException {
        if (chunk.length() > 0) {
            submit();
        }
        while (!queue.isEmpty()) {
            append();
        }
        bits(END_MAGIC, MAGIC_BITS);
        bits(Integer.toUnsignedLong(combinedCrc), CRC_BITS);
        if (partialBits > 0) {
            bits(0, 8 - partialBits);
        }
        out.write(pending, 0, pendingBytes);
        pendingBytes = 0;
    }

    private void submit() throws IOException {
        var full = chunk;
        chunk = new Bytes(1 << 20);
        blockBytes = 0;
        runByte = -1;
        queue.add(pool.submit(() -> compress(full)));
        if (queue.size() > mostQueued) {
            append();
        }
    }

    private void append() throws IOException {
        Block block;
        try {
            block = queue.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw LodeException.bug("bzip2: a block was not compressed", e.getCause());
        }
        combinedCrc = Integer.rotateLeft(combinedCrc, 1) ^ block.crc;
        int bytes = (int) (block.bits / 8);
        for (int i = 0; i < bytes; i++) {
            bits(block.stream[HEADER.length + i] & 0xff, 8);
        }
        int rest = (int) (block.bits % 8);
        if (rest > 0) {
            bits((block.stream[HEADER.length + bytes] & 0xff) >>> (8 - rest), rest);
        }
    }

    private void bits(long value, int count) throws IOException {
        for (int left = count; left > 0; ) {
            int take = Math.min(8 - partialBits, left);
            left -= take;
            partial = (partial << take) | ((int) (value >>> left) & ((1 << take) - 1));
            partialBits += take;
            if (partialBits == 8) {
                if (pendingBytes == pending.length) {
                    out.write(pending, 0, pendingBytes);
                    pendingBytes = 0;
                }
                pending[pendingBytes++] = (byte) partial;
                partial = 0;
                partialBits = 0;
            }
        }
    }

    private Block compress(Bytes chunk) throws IOException {
        var bytes = compressor.stream(chunk.array(), chunk.length());
        int crc = (int) read(bytes, HEADER_BITS + MAGIC_BITS, CRC_BITS);
        for (int padding = 0; padding < 8; padding++) {
            long end = bytes.length * 8L - padding - CRC_BITS - MAGIC_BITS;
            if (read(bytes, end, MAGIC_BITS) == END_MAGIC
                    && (int) read(bytes, end + MAGIC_BITS, CRC_BITS) == crc
                    && read(bytes, HEADER_BITS, MAGIC_BITS) == BLOCK_MAGIC) {
                return new Block(bytes, end - HEADER_BITS, crc);
            }
        }
        throw LodeException.bug(
                "bzip2: a chunk of " + chunk.length() + " bytes did not become one block", null);
    }

    private static long read(byte[] bytes, long bit, int count) {
        long value = 0;
        for (long i = bit; i < bit + count; i++) {
            value = (value << 1) | ((bytes[(int) (i >>> 3)] >>> (7 - (i & 7))) & 1);
        }
        return value;
    }
}
