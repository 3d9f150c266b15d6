package dev.lode.format.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Rows of one table in COPY's binary format, without its head and end, in pieces. Can be set back
/// to an earlier mark. Not thread safe.
final class RowBuffer {
    /// What may be written after one [#room].
    static final int SLACK = 4096;

    private static final int FIRST = 8 << 10;
    private static final int MOST = 256 << 10;
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final List<byte[]> pieces = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    byte[] piece = new byte[FIRST];
    int size;
    int rows;
    private final RowRuns runs = new RowRuns();
    private int markedPieces;
    private int markedSize;
    private int markedRows;

    void mark() {
        markedPieces = pieces.size();
        markedSize = size;
        markedRows = rows;
        runs.mark();
    }

    /// Forgets what was written since the mark.
    void reset() {
        if (pieces.size() > markedPieces) {
            piece = pieces.get(markedPieces);
            while (pieces.size() > markedPieces) {
                pieces.removeLast();
                lengths.removeLast();
            }
        }
        size = markedSize;
        rows = markedRows;
        runs.reset();
    }

    /// A row begins, with room for its first columns. Its id is told as [RowRuns] wants it.
    void row(boolean hasId, long high, int low, int position, int record) {
        room();
        runs.row(hasId, high, low, position, record, pieces.size(), size);
    }

    void room() {
        if (size + SLACK > piece.length) {
            next();
        }
    }

    private void next() {
        pieces.add(piece);
        lengths.add(size);
        piece = new byte[Math.min(MOST, piece.length * 2)];
        size = 0;
    }

    void putByte(int value) {
        piece[size++] = (byte) value;
    }

    void putShort(int value) {
        SHORT.set(piece, size, (short) value);
        size += 2;
    }

    void putInt(int value) {
        INT.set(piece, size, value);
        size += 4;
    }

    void putLong(long value) {
        LONG.set(piece, size, value);
        size += 8;
    }

    /// Any number of bytes; room again afterwards.
    void put(byte[] from, int offset, int length) {
        int done = 0;
        while (done < length) {
            int take = Math.min(length - done, piece.length - size);
            System.arraycopy(from, offset + done, piece, size, take);
            size += take;
            done += take;
            if (done < length) {
                next();
            }
        }
        room();
    }

    /// What was written, in the order of the ids.
    EncodedRows finish(int table) {
        var all = new ArrayList<>(pieces);
        all.add(piece);
        var used = new ArrayList<>(lengths);
        used.add(size);
        return new EncodedRows(table, rows, runs.pieces(all, used));
    }

    /// The record that a row was made from.
    ///
    /// @param row in the order of [#finish]
    int recordOf(int row) {
        return runs.recordOf(row);
    }
}
