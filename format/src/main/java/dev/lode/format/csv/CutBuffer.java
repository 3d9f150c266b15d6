package dev.lode.format.csv;

import dev.lode.format.Decoder;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;

/// The decoded bytes being cut: from the end of the last batch to where the decoder stands.
final class CutBuffer {
    private static final int READ_SIZE = 64 << 10;
    private static final int FIRST_CAPACITY = 1 << 20;
    private static final int POOLED_ARRAYS = 4;

    /// Takes nothing: arrays grown for a huge record are left to the collector.
    private static final BlockingQueue<byte[]> NO_POOL = new SynchronousQueue<>();

    private final Decoder decoder;
    private final long usualCapacity;
    private final BlockingQueue<byte[]> pool = new ArrayBlockingQueue<>(POOLED_ARRAYS);

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;
    private long base;
    private long dropped;
    private boolean ended;

    CutBuffer(Decoder decoder, long batchSize) {
        this.decoder = decoder;
        this.base = decoder.position();
        this.usualCapacity = batchSize + batchSize / 8 + FIRST_CAPACITY;
    }

    /// At least [Swar#PADDING] longer than [#length()]; another array after each load.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Whether the input ends after [#length()].
    boolean ended() {
        return ended;
    }

    /// Decoded offset of the first byte.
    long base() {
        return base;
    }

    /// Bytes taken out since the last batch; those after them have moved down by as much.
    long dropped() {
        return dropped;
    }

    /// Reads on, preferably up to the decoded offset `wanted`, never much further.
    ///
    /// @return whether there was anything
    boolean load(long wanted) throws IOException {
        if (ended) {
            return false;
        }
        if (bytes.length - length < READ_SIZE + Swar.PADDING) {
            long usual = Math.min(4L * bytes.length, usualCapacity);
            long grown = Math.max(usual, bytes.length + (long) (bytes.length >> 1));
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, Integer.MAX_VALUE - 16));
        }
        long missing = Math.max(READ_SIZE, wanted - base - dropped - length);
        int read =
                decoder.read(
                        bytes,
                        length,
                        (int) Math.min(missing, bytes.length - length - Swar.PADDING));
        if (read < 0) {
            ended = true;
            return false;
        }
        length += read;
        return true;
    }

    /// Whether there is a byte at `index`, read on for if need be.
    boolean has(int index) throws IOException {
        while (index >= length) {
            if (!load(0)) {
                return false;
            }
        }
        return true;
    }

    /// Takes out the bytes of `[from, to)`.
    void drop(int from, int to) {
        System.arraycopy(bytes, to, bytes, from, length - to);
        length -= to - from;
        dropped += to - from;
    }

    /// Takes off the first bytes, before the first batch.
    void skip(int count) {
        drop(0, count);
        base += dropped;
        dropped = 0;
    }

    /// Goes on in another array after `end`; the array used so far belongs to the caller.
    void cutOff(int end) {
        byte[] full = bytes;
        int rest = length - end;
        byte[] pooled = pool.poll();
        bytes =
                pooled != null && pooled.length >= rest + Swar.PADDING
                        ? pooled
                        : new byte
                                [Math.max(
                                        rest + READ_SIZE,
                                        (int) Math.min(full.length, usualCapacity))];
        System.arraycopy(full, end, bytes, 0, rest);
        length = rest;
        base += dropped + end;
        dropped = 0;
    }

    /// Where a batch gives an array of this size back to.
    BlockingQueue<byte[]> poolFor(byte[] array) {
        return array.length <= 2 * usualCapacity ? pool : NO_POOL;
    }
}
