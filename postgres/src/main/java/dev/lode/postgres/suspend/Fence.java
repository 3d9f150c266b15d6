package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The trigger that refuses other writers of a table whose foreign keys are suspended. ENABLE
/// ALWAYS, so that `session_replication_role = replica` does not get round it. Function
/// `lode.fence` (in the ledger's schema) does the refusing.
final class Fence {
    static final String NAME = "lode_fence";

    private Fence() {}

    /// A table to fence.
    ///
    /// @param cause OID of the table whose key asks for it: another one for partitions
    record Place(TableName table, long oid, long cause) {}

    /// The tables and their partitions that have no fence yet.
    static List<Place> openTables(Connection connection, Collection<Long> oids)
            throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT DISTINCT ON (t.oid) n.nspname::text, t.relname::text, t.oid::bigint, w.oid
                FROM unnest(?::bigint[]) AS w(oid)
                CROSS JOIN LATERAL (SELECT w.oid::oid AS oid
                                    UNION SELECT relid::oid FROM pg_catalog.pg_partition_tree(w.oid::oid::regclass)) l
                JOIN pg_catalog.pg_class t ON t.oid = l.oid
                JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = 'lode_fence')
                ORDER BY t.oid, w.oid
                """,
                row ->
                        new Place(
                                new TableName(row.getString(1), row.getString(2)),
                                row.getLong(3),
                                row.getLong(4)),
                connection.createArrayOf("int8", oids.toArray()));
    }

    /// OIDs of tables that are fenced for other datasets.
    static List<Long> tablesOfOthers(Connection connection, String dataset) throws SQLException {
        return Sql.list(
                connection,
                "SELECT DISTINCT table_oid FROM lode.suspended WHERE kind = 'fence' AND dataset <>"
                        + " ?",
                row -> row.getLong(1),
                dataset);
    }

    /// The fence of a table, for the journal.
    ///
    /// @param prefix of further writers' `application_name`; empty for none
    static Suspendable on(Place place, String dataset, String prefix) {
        String table = place.table().sql();
        String put =
                "CREATE TRIGGER "
                        + NAME
                        + " BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "
                        + table
                        + " FOR EACH STATEMENT EXECUTE FUNCTION lode.fence("
                        + literal(dataset)
                        + ", "
                        + literal(prefix)
                        + "); ALTER TABLE "
                        + table
                        + " ENABLE ALWAYS TRIGGER "
                        + NAME;
        return new Suspendable(
                SuspendKind.FENCE,
                place.table(),
                place.oid(),
                NAME,
                Optional.empty(),
                place.cause(),
                "",
                "fenced",
                put,
                List.of("DROP TRIGGER IF EXISTS " + NAME + " ON " + table),
                List.of(),
                true,
                KeyColumns.NONE,
                0,
                "");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
