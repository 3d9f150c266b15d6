package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.format.Decoder;
import dev.lode.format.ResumePoint;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;
import dev.lode.format.csv.RowEncoder;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Loads records again whose only fault was a reference to a row that came later: self references
/// and circles that point forward, across splits. All of an item's are taken at once, so that they
/// may refer to each other; what still lacks its row becomes an open reject.
final class PendingRecords {
    /// Records taken in one transaction, in bytes of their raw form.
    private static final int MAX_BYTES = 64 << 20;

    private final Ledger ledger;
    private final Dialect dialect;
    private final int fields;
    private final StagedMerge staged;
    private final LoadLimits limits;

    PendingRecords(
            Ledger ledger,
            Target target,
            Dialect dialect,
            int fields,
            RowEncoder encoder,
            LoadLimits limits) {
        this.ledger = ledger;
        this.dialect = dialect;
        this.fields = fields;
        this.staged = new StagedMerge(new BatchCopy(encoder, target.columnList()), target);
        this.limits = limits;
    }

    // The bytes are read once and written once; equality is by id alone.
    @SuppressWarnings("ArrayRecordComponent")
    private record Pending(long id, byte[] raw) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Pending pending && pending.id == id;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(id);
        }
    }

    /// Loads what can be loaded now, in the caller's transaction.
    ///
    /// @return how many records got their row
    long load(Connection connection, ItemRow item, long run) throws SQLException {
        var pending = pending(connection, item);
        if (pending.isEmpty()) {
            return 0;
        }
        var batch = batch(pending);
        if (batch.count() != pending.size() || !batch.badRecords().isEmpty()) {
            throw LodeException.bug(
                    item.name()
                            + ": "
                            + pending.size()
                            + " pending rejects read back as "
                            + batch.count()
                            + " records; nothing was changed",
                    null);
        }
        var outcome = new BatchOutcome(batch, limits.rejectBytes());
        var counts =
                staged.load(
                        connection,
                        outcome,
                        Optional.empty(),
                        new MergeTrace(item.id(), run, false));
        var stillOpen = new ArrayList<Long>();
        for (var reject : outcome.rejects()) {
            var known = pending.get((int) reject.record());
            stillOpen.add(known.id());
            Sql.update(
                    connection,
                    "UPDATE lode.reject SET reason = ?, column_name = ? WHERE id = ?",
                    reject.reason(),
                    reject.column().orElse(null),
                    known.id());
        }
        var loaded =
                pending.stream().map(Pending::id).filter(id -> !stillOpen.contains(id)).toList();
        Sql.update(
                connection,
                "UPDATE lode.reject SET state = 'resolved' WHERE id = ANY (?)",
                connection.createArrayOf("bigint", loaded.toArray()));
        ledger.correct(
                connection,
                item.id(),
                run,
                counts.plus(new RowCounts(0, 0, 0, 0, 0, 0, 0, -loaded.size())));
        return loaded.size();
    }

    /// Whether any are left.
    static boolean any(Connection connection, ItemRow item) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM lode.reject WHERE item_id = ? AND state = 'pending'",
                        item.id())
                > 0;
    }

    /// What is still pending after the last attempt is an ordinary reject.
    static void giveUp(Connection connection, ItemRow item) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.reject SET state = 'open' WHERE item_id = ? AND state = 'pending'",
                item.id());
    }

    private static List<Pending> pending(Connection connection, ItemRow item) throws SQLException {
        var all =
                Sql.list(
                        connection,
                        "SELECT id, raw FROM lode.reject WHERE item_id = ? AND state = 'pending'"
                                + " AND octet_length(raw) = raw_length ORDER BY byte_offset",
                        row -> new Pending(row.getLong(1), row.getBytes(2)),
                        item.id());
        int bytes = 0;
        int count = 0;
        while (count < all.size() && bytes + all.get(count).raw.length <= MAX_BYTES) {
            bytes += all.get(count++).raw.length;
        }
        return all.subList(0, count);
    }

    private RecordBatch batch(List<Pending> pending) {
        var bytes = new ByteArrayOutputStream();
        for (var record : pending) {
            bytes.writeBytes(record.raw);
            if (record.raw.length == 0 || record.raw[record.raw.length - 1] != '\n') {
                bytes.write('\n');
            }
        }
        var whole =
                new CutSettings(
                        dev.lode.core.ByteSize.mebibytes(512),
                        CutSettings.DEFAULT.maxRecord(),
                        CutSettings.DEFAULT.lookAhead(),
                        CutSettings.DEFAULT.keptRaw(),
                        CutSettings.DEFAULT.maxDamage());
        try (var decoder = new InMemory(bytes.toByteArray())) {
            return RecordCutter.at(decoder, dialect, whole, fields, 0)
                    .next()
                    .orElseThrow(() -> LodeException.bug("pending rejects without a record", null));
        } catch (IOException e) {
            throw LodeException.bug("reading from memory failed", e);
        }
    }

    /// Bytes that are decoded already.
    private static final class InMemory implements Decoder {
        private final byte[] bytes;
        private int position;

        InMemory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (position == bytes.length) {
                return -1;
            }
            int count = Math.min(length, bytes.length - position);
            System.arraycopy(bytes, position, into, offset, count);
            position += count;
            return count;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public long storedPosition() {
            return position;
        }

        @Override
        public ResumePoint resumeAt(long decodedOffset) {
            return new ResumePoint(8 * decodedOffset, 0, decodedOffset, 0, 0, 0);
        }

        @Override
        public void close() {}
    }
}
