package dev.lode.postgres.ledger;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads rejects in order to load them again, and records what came of it; on connections of the
/// caller, inside the caller's transactions. Stateless.
public final class Rejects {
    private static final String OF =
            " FROM lode.reject r JOIN lode.item i ON i.id = r.item_id"
                    + " WHERE (?::text IS NULL OR i.dataset = ?)"
                    + " AND (?::text IS NULL OR i.table_name = ?)"
                    + " AND (?::text IS NULL OR i.name = ?)"
                    + " AND (?::bigint IS NULL OR r.run_id = ?)"
                    + " AND (?::text IS NULL OR r.state = ?)"
                    + " AND (?::text IS NULL OR r.sqlstate = ?)";

    /// Records of documents belong to no run of theirs.
    private static final String OF_DOCUMENTS =
            " FROM lode.document_reject r JOIN lode.document i ON i.id = r.document_id"
                    + " WHERE (?::text IS NULL OR i.dataset = ?)"
                    + " AND (?::text IS NULL OR split_part(r.path, '[', 1) = ?)"
                    + " AND (?::text IS NULL OR i.name = ?)"
                    + " AND (?::bigint IS NULL OR NULL::bigint = ?)"
                    + " AND (?::text IS NULL OR r.state = ?)"
                    + " AND (?::text IS NULL OR NULL::text = ?)";

    /// The transaction from which on rows of the item come from later records than reject `k`: of
    /// the first split behind its own that was not committed apart. Where all were, it is the one
    /// after the last of them: such splits know their rows by their own number.
    private static final String LATER =
            "(SELECT coalesce((SELECT (n.xid & 4294967295)::text FROM lode.split n WHERE n.item_id"
                + " = s.item_id AND n.start_offset >= s.end_offset AND n.end_offset >"
                + " n.start_offset AND NOT n.apart ORDER BY n.start_offset LIMIT 1), (SELECT"
                + " ((max(n.xid) + 1) & 4294967295)::text FROM lode.split n WHERE n.item_id ="
                + " s.item_id AND n.end_offset > n.start_offset HAVING bool_and(n.apart) AND"
                + " max(n.start_offset) >= s.end_offset)) FROM lode.split s WHERE s.item_id ="
                + " k.item_id AND s.start_offset <= k.byte_offset AND s.end_offset > k.byte_offset"
                + " ORDER BY s.start_offset LIMIT 1)";

