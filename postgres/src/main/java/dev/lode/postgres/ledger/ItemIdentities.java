package dev.lode.postgres.ledger;

import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;
import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the ledger knows the bytes of items by, on connections of the caller, inside the caller's
/// transactions:
/// 1. a fingerprint (size, version tag, key) before anything is read;
/// 2. the digest of the first 8 MiB: with the size it says which contents cannot be the same;
/// 3. the content id, for a streamed item only after its last byte. Until then the digests of its
///    finished chunks are kept, so that a run that goes on can complete it.
///
/// Stateless.
public final class ItemIdentities {
    /// An application of a version to a table that is done.
    ///
    /// @param tableOid of the table
    /// @param last whether nothing came after it in its table
    /// @param header columns of the file
    public record Known(
            long tableOid, boolean last, Optional<ContentId> content, List<String> header) {
        public Known {
            header = List.copyOf(header);
        }
    }

    /// Fills in what was not known of the item when it began: it is of the same bytes as `key`.
    public void identify(Connection connection, long item, ItemKey key) throws SQLException {
        var fingerprint = key.fingerprint().map(Fingerprint::text).orElse(null);
        var content = key.content().map(ContentId::hex).orElse(null);
        Sql.update(
                connection,
                "UPDATE lode.item SET fingerprint = coalesce(?, fingerprint), content_id ="
                        + " coalesce(content_id, ?), header = coalesce(header, ?) WHERE id = ? AND"
                        + " (fingerprint IS DISTINCT FROM coalesce(?, fingerprint) OR (content_id"
                        + " IS NULL AND ?::text IS NOT NULL))",
                fingerprint,
                content,
                key.header().toArray(String[]::new),
                item,
                fingerprint,
                content);
    }

    /// `append` compares with all history, the other modes with what was applied last.
    public Lookalikes lookalikes(Connection connection, ItemKey key) throws SQLException {
        if (key.content().isPresent()) {
            return Lookalikes.NONE;
        }
        var fingerprint = key.fingerprint().map(Fingerprint::text).orElse(null);
        String candidates =
                key.mode() == LoadMode.APPEND
                        ? "i.state <> 'superseded'"
                        : "i.id = (SELECT max(id) FROM lode.item WHERE dataset = ? AND table_oid ="
                                + " ?)";
        var values = new ArrayList<Object>(List.of(key.dataset(), key.tableOid(), key.size()));
        if (key.mode() != LoadMode.APPEND) {
            values.addAll(List.of(key.dataset(), key.tableOid()));
        }
        var found =
                Sql.list(
                        connection,
                        "SELECT c.digest, i.fingerprint FROM lode.item i LEFT JOIN lode.chunk c ON"
                                + " c.item_id = i.id AND c.number = 0 WHERE i.dataset = ? AND"
                                + " i.table_oid = ? AND i.size = ? AND "
                                + candidates,
                        row ->
                                Map.entry(
                                        Optional.ofNullable(row.getBytes(1)).orElse(new byte[0]),
                                        Optional.ofNullable(row.getString(2)).orElse("")),
                        values.toArray());
        if (found.stream().anyMatch(one -> one.getValue().equals(fingerprint))) {
            return Lookalikes.NONE;
        }
        return new Lookalikes(found.stream().map(Map.Entry::getKey).toList());
    }

    /// See [dev.lode.postgres.load.LoadSession#recognise].
    public void recognise(Connection connection, ItemKey key, List<byte[]> chunks)
            throws SQLException {
        var unknown =
                Sql.list(
                        connection,
                        "SELECT id FROM lode.item WHERE dataset = ? AND table_oid = ? AND size = ?"
                                + " AND content_id IS NULL AND state <> 'superseded'",
                        row -> row.getLong(1),
                        key.dataset(),
                        key.tableOid(),
                        key.size());
        for (long item : unknown) {
            if (begins(chunks, chunks(connection, item))) {
                identify(connection, item, key);
            }
        }
    }

