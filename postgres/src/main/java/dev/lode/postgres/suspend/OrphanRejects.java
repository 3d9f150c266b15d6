package dev.lode.postgres.suspend;

import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.load.ChangeLog;
import dev.lode.postgres.verify.AntiJoin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Moves rows whose reference is missing to the rejects of the item that brought them, one key at a
/// time, while the keys are away: deleting them cascades to nothing.
///
/// Which rows a run brought is told by their age: since the key was suspended nobody else could
/// write. A row that another, present key still refers to stays, and leaves its key NOT VALID. The
/// record they came from is not known any more: a reject keeps the row as JSON, under numbers below
/// 0 in place of its byte offset.
final class OrphanRejects {
    private final Connection connection;
    private final TransactionGuard guard;
    private final int rejectBytes;
    private final Ledger ledger = new Ledger();

    OrphanRejects(Connection connection, TransactionGuard guard, int rejectBytes) {
        this.connection = connection;
        this.guard = guard;
        this.rejectBytes = rejectBytes;
    }

    /// @param counts of the item after it
    record Corrected(long item, RowCounts counts) {}

    private record Item(long id, long run, boolean done) {}

    /// @return nothing when no row moved
    Optional<Corrected> reject(JournalEntry entry) throws SQLException {
        connection.setAutoCommit(false);
        try {
            guard.check(connection);
            var corrected = Optional.<Corrected>empty();
            var item = item(entry);
            if (item.isPresent()) {
                corrected = move(entry, item.get());
            }
            connection.commit();
            return corrected;
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private Optional<Item> item(JournalEntry entry) throws SQLException {
        return Sql.first(
                connection,
                "SELECT id, run_id, state = 'done' FROM lode.item i WHERE dataset = ? AND table_oid"
                    + " = ? AND EXISTS (SELECT FROM lode.split s WHERE s.item_id = i.id) ORDER BY"
                    + " id DESC LIMIT 1",
                row -> new Item(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                entry.shown().dataset(),
                entry.tableOid());
    }

    private Optional<Corrected> move(JournalEntry entry, Item item) throws SQLException {
        var key = entry.key();
        String value =
                key.columns().stream()
                        .map(column -> "g.r ->> " + literal(column))
                        .collect(Collectors.joining(", "));
        String sql =
                "WITH g AS (DELETE FROM "
                        + key.table().sql()
                        + " t WHERE "
                        + AntiJoin.condition(key, "t")
                        + " AND age(t.xmin) <= age(?::text::xid)"
                        + referredTo(key.table())
                        + " RETURNING to_jsonb(t) AS r) INSERT INTO lode.reject (item_id, run_id,"
                        + " byte_offset, record, column_name, reason, sqlstate, raw, raw_length)"
                        + " SELECT ?, ?, (SELECT least(0, min(byte_offset)) FROM lode.reject WHERE"
                        + " item_id = ?) - row_number() OVER (), 0, ?, '(' || concat_ws(', ', "
                        + value
                        + ") || ?, '23503', substr(convert_to(g.r::text, 'UTF8'), 1, ?),"
                        + " octet_length(convert_to(g.r::text, 'UTF8')) FROM g";
        long moved =
                Sql.update(
                        connection,
                        sql,
                        String.valueOf(entry.xid() & 0xffffffffL),
                        item.id(),
                        item.run(),
                        item.id(),
                        String.join(", ", key.columns()),
                        ") is not in "
                                + key.referencedTable()
                                + " ("
                                + String.join(", ", key.referencedColumns())
                                + "), as key "
                                + key.name()
                                + " demands",
                        rejectBytes);
        if (moved == 0) {
            return Optional.empty();
        }
        ChangeLog.wholeAgain(connection, item.id(), item.run());
        var before = ledger.counts(connection, item.id());
        long inserted = Math.min(moved, Math.max(0, before.inserted()));
        ledger.correct(
                connection,
                item.id(),
                item.run(),
                new RowCounts(0, -inserted, -(moved - inserted), 0, 0, 0, 0, moved));
        var counts =
                item.done()
                        ? ledger.finishItem(connection, item.id(), "done", null)
                        : ledger.counts(connection, item.id());
        return Optional.of(new Corrected(item.id(), counts));
    }

    /// Rows that present keys refer to would be refused, or take others along.
    private String referredTo(TableName table) throws SQLException {
        List<ForeignKeyFacts> incoming =
                CatalogReader.table(connection, table).map(TableFacts::incoming).orElse(List.of());
        return incoming.stream()
                .filter(ForeignKeyFacts::enforced)
                .map(
                        key ->
                                " AND NOT EXISTS (SELECT FROM "
                                        + key.table().sql()
                                        + " c WHERE "
                                        + IntStream.range(0, key.columns().size())
                                                .mapToObj(
                                                        i ->
                                                                "t."
                                                                        + TableName.quote(
                                                                                key.referencedColumns()
                                                                                        .get(i))
                                                                        + " "
                                                                        + key.operators().get(i)
                                                                        + " c."
                                                                        + TableName.quote(
                                                                                key.columns()
                                                                                        .get(i)))
                                                .collect(Collectors.joining(" AND "))
                                        + ")")
                .collect(Collectors.joining());
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
