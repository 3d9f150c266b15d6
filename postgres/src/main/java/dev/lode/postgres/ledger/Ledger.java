package dev.lode.postgres.ledger;

import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.format.ResumePoint;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads and writes the ledger on connections of the caller, inside the caller's transactions.
/// Stateless.
public final class Ledger {
    private static final String ITEM =
            "SELECT id, name, mapping, coalesce(content_id, ''), coalesce(fingerprint, ''), fresh,"
                    + " state, ";
    private static final String COUNTS =
            "records, inserted, updated, unchanged, superseded, duplicate, filtered, rejected";

    /// Begins a run that holds its dataset's lease; marks earlier ones that never ended as
    /// interrupted.
    public long startRun(
            Connection connection,
            String dataset,
            String operation,
            Optional<LocalDate> snapshot,
            long token,
            String host,
            long pid,
            String version)
            throws SQLException {
        return startRun(
                connection, dataset, dataset, operation, snapshot, token, host, pid, version);
    }

    /// The same for a run that holds another lease than its dataset's.
    ///
    /// @param lease its name
    public long startRun(
            Connection connection,
            String dataset,
            String lease,
            String operation,
            Optional<LocalDate> snapshot,
            long token,
            String host,
            long pid,
            String version)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.run SET state = 'interrupted', ended_at = now(),"
                        + " message = 'its process ended without a word'"
                        + " WHERE dataset = ? AND coalesce(lease, dataset) = ? AND state ="
                        + " 'running' AND token < ? AND operation <> 'watch'",
                dataset,
                lease,
                token);
        return Sql.number(
                connection,
                "INSERT INTO lode.run (dataset, lease, operation, state, snapshot, token, host,"
                        + " pid, version) VALUES (?, nullif(?, ?), ?, 'running', ?, ?, ?, ?, ?)"
                        + " RETURNING id",
                dataset,
                lease,
                dataset,
                operation,
                snapshot.orElse(null),
                token,
                host,
                pid,
                version);
    }

    /// @param state completed, partial, failed or interrupted
    /// @param summary a JSON document
    public void finishRun(
            Connection connection, long run, String state, @Nullable String message, String summary)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.run SET state = ?, ended_at = clock_timestamp(), message = ?, summary"
                        + " = ?::jsonb WHERE id = ?",
                state,
                message,
                summary,
                run);
    }

    /// The last item that began to be applied to a table.
    public Optional<ItemRow> lastItem(Connection connection, String dataset, long tableOid)
            throws SQLException {
        return Sql.first(
                connection,
                ITEM
                        + COUNTS
                        + " FROM lode.item WHERE dataset = ? AND table_oid = ? ORDER BY id DESC"
                        + " LIMIT 1",
                Ledger::item,
                dataset,
                tableOid);
    }

    /// The application of this very content to this table that is done or began, if there is one,
    /// by whatever mapping.
    public Optional<ItemRow> itemOfContent(Connection connection, ItemKey key) throws SQLException {
        String content = key.content().map(ContentId::hex).orElse(null);
        return Sql.first(
                connection,
                ITEM
                        + COUNTS
                        + " FROM lode.item WHERE dataset = ? AND table_oid = ? AND (content_id = ?"
                        + " OR (fingerprint = ? AND (content_id IS NULL OR ?::text IS NULL))) AND"
                        + " state <> 'superseded' ORDER BY (state = 'done') DESC, id DESC LIMIT 1",
                Ledger::item,
                key.dataset(),
                key.tableOid(),
                content,
                key.fingerprint().map(Fingerprint::text).orElse(null),
                content);
    }

    /// An item by its number.
    public Optional<ItemRow> item(Connection connection, long item) throws SQLException {
        return Sql.first(
                connection, ITEM + COUNTS + " FROM lode.item WHERE id = ?", Ledger::item, item);
    }

    public ItemRow startItem(Connection connection, ItemKey key, boolean fresh, long run)
            throws SQLException {
        long id =
                Sql.number(
                        connection,
                        "INSERT INTO lode.item (dataset, table_schema, table_name, table_oid,"
                                + " mapping, mode, name, size, content_id, snapshot, fresh, state,"
                                + " run_id, fingerprint, header) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                + " ?, ?, 'loading', ?, ?, ?) RETURNING id",
                        key.dataset(),
                        key.table().schema(),
                        key.table().name(),
                        key.tableOid(),
                        key.mapping(),
                        key.mode().name().toLowerCase(java.util.Locale.ROOT),
                        key.name(),
                        key.size(),
                        key.content().map(ContentId::hex).orElse(null),
                        key.snapshot().orElse(null),
                        fresh,
                        run,
                        key.fingerprint().map(Fingerprint::text).orElse(null),
                        key.header().toArray(String[]::new));
        return new ItemRow(
                id,
                key.name(),
                key.mapping(),
                key.content().map(ContentId::hex).orElse(""),
                key.fingerprint().map(Fingerprint::text).orElse(""),
                fresh,
                "loading",
                RowCounts.ZERO);
    }

    /// Takes up an item again that an earlier run left.
    public void resumeItem(Connection connection, long item, long run) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.item SET state = 'loading', run_id = ?, message = NULL WHERE id = ?",
                run,
                item);
    }

    /// How far an item's splits tile it from its start, and which were committed behind the first
    /// gap: several streams of one item commit in any order.
    public Position position(Connection connection, long item) throws SQLException {
        var splits =
                Sql.list(
                        connection,
                        "SELECT start_offset, end_offset, resume_at, start_record, "
                                + COUNTS
                                + " FROM lode.split WHERE item_id = ? ORDER BY start_offset",
                        row ->
                                new Committed(
                                        row.getLong(1),
                                        row.getLong(2),
                                        row.getString(3),
                                        row.getLong(4),
                                        counts(row, 5)),
                        item);
        var position = Position.START;
        long end = -1;
        int tiled = 0;
        while (tiled < splits.size() && splits.get(tiled).follows(end)) {
            var split = splits.get(tiled);
            var counts = position.counts().plus(split.counts());
            position =
                    new Position(
                            ResumePoint.parse(split.resume()), counts.read(), counts, List.of());
            end = split.end();
            tiled++;
        }
        return position.before(
                splits.subList(tiled, splits.size()).stream()
                        .filter(split -> split.end() > split.start())
                        .map(split -> new Position.Range(split.start(), split.end()))
                        .toList());
    }

    private record Committed(
            long start, long end, String resume, long firstRecord, RowCounts counts) {
        /// @param before where the split before it ends, or -1 when there is none
        boolean follows(long before) {
            return before < 0 ? firstRecord == 0 : start == before;
        }
    }

    /// What became of the records of all committed splits of an item.
    public RowCounts counts(Connection connection, long item) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT coalesce(sum(records), 0), coalesce(sum(inserted), 0),"
                                + " coalesce(sum(updated), 0), coalesce(sum(unchanged), 0),"
                                + " coalesce(sum(superseded), 0), coalesce(sum(duplicate), 0),"
                                + " coalesce(sum(filtered), 0), coalesce(sum(rejected), 0) FROM"
                                + " lode.split WHERE item_id = ?",
                        row -> counts(row, 1),
                        item)
                .getFirst();
    }

    /// First statement of a split's transaction after the lease's check: claims the range. A second
    /// attempt at the same range waits here until the first has ended.
    ///
    /// A correction without bytes that stands at its start becomes part of it.
    ///
    /// @param apart whether other splits of the item are under way at the same time
    /// @return false when the range is already committed
    public boolean claimSplit(Connection connection, SplitRow split, long run, boolean apart)
            throws SQLException {
        return Sql.update(
                        connection,
                        "INSERT INTO lode.split (item_id, start_offset, end_offset, resume_at,"
                            + " start_record, records, run_id, apart, xid) VALUES (?, ?, ?, ?, ?,"
                            + " ?, ?, ?, pg_current_xact_id()::text::bigint) ON CONFLICT (item_id,"
                            + " start_offset) DO UPDATE SET end_offset = excluded.end_offset,"
                            + " resume_at = excluded.resume_at, start_record ="
                            + " excluded.start_record, records = excluded.records, run_id ="
                            + " excluded.run_id, apart = excluded.apart, xid = excluded.xid WHERE"
                            + " split.end_offset = split.start_offset",
                        split.item(),
                        split.start(),
                        split.resume().decodedOffset(),
                        split.resume().text(),
                        split.firstRecord(),
                        split.counts().read(),
                        run,
                        apart)
                == 1;
    }

    /// Writes what became of the split's records, in its transaction.
    public void finishSplit(Connection connection, SplitRow split) throws SQLException {
        var counts = split.counts();
        Sql.update(
                connection,
                "UPDATE lode.split SET inserted = inserted + ?, updated = updated + ?, unchanged ="
                        + " unchanged + ?, superseded = superseded + ?, duplicate = duplicate + ?,"
                        + " filtered = filtered + ?, rejected = rejected + ? WHERE item_id = ? AND"
                        + " start_offset = ?",
                counts.inserted(),
                counts.updated(),
                counts.unchanged(),
                counts.superseded(),
                counts.duplicate(),
                counts.filtered(),
                counts.rejected(),
                split.item(),
                split.start());
    }

    /// Adds to an item's counts what became of records after their split was committed, as a split
    /// without bytes behind the last one: what leaves the rejects is counted negative there.
    public void correct(Connection connection, long item, long run, RowCounts change)
            throws SQLException {
        Sql.update(
                connection,
                """
                INSERT INTO lode.split (item_id, start_offset, end_offset, resume_at, start_record, records, inserted, updated,
                                        unchanged, superseded, duplicate, filtered, rejected, run_id, xid)
                SELECT item_id, end_offset, end_offset, resume_at, start_record + records, 0, ?, ?, ?, ?, ?, ?, ?, ?,
                       pg_current_xact_id()::text::bigint
                FROM lode.split WHERE item_id = ? ORDER BY start_offset DESC LIMIT 1
                ON CONFLICT (item_id, start_offset) DO UPDATE SET
                    inserted = split.inserted + excluded.inserted, updated = split.updated + excluded.updated,
                    unchanged = split.unchanged + excluded.unchanged, superseded = split.superseded + excluded.superseded,
                    duplicate = split.duplicate + excluded.duplicate, filtered = split.filtered + excluded.filtered,
                    rejected = split.rejected + excluded.rejected
                """,
                change.inserted(),
                change.updated(),
                change.unchanged(),
                change.superseded(),
                change.duplicate(),
                change.filtered(),
                change.rejected(),
                run,
                item);
    }

    /// The counts of a committed split.
    ///
    /// @return empty when none of these very bytes is committed
    public Optional<RowCounts> splitCounts(Connection connection, long item, long start, long end)
            throws SQLException {
        return Sql.first(
                connection,
                "SELECT "
                        + COUNTS
                        + " FROM lode.split WHERE item_id = ? AND start_offset = ? AND end_offset"
                        + " = ?",
                row -> counts(row, 1),
                item,
                start,
                end);
    }

    public void addRejects(
            Connection connection,
            long item,
            long run,
            Collection<Reject> rejects,
            Map<Long, String> keys,
            Set<Long> followed)
            throws SQLException {
        if (rejects.isEmpty()) {
            return;
        }
        try (var statement =
                connection.prepareStatement(
                        "INSERT INTO lode.reject (item_id, run_id, byte_offset, record,"
                            + " column_name, reason, sqlstate, raw, raw_length, state, key_text,"
                            + " followed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (var reject : rejects) {
                statement.setLong(1, item);
                statement.setLong(2, run);
                statement.setLong(3, reject.offset());
                statement.setLong(4, reject.record());
                statement.setString(5, reject.column().orElse(null));
                statement.setString(6, reject.reason());
                statement.setString(7, reject.sqlstate().orElse(null));
                statement.setBytes(8, reject.raw());
                statement.setLong(9, reject.rawLength());
                statement.setString(10, reject.pending() ? "pending" : "open");
                statement.setString(11, keys.get(reject.record()));
                statement.setBoolean(12, followed.contains(reject.record()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /// Ends an item with the sums of its splits.
    ///
    /// @param state done or failed
    /// @throws LodeException of kind BUG when an item that is done has a gap
    public RowCounts finishItem(
            Connection connection, long item, String state, @Nullable String message)
            throws SQLException {
        if (state.equals("done")) {
            refuseGap(position(connection, item), item);
        }
        var counts = counts(connection, item);
        Sql.update(
                connection,
                "UPDATE lode.item SET state = ?, ended_at = clock_timestamp(), message = ?, records"
                    + " = ?, inserted = ?, updated = ?, unchanged = ?, superseded = ?, duplicate ="
                    + " ?, filtered = ?, rejected = ? WHERE id = ?",
                state,
                message,
                counts.read(),
                counts.inserted(),
                counts.updated(),
                counts.unchanged(),
                counts.superseded(),
                counts.duplicate(),
                counts.filtered(),
                counts.rejected(),
                item);
        return counts;
    }

    private static void refuseGap(Position position, long item) {
        if (!position.beyond().isEmpty()) {
            throw LodeException.bug(
                    "item "
                            + item
                            + ": its splits do not tile it ("
                            + position.beyond().size()
                            + " behind a gap at byte "
                            + position.resume().decodedOffset()
                            + "); it was not ended",
                    null);
        }
    }

    /// Sets aside an unfinished item because another content is applied to its table now.
    public void supersedeItem(Connection connection, long item) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.item SET state = 'superseded', ended_at = clock_timestamp(), message ="
                        + " 'another content was applied before it was done' WHERE id = ?",
                item);
    }

    /// The transaction of an item's first committed split, as `xmin` of a row shows it; empty
    /// before there is one.
    public Optional<String> firstWriter(Connection connection, long item) throws SQLException {
        return Sql.first(
                connection,
                "SELECT (xid & 4294967295)::text FROM lode.split WHERE item_id = ? AND xid::text <>"
                        + " pg_current_xact_id()::text ORDER BY xid LIMIT 1",
                row -> row.getString(1),
                item);
    }

    static ItemRow item(ResultSet row) throws SQLException {
        return new ItemRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getBoolean(6),
                row.getString(7),
                counts(row, 8));
    }

    private static RowCounts counts(ResultSet row, int first) throws SQLException {
        return new RowCounts(
                row.getLong(first),
                row.getLong(first + 1),
                row.getLong(first + 2),
                row.getLong(first + 3),
                row.getLong(first + 4),
                row.getLong(first + 5),
                row.getLong(first + 6),
                row.getLong(first + 7));
    }
}