    private static boolean begins(List<byte[]> whole, List<byte[]> start) {
        if (start.isEmpty() || start.size() > whole.size()) {
            return false;
        }
        for (int i = 0; i < start.size(); i++) {
            if (!Arrays.equals(whole.get(i), start.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// Digests from the item's start without a gap.
    public List<byte[]> chunks(Connection connection, long item) throws SQLException {
        var known =
                Sql.list(
                        connection,
                        "SELECT number, digest FROM lode.chunk WHERE item_id = ? ORDER BY number",
                        row -> Map.entry(row.getInt(1), row.getBytes(2)),
                        item);
        var digests = new ArrayList<byte[]>();
        for (var one : known) {
            if (one.getKey() != digests.size()) {
                break;
            }
            digests.add(one.getValue());
        }
        return digests;
    }

    public void addChunks(Connection connection, long item, ChunkDigests chunks)
            throws SQLException {
        int number = chunks.first();
        for (var digest : chunks.digests()) {
            Sql.update(
                    connection,
                    "INSERT INTO lode.chunk (item_id, number, digest) VALUES (?, ?, ?) ON CONFLICT"
                            + " (item_id, number) DO NOTHING",
                    item,
                    number,
                    digest);
            number++;
        }
    }

    /// The content is known at last: of the digests only the first is of further use.
    public void content(Connection connection, long item, ContentId content) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.item SET content_id = coalesce(content_id, ?) WHERE id = ?",
                content.hex(),
                item);
        Sql.update(connection, "DELETE FROM lode.chunk WHERE item_id = ? AND number > 0", item);
    }

    /// The item's file goes as soon as this transaction is committed, and flushed.
    public void freed(Connection connection, long item) throws SQLException {
        Sql.run(connection, "SET LOCAL synchronous_commit = on");
        Sql.update(
                connection, "UPDATE lode.item SET freed_at = clock_timestamp() WHERE id = ?", item);
    }

    /// What is done of these versions, by fingerprint and table.
    ///
    /// @return empty before there is a ledger
    public Map<Fingerprint, List<Known>> done(
            Connection connection, String dataset, Collection<Fingerprint> fingerprints)
            throws SQLException {
        var known = new HashMap<Fingerprint, List<Known>>();
        if (Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_attribute WHERE attrelid ="
                                + " to_regclass('lode.item') AND attname = 'fingerprint'")
                == 0) {
            return known;
        }
        Sql.list(
                connection,
                """
                SELECT i.fingerprint, i.table_oid, i.content_id, i.header,
                       NOT EXISTS (SELECT FROM lode.item j WHERE j.dataset = i.dataset AND j.table_oid = i.table_oid AND j.id > i.id)
                FROM lode.item i WHERE i.dataset = ? AND i.state = 'done' AND i.header IS NOT NULL AND i.fingerprint = ANY (?)
                """,
                row ->
                        known.computeIfAbsent(
                                        new Fingerprint(row.getString(1)), _ -> new ArrayList<>())
                                .add(
                                        new Known(
                                                row.getLong(2),
                                                row.getBoolean(5),
                                                Optional.ofNullable(row.getString(3))
                                                        .map(ContentId::new),
                                                List.of((String[]) row.getArray(4).getArray()))),
                dataset,
                fingerprints.stream().map(Fingerprint::text).toArray(String[]::new));
        return known;
    }

    /// The snapshot that was applied last to each table of the dataset, by the table's oid; empty
    /// where there is no ledger yet.
    public Map<Long, LocalDate> lastSnapshots(Connection connection, String dataset)
            throws SQLException {
        var last = new HashMap<Long, LocalDate>();
        if (Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE oid = to_regclass('lode.item')")
                == 0) {
            return last;
        }
        Sql.list(
                connection,
                "SELECT DISTINCT ON (table_oid) table_oid, snapshot FROM lode.item WHERE dataset ="
                        + " ? AND state <> 'failed' ORDER BY table_oid, id DESC",
                row -> {
                    var date = row.getObject(2, LocalDate.class);
                    if (date != null) {
                        last.put(row.getLong(1), date);
                    }
                    return row.getLong(1);
                },
                dataset);
        return last;
    }
}
