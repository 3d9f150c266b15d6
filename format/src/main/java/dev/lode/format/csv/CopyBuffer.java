package dev.lode.format.csv;

import dev.lode.core.LodeException;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Collects COPY data in one fixed array and hands it to a sink whenever it is full, in the middle
/// of a row too: an encoder writes nothing of a row before all of it is known to be sound. Belongs
/// to one thread.
public final class CopyBuffer {
    /// Full enough to be handed on, unless the caller says otherwise: 256 KiB.
    public static final int FLUSH_SIZE = 256 << 10;

    /// What may be written after one [#room] beyond the flush size.
    static final int SLACK = 256 << 10;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CopySink sink;
    private final int flushSize;
    private long handedOn;

    // Open to the encoders of this package, whose loops keep them in registers.
    final byte[] bytes;
    int size;

    public CopyBuffer(CopySink sink) {
        this(sink, FLUSH_SIZE);
    }

    /// @param flushSize bytes after which the sink is called, 1 to 64 MiB
    public CopyBuffer(CopySink sink, int flushSize) {
        if (flushSize < 1 || flushSize > 64 << 20) {
            throw LodeException.bug("copy buffer of " + flushSize + " bytes", null);
        }
        this.sink = sink;
        this.flushSize = flushSize;
        bytes = new byte[flushSize + SLACK + Swar.PADDING];
    }

    /// Hands on what is left. The caller's last act on a stream, after [RowEncoder#end].
    public void flush() {
        if (size > 0) {
            int length = size;
            size = 0;
            handedOn += length;
            sink.write(bytes, 0, length);
        }
    }

    /// Forgets what was not handed on, and counts from 0 again: before another stream.
    public void clear() {
        size = 0;
        handedOn = 0;
    }

    /// Bytes written in all, those not handed on yet included.
    public long written() {
        return handedOn + size;
    }

    /// Makes room for at least [#SLACK] bytes.
    void room() {
        if (size >= flushSize) {
            flush();
        }
    }

    void putByte(int value) {
        bytes[size++] = (byte) value;
    }

    void putShort(int value) {
        SHORT.set(bytes, size, (short) value);
        size += 2;
    }

    void putInt(int value) {
        INT.set(bytes, size, value);
        size += 4;
    }

    void putLong(long value) {
        LONG.set(bytes, size, value);
        size += 8;
    }

    /// Writes any number of bytes, in pieces; room for [#SLACK] bytes again afterwards.
    void put(byte[] from, int offset, int length) {
        int done = 0;
        room();
        while (done < length) {
            int piece = Math.min(length - done, SLACK);
            System.arraycopy(from, offset + done, bytes, size, piece);
            size += piece;
            done += piece;
            room();
        }
    }
}
