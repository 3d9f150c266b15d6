package dev.lode.format.csv;

import dev.lode.core.LodeException;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/// What stands for a record's row without its values, as a row in COPY's binary format: the columns
/// of its key, the record's ordinal in the batch (`int4`), and the SHA-256 (`bytea`) of what
/// `record_send(ROW(...))` answers for a row of the same values. Two rows of one digest are the
/// same; rows of different digests may still be equal (1 and 1.0, two spellings of one JSON).
///
/// Foreign fact: `record_send` in PostgreSQL's `rowtypes.c` writes the number of columns, and of
/// each its type's OID, its length or -1 for NULL, and the bytes of its `*send` function, which are
/// those that COPY's binary format carries.
public final class DigestRowEncoder implements RowEncoder {
    /// Bytes of a SHA-256.
    private static final int DIGEST = 32;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final BinaryRowEncoder rows;
    private final int[] types;
    private final int[] keys;
    private final CopyBuffer row = new CopyBuffer(this::keep);
    private final MessageDigest sha256;
    private final byte[] head = new byte[8];
    private final byte[] digest = new byte[DIGEST];

    // Where the fields of the row under way begin: at their lengths.
    private final int[] places;

    // A row that is longer than the buffer, as far as it was handed on.
    private byte[] longRow = new byte[0];
    private int longSize;

    /// @param columns of the row, in the order of `ROW(...)`
    /// @param types the OIDs of their types, in the same order
    /// @param keys places of the key's columns among them, in the order of the COPY
    /// @throws LodeException of kind BUG when [BinaryRowEncoder#supports] says no
    public DigestRowEncoder(List<TargetColumn> columns, int[] types, int[] keys) {
        if (types.length != columns.size()) {
            throw LodeException.bug(
                    types.length + " types of " + columns.size() + " columns", null);
        }
        this.rows = new BinaryRowEncoder(columns);
        this.types = types.clone();
        this.keys = keys.clone();
        this.places = new int[types.length];
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this Java has no SHA-256", e);
        }
    }

    @Override
    public String format() {
        return rows.format();
    }

    @Override
    public void begin(CopyBuffer out) {
        rows.begin(out);
    }

    @Override
    public void end(CopyBuffer out) {
        rows.end(out);
    }

    @Override
    public EncodeResult encode(RecordBatch batch, int record, CopyBuffer out) {
        row.clear();
        longSize = 0;
        var result = rows.encode(batch, record, row);
        if (result != EncodeResult.ENCODED) {
            return result;
        }
        if (longSize > 0) {
            row.flush();
            write(longRow, record, out);
        } else {
            write(row.bytes, record, out);
        }
        return EncodeResult.ENCODED;
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (longRow.length - longSize < length) {
            longRow = Arrays.copyOf(longRow, Math.max(2 * longRow.length, longSize + length));
        }
        System.arraycopy(bytes, offset, longRow, longSize, length);
        longSize += length;
    }

    /// @param bytes a row of COPY's binary format: two bytes of count, then length and value of
    ///   each column
    private void write(byte[] bytes, int record, CopyBuffer out) {
        INT.set(head, 0, types.length);
        sha256.update(head, 0, 4);
        int at = 2;
        for (int c = 0; c < types.length; c++) {
            places[c] = at;
            int length = (int) INT.get(bytes, at);
            INT.set(head, 0, types[c]);
            INT.set(head, 4, length);
            sha256.update(head, 0, 8);
            at += 4;
            if (length > 0) {
                sha256.update(bytes, at, length);
                at += length;
            }
        }
        try {
            sha256.digest(digest, 0, DIGEST);
        } catch (DigestException e) {
            throw LodeException.bug("a SHA-256 is not " + DIGEST + " bytes long", e);
        }
        out.room();
        out.putShort(keys.length + 2);
        for (int key : keys) {
            int length = (int) INT.get(bytes, places[key]);
            out.put(bytes, places[key], 4 + Math.max(0, length));
        }
        out.putInt(4);
        out.putInt(record);
        out.putInt(DIGEST);
        out.put(digest, 0, DIGEST);
    }
}
