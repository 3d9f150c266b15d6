package dev.lode.postgres.swap;

import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.KeyCheck;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Foreign keys of other tables that a swap made again NOT VALID. The ledger holds them since the
/// swap's transaction, so a run that was killed after it leaves none behind.
final class UncheckedKeys {
    private final Step step;
    private final Lease lease;
    private final String dataset;
    private final long advisory;

    UncheckedKeys(Step step, Lease lease, String dataset, long advisory) {
        this.step = step;
        this.lease = lease;
        this.dataset = dataset;
        this.advisory = advisory;
    }

    private record Key(TableName table, String name) {}

    static void note(Connection connection, String dataset, long run, Dependants.IncomingKey key)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO lode.unchecked_key (dataset, table_schema, table_name,"
                        + " constraint_name, run_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                dataset,
                key.table().schema(),
                key.table().name(),
                key.name(),
                run);
    }

    List<String> validate() throws SQLException, InterruptedException {
        var keys =
                Sql.list(
                        step.connection(),
                        "SELECT table_schema, table_name, constraint_name FROM lode.unchecked_key"
                                + " WHERE dataset = ? ORDER BY 1, 2, 3",
                        row ->
                                new Key(
                                        new TableName(row.getString(1), row.getString(2)),
                                        row.getString(3)),
                        dataset);
        var remarks = new ArrayList<String>();
        for (var key : keys) {
            try {
                settle(key, true);
            } catch (SQLException e) {
                if (!PostgresErrors.state(e).equals("23503")) {
                    throw e;
                }
                settle(key, false);
                remarks.add(
                        key.table()
                                + ": key "
                                + key.name()
                                + " is NOT VALID now: its rows refer to rows that the new snapshot"
                                + " does not have ("
                                + PostgresErrors.detail(e).orElse(PostgresErrors.text(e))
                                + "); correct them, then ALTER TABLE "
                                + key.table().sql()
                                + " VALIDATE CONSTRAINT "
                                + TableName.quote(key.name()));
            }
        }
        return remarks;
    }

    private void settle(Key key, boolean validate) throws SQLException, InterruptedException {
        step.patiently(
                "checking key " + key.name(),
                List.of(key.table()),
                Wanted.SHARE_ROW_EXCLUSIVE,
                advisory,
                () ->
                        step.transaction(
                                advisory,
                                connection -> {
                                    lease.check(connection);
                                    if (validate && there(connection, key)) {
                                        KeyCheck.validate(connection, key.table(), key.name());
                                    }
                                    return Sql.update(
                                            connection,
                                            "DELETE FROM lode.unchecked_key WHERE table_schema = ?"
                                                    + " AND table_name = ? AND constraint_name = ?",
                                            key.table().schema(),
                                            key.table().name(),
                                            key.name());
                                }));
    }

    private static boolean there(Connection connection, Key key) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
                                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname ="
                                + " ? AND c.relname = ? AND k.conname = ?",
                        key.table().schema(),
                        key.table().name(),
                        key.name())
                > 0;
    }
}
