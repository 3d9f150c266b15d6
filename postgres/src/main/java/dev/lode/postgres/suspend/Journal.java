package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Reads and writes `lode.suspended`, in transactions of the caller. Stateless.
final class Journal {
    private static final String SELECT =
            """
            SELECT id, dataset, run_id, by_hand, kind, state, table_schema, table_name, table_oid, name,
                   other_schema, other_name, coalesce(other_oid, 0), before, meanwhile, creates, finishes, validates,
                   key_columns, other_columns, operators, match_full, bytes, live_writers, suspended_xid,
                   to_char(suspended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), coalesce(message, '')
            FROM lode.suspended
            """;

    private Journal() {}

    /// Whether the ledger has a journal.
    static boolean exists(Connection connection) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_catalog.pg_class WHERE oid ="
                                + " to_regclass('lode.suspended')")
                > 0;
    }

    /// Everything, in the order in which it was suspended.
    static List<JournalEntry> all(Connection connection) throws SQLException {
        return Sql.list(connection, SELECT + " ORDER BY id", Journal::entry);
    }

    /// One row, unless it was given back meanwhile. Locked until the transaction ends.
    static Optional<JournalEntry> lock(Connection connection, long id) throws SQLException {
        return Sql.first(connection, SELECT + " WHERE id = ? FOR UPDATE", Journal::entry, id);
    }

    /// Notes what is suspended in the next statement. A key that came back NOT VALID keeps the
    /// statements of before, which say that it was valid.
    static void add(
            Connection connection, SuspendOwner owner, Suspendable object, boolean liveWriters)
            throws SQLException {
        Sql.update(
                connection,
                """
                INSERT INTO lode.suspended AS s
                    (dataset, run_id, by_hand, kind, table_schema, table_name, table_oid, name, other_schema, other_name,
                     other_oid, before, meanwhile, creates, finishes, validates, key_columns, other_columns, operators,
                     match_full, bytes, live_writers)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (table_oid, kind, name) DO UPDATE SET
                    dataset = excluded.dataset, run_id = excluded.run_id, by_hand = excluded.by_hand, state = 'suspended',
                    before = excluded.before, meanwhile = excluded.meanwhile, creates = excluded.creates,
                    finishes = excluded.finishes, validates = s.validates OR excluded.validates, message = NULL,
                    live_writers = excluded.live_writers, suspended_xid = excluded.suspended_xid,
                    suspended_at = excluded.suspended_at
                """,
                owner.dataset(),
                owner.run().orElse(null),
                owner.byHand(),
                object.kind().stored(),
                object.table().schema(),
                object.table().name(),
                object.tableOid(),
                object.name(),
                object.other().map(TableName::schema).orElse(null),
                object.other().map(TableName::name).orElse(null),
                object.otherOid() == 0 ? null : object.otherOid(),
                object.before(),
                object.meanwhile(),
                array(connection, object.creates()),
                array(connection, object.finishes()),
                object.sound() && object.kind() == SuspendKind.FOREIGN_KEY,
                array(connection, object.columns().own()),
                array(connection, object.columns().other()),
                array(connection, object.columns().operators()),
                object.columns().matchFull(),
                object.bytes(),
                liveWriters);
    }

    /// It is given back.
    static void remove(Connection connection, long id) throws SQLException {
        Sql.update(connection, "DELETE FROM lode.suspended WHERE id = ?", id);
    }

    /// A foreign key is back, but rows break it.
    static void leaveNotValid(Connection connection, long id, String message) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.suspended SET state = 'not_valid', message = ? WHERE id = ?",
                message,
                id);
    }

    /// Why it could not be given back.
    static void note(Connection connection, long id, String message) throws SQLException {
        Sql.update(connection, "UPDATE lode.suspended SET message = ? WHERE id = ?", message, id);
    }

    /// Makes what earlier runs of the dataset left suspended the matter of this run.
    static void adopt(Connection connection, Collection<Long> ids, long run) throws SQLException {
        Sql.update(
                connection,
                "UPDATE lode.suspended SET run_id = ? WHERE id = ANY (?)",
                run,
                connection.createArrayOf("int8", ids.toArray()));
    }

    private static java.sql.Array array(Connection connection, List<String> texts)
            throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static JournalEntry entry(ResultSet row) throws SQLException {
        long run = row.getLong(3);
        var shown =
                new Suspended(
                        row.getLong(1),
                        row.getString(2),
                        run == 0 ? Optional.empty() : Optional.of(run),
                        row.getBoolean(4),
                        SuspendKind.of(row.getString(5)),
                        row.getString(6).equals("not_valid"),
                        new TableName(row.getString(7), row.getString(8)),
                        row.getString(10),
                        Optional.ofNullable(row.getString(12)).isEmpty()
                                ? Optional.empty()
                                : Optional.of(new TableName(row.getString(11), row.getString(12))),
                        row.getLong(23),
                        row.getString(26),
                        row.getString(27));
        return new JournalEntry(
                shown,
                row.getLong(9),
                row.getLong(13),
                row.getString(14),
                row.getString(15),
                strings(row, 16),
                strings(row, 17),
                row.getBoolean(18),
                new KeyColumns(
                        strings(row, 19), strings(row, 20), strings(row, 21), row.getBoolean(22)),
                row.getBoolean(24),
                row.getLong(25));
    }

    private static List<String> strings(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