    /// The items whose rejects match, oldest first.
    public List<RejectedItem> items(Connection connection, RejectFilter filter)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT i.id, i.name, i.mapping, coalesce(i.content_id, ''),"
                        + " coalesce(i.fingerprint, ''), i.fresh, i.state, i.records, i.inserted,"
                        + " i.updated, i.unchanged, i.superseded, i.duplicate, i.filtered,"
                        + " i.rejected, i.table_schema, i.table_name, i.table_oid, i.mode,"
                        + " i.snapshot, coalesce(i.header, '{}'), count(*), count(*) FILTER (WHERE"
                        + " octet_length(r.raw) < r.raw_length), NOT EXISTS (SELECT FROM lode.item"
                        + " n WHERE n.dataset = i.dataset AND n.table_oid = i.table_oid AND n.id >"
                        + " i.id)"
                        + OF
                        + " GROUP BY i.id ORDER BY i.id",
                row ->
                        new RejectedItem(
                                Ledger.item(row),
                                new TableName(row.getString(16), row.getString(17)),
                                row.getLong(18),
                                LoadMode.valueOf(row.getString(19).toUpperCase(Locale.ROOT)),
                                Optional.ofNullable(row.getObject(20, LocalDate.class)),
                                List.of((String[]) row.getArray(21).getArray()),
                                row.getLong(22),
                                row.getLong(23),
                                row.getBoolean(24)),
                values(filter));
    }

    /// Whether an item has any that match.
    public boolean any(Connection connection, long item, RejectFilter filter) throws SQLException {
        var values = new ArrayList<@Nullable Object>(Arrays.asList(values(filter)));
        values.add(item);
        return Sql.number(
                        connection, "SELECT count(*)" + OF + " AND r.item_id = ?", values.toArray())
                > 0;
    }

    /// Those of the numbers that are open rejects of an item, in the order of their numbers,
    /// without their records.
    public List<KeptRecord> open(Connection connection, long item, Collection<Long> ids)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT k.id, k.byte_offset, "
                        + LATER
                        + ", k.key_text, k.followed FROM lode.reject k WHERE k.item_id = ? AND"
                        + " k.state = 'open' AND k.id = ANY (?) ORDER BY k.byte_offset",
                row ->
                        new KeptRecord(
                                row.getLong(1),
                                new byte[0],
                                row.getLong(2),
                                Optional.ofNullable(row.getString(3)),
                                Optional.ofNullable(row.getString(4)),
                                row.getBoolean(5)),
                item,
                connection.createArrayOf("bigint", ids.toArray()));
    }

    /// What is still pending after the last attempt is an ordinary reject.
    public void giveUp(Connection connection, long item) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.reject SET state = 'open' WHERE item_id = ? AND state = 'pending'",
                item);
    }

    /// All records of the item's content are judged once more, as another item.
    public void judgedAnew(Connection connection, long item) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.reject SET state = 'dropped' WHERE item_id = ? AND state IN ('open',"
                        + " 'pending')",
                item);
    }

    /// Rejects of an item that are kept whole, in the order of the file.
    ///
    /// @param after only those behind this offset
    /// @param maxBytes where it stops; at least one is returned where there is one
    public List<KeptRecord> kept(
            Connection connection, long item, RejectFilter filter, long after, long maxBytes)
            throws SQLException {
        var values = new ArrayList<@Nullable Object>(Arrays.asList(values(filter)));
        values.add(item);
        values.add(after);
        values.add(maxBytes);
        return Sql.list(
                connection,
                "SELECT k.id, k.raw, k.byte_offset, "
                        + LATER
                        + ", k.key_text, k.followed FROM (SELECT"
                        + " r.*, sum(r.raw_length) OVER (ORDER BY r.byte_offset) - r.raw_length AS"
                        + " before"
                        + OF
                        + " AND r.item_id = ? AND r.byte_offset > ? AND octet_length(r.raw) ="
                        + " r.raw_length) k WHERE k.before <= ? ORDER BY k.byte_offset",
                row ->
                        new KeptRecord(
                                row.getLong(1),
                                row.getBytes(2),
                                row.getLong(3),
                                Optional.ofNullable(row.getString(4)),
                                Optional.ofNullable(row.getString(5)),
                                row.getBoolean(6)),
                values.toArray());
    }

    /// The records got their rows, or lost to others of their keys.
    ///
    /// @param keys of the records as they were loaded, by the numbers of their rejects; null where
    ///   it cannot be told
    public void resolved(Connection connection, Map<Long, @Nullable String> keys)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.reject r SET state = 'resolved', key_text = l.key FROM"
                        + " unnest(?::bigint[], ?::text[]) AS l (id, key) WHERE r.id = l.id",
                connection.createArrayOf("bigint", keys.keySet().toArray()),
                connection.createArrayOf("text", keys.values().toArray()));
    }

    /// It still cannot be loaded.
    public void still(Connection connection, long id, Optional<String> column, String reason)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.reject SET reason = ?, column_name = ? WHERE id = ?",
                reason,
                column.orElse(null),
                id);
    }

    /// Nobody wants them any more: they stay in the ledger, and count as rejected.
    ///
    /// @return how many there were
    public long drop(Connection connection, RejectFilter filter) throws SQLException {
        return Sql.update(
                        connection,
                        "UPDATE lode.reject SET state = 'dropped' WHERE id IN (SELECT r.id"
                                + OF
                                + ")",
                        values(filter))
                + Sql.update(
                        connection,
                        "UPDATE lode.document_reject SET state = 'dropped' WHERE id IN (SELECT r.id"
                                + OF_DOCUMENTS
                                + ")",
                        values(filter));
    }

    private static @Nullable Object[] values(RejectFilter filter) {
        var run = filter.run().orElse(null);
        var each = new ArrayList<@Nullable Object>();
        for (var value : List.of(filter.dataset(), filter.table(), filter.item())) {
            each.add(value.orElse(null));
            each.add(value.orElse(null));
        }
        each.add(run);
        each.add(run);
        for (var value : List.of(filter.state(), filter.sqlstate())) {
            each.add(value.orElse(null));
            each.add(value.orElse(null));
        }
        return each.toArray();
    }
}
