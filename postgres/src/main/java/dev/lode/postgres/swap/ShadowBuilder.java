package dev.lode.postgres.swap;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Gives a filled shadow its keys and indexes, one transaction for each: an index that is there is
/// passed over. The unique index of the key comes first; only when it finds records that share a
/// key, the losers are taken out, counted in the same transaction.
final class ShadowBuilder {
    private final Step step;
    private final Ledger ledger;
    private final Lease lease;
    private final long run;
    private final long advisory;

    ShadowBuilder(Step step, Ledger ledger, Lease lease, long run, long advisory) {
        this.step = step;
        this.ledger = ledger;
        this.lease = lease;
        this.run = run;
        this.advisory = advisory;
    }

    RowCounts build(Replacement.Item item) throws SQLException, InterruptedException {
        Optional<Shadow> found =
                transaction(connection -> Shadows.ofItem(connection, item.id()), List.of());
        if (found.isPresent()) {
            var shadow = found.get();
            var indexes =
                    transaction(
                            connection ->
                                    CarriedStatements.indexes(
                                            connection, shadow.targetOid(), shadow.name().sql()),
                            List.of());
            settleKeys(item, shadow, indexes);
            for (var index : indexes) {
                make(shadow, index);
            }
            transaction(
                    connection -> {
                        Sql.run(connection, "ANALYZE " + shadow.name().sql());
                        return 0;
                    },
                    List.of(shadow.name()));
        }
        return transaction(connection -> ledger.counts(connection, item.id()), List.of());
    }

    private void settleKeys(Replacement.Item item, Shadow shadow, List<ShadowIndex> indexes)
            throws SQLException, InterruptedException {
        if (!transaction(connection -> hasOrdinal(connection, shadow), List.of())) {
            return;
        }
        if (!item.key().isEmpty()) {
            var arbiter =
                    indexes.stream()
                            .filter(
                                    index ->
                                            index.unique()
                                                    && new HashSet<>(index.columns())
                                                            .equals(new HashSet<>(item.key())))
                            .findFirst();
            if (arbiter.isEmpty()) {
                supersede(item, shadow);
            } else {
                try {
                    create(shadow, arbiter.get());
                } catch (SQLException e) {
                    if (!PostgresErrors.state(e).equals("23505")) {
                        throw e;
                    }
                    supersede(item, shadow);
                }
            }
        }
        transaction(
                connection -> {
                    Sql.run(
                            connection,
                            "ALTER TABLE "
                                    + shadow.name().sql()
                                    + " DROP COLUMN IF EXISTS "
                                    + TableName.quote(Shadows.ORDINAL));
                    return 0;
                },
                List.of(shadow.name()));
    }

    private static boolean hasOrdinal(Connection connection, Shadow shadow) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_attribute WHERE attrelid = ?::bigint::oid AND"
                                + " attname = ? AND NOT attisdropped",
                        shadow.oid(),
                        Shadows.ORDINAL)
                > 0;
    }

    /// Of records with one key the one with the highest version, then the last, stays.
    private void supersede(Replacement.Item item, Shadow shadow)
            throws SQLException, InterruptedException {
        String ordinal = TableName.quote(Shadows.ORDINAL);
        String keys = item.key().stream().map(TableName::quote).collect(Collectors.joining(", "));
        String known =
                item.key().stream()
                        .map(column -> TableName.quote(column) + " IS NOT NULL")
                        .collect(Collectors.joining(" AND "));
        String version =
                item.version().stream()
                        .map(column -> TableName.quote(column) + " DESC NULLS LAST, ")
                        .collect(Collectors.joining());
        transaction(
                connection -> {
                    long losers =
                            Sql.update(
                                    connection,
                                    "DELETE FROM "
                                            + shadow.name().sql()
                                            + " s USING (SELECT "
                                            + ordinal
                                            + ", row_number() OVER (PARTITION BY "
                                            + keys
                                            + " ORDER BY "
                                            + version
                                            + ordinal
                                            + " DESC) AS place FROM "
                                            + shadow.name().sql()
                                            + " WHERE "
                                            + known
                                            + ") d WHERE s."
                                            + ordinal
                                            + " = d."
                                            + ordinal
                                            + " AND d.place > 1");
                    if (losers > 0) {
                        ledger.correct(
                                connection,
                                item.id(),
                                run,
                                new RowCounts(0, -losers, 0, 0, losers, 0, 0, 0));
                        ledger.finishItem(connection, item.id(), "done", null);
                    }
                    return losers;
                },
                List.of(shadow.name()));
    }

    private void make(Shadow shadow, ShadowIndex index) throws SQLException, InterruptedException {
        try {
            create(shadow, index);
        } catch (SQLException e) {
            String state = PostgresErrors.state(e);
            if (state.equals("23505") || state.equals("23P01")) {
                throw LodeException.data(
                        shadow.target()
                                + ": records of the file break "
                                + index.name()
                                + " ("
                                + PostgresErrors.text(e)
                                + PostgresErrors.detail(e).map(d -> ": " + d).orElse("")
                                + "); the table is as it was, the new rows wait beside it; mode:"
                                + " upsert keeps such records as rejects one by one",
                        e);
            }
            throw e;
        }
    }

    private void create(Shadow shadow, ShadowIndex index)
            throws SQLException, InterruptedException {
        transaction(
                connection -> {
                    if (present(connection, shadow, index)) {
                        return 0;
                    }
                    Sql.list(
                            connection,
                            "SELECT set_config('default_tablespace', ?, true)",
                            row -> 0,
                            index.tablespace());
                    for (var statement : index.statements()) {
                        CarriedStatements.run(connection, statement);
                    }
                    return 1;
                },
                List.of(shadow.name()));
    }

    static boolean present(Connection connection, Shadow shadow, ShadowIndex index)
            throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                                + " WHERE i.indrelid = ?::bigint::oid AND c.relname = ? AND"
                                + " i.indisvalid",
                        shadow.oid(),
                        index.made())
                > 0;
    }

    private <T> T transaction(Step.Body<T> body, List<TableName> tables)
            throws SQLException, InterruptedException {
        return step.patiently(
                "building a new table",
                tables,
                Wanted.ACCESS_EXCLUSIVE,
                advisory,
                () ->
                        step.transaction(
                                advisory,
                                connection -> {
                                    lease.check(connection);
                                    Shadows.qualify(connection);
                                    return body.run(connection);
                                }));
    }
}
