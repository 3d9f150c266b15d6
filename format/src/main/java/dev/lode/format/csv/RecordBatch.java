package dev.lode.format.csv;

import dev.lode.core.LodeException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Consecutive whole records of one item, sound and damaged, in the order of the file.
///
/// Immutable and safe for several threads until [#close()], which gives the byte array back to the
/// cutter; nothing may be read from a batch after that. A batch that is never closed costs only the
/// reuse of its array.
public final class RecordBatch implements AutoCloseable {
    private final Dialect dialect;
    private final int fieldCount;
    private final byte[] bytes;
    private final int[] starts;
    private final int count;
    private final long offset;
    private final long endOffset;
    private final long firstRecord;
    private final List<BadRecord> badRecords;
    private final List<BadRecord> shortened;
    private final int[] badIndexes;
    private final DialectEvidence evidence;
    private final BlockingQueue<byte[]> pool;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /// @param bytes at least [Swar#PADDING] longer than its content; owned by this batch from here
    ///   on
    /// @param starts where each record begins, and where the last one ends
    RecordBatch(
            Dialect dialect,
            int fieldCount,
            byte[] bytes,
            int[] starts,
            long offset,
            long endOffset,
            long firstRecord,
            List<BadRecord> badRecords,
            DialectEvidence evidence,
            BlockingQueue<byte[]> pool) {
        this.dialect = dialect;
        this.fieldCount = fieldCount;
        this.bytes = bytes;
        this.starts = starts;
        this.count = starts.length - 1;
        this.offset = offset;
        this.endOffset = endOffset;
        this.firstRecord = firstRecord;
        this.badRecords = List.copyOf(badRecords);
        this.shortened =
                badRecords.stream()
                        .filter(bad -> bad.length() > end(bad.index()) - start(bad.index()))
                        .toList();
        this.badIndexes = badRecords.stream().mapToInt(BadRecord::index).toArray();
        this.evidence = evidence;
        this.pool = pool;
    }

    public Dialect dialect() {
        return dialect;
    }

    /// Fields of every sound record.
    public int fieldCount() {
        return fieldCount;
    }

    /// Number of records, damaged ones included; at least 1.
    public int count() {
        return count;
    }

    /// The array that holds the records; not to be written to. At least eight bytes longer than
    /// [#length()].
    public byte[] bytes() {
        return bytes;
    }

    /// Bytes used in [#bytes()].
    public int length() {
        return starts[count];
    }

    /// Index in [#bytes()] of a record's first byte.
    public int start(int record) {
        return starts[record];
    }

    /// Index in [#bytes()] after a record's last byte, its line end included: where the next one
    /// begins.
    public int end(int record) {
        return starts[record + 1];
    }

    /// Index in [#bytes()] after a record's last byte, its line end (LF or CRLF) not included.
    public int contentEnd(int record) {
        return contentEnd(bytes, starts[record], starts[record + 1]);
    }

    static int contentEnd(byte[] bytes, int from, int end) {
        int to = end;
        if (to > from && bytes[to - 1] == '\n') {
            to--;
            if (to > from && bytes[to - 1] == '\r') {
                to--;
            }
        }
        return to;
    }

    /// Decoded offset in the item of the batch's first byte.
    public long offset() {
        return offset;
    }

    /// Decoded offset in the item after the batch's last record: where to resume once this batch is
    /// committed.
    public long endOffset() {
        return endOffset;
    }

    /// Decoded offset in the item of a record's first byte.
    public long offset(int record) {
        long dropped = 0;
        for (var bad : shortened) {
            dropped +=
                    bad.index() < record
                            ? bad.length() - (end(bad.index()) - start(bad.index()))
                            : 0;
        }
        return offset + dropped + starts[record];
    }

    /// Ordinal in the item of the batch's first record, from 0, the header not counted.
    public long firstRecord() {
        return firstRecord;
    }

    /// Ordinal in the item of the first record after this batch.
    public long endRecord() {
        return firstRecord + count;
    }

    /// The damaged records, in order.
    public List<BadRecord> badRecords() {
        return badRecords;
    }

    /// Whether a record is damaged; such a record must not be encoded.
    public boolean isBad(int record) {
        return badIndexes.length > 0 && Arrays.binarySearch(badIndexes, record) >= 0;
    }

    /// What is wrong with a record, empty for a sound one.
    public Optional<BadRecord> bad(int record) {
        int at = Arrays.binarySearch(badIndexes, record);
        return at < 0 ? Optional.empty() : Optional.of(badRecords.get(at));
    }

    /// Length in bytes of a record in the file, its line end included. More than the batch holds of
    /// a damaged stretch that was too long to keep.
    public long rawLength(int record) {
        return bad(record).map(BadRecord::length).orElse((long) end(record) - start(record));
    }

    /// A copy of a record's bytes as they stand in the file, its line end included, cut after
    /// `limit` bytes.
    public byte[] raw(int record, int limit) {
        int from = start(record);
        return Arrays.copyOfRange(bytes, from, (int) Math.min(end(record), (long) from + limit));
    }

    /// The value of one field of a sound record, quoting undone. Scans the record from its start:
    /// not for bulk.
    public RawField field(int record, int field) {
        if (isBad(record) || field < 0 || field >= fieldCount) {
            throw LodeException.bug(
                    "field "
                            + field
                            + " of record "
                            + record
                            + " asked for, which has no such field",
                    null);
        }
        var index = new FieldIndex(dialect, fieldCount);
        index.read(bytes, start(record), contentEnd(record));
        return new RawField(index.quoted(field), index.unescaped(bytes, field));
    }

    /// What these records say about the dialect.
    public DialectEvidence evidence() {
        return evidence;
    }

    /// Gives the array back for reuse. Idempotent.
    @Override
    public void close() {
        if (open.getAndSet(false)) {
            boolean _ = pool.offer(bytes);
        }
    }
}
