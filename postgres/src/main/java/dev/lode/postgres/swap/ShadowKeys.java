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
import java.util.Optional;

/// Makes the outgoing foreign keys of shadows: added NOT VALID, which takes a moment, then
/// validated, which lets readers and writers of the other table go on.
final class ShadowKeys {
    private final Step step;
    private final Lease lease;
    private final long advisory;

    ShadowKeys(Step step, Lease lease, long advisory) {
        this.step = step;
        this.lease = lease;
        this.advisory = advisory;
    }

    List<String> connect(List<Replacement.Item> items) throws SQLException, InterruptedException {
        List<Shadow> shadows =
                transaction(
                        connection -> {
                            var found = new ArrayList<Shadow>();
                            for (var item : items) {
                                Shadows.ofItem(connection, item.id()).ifPresent(found::add);
                            }
                            return found;
                        },
                        List.of());
        var remarks = new ArrayList<String>();
        for (var shadow : shadows) {
            for (var key :
                    transaction(connection -> keys(connection, shadow, shadows), List.of())) {
                remarks.addAll(make(shadow, key).stream().toList());
            }
        }
        return remarks;
    }

    static List<ShadowKey> keys(Connection connection, Shadow shadow, List<Shadow> siblings)
            throws SQLException {
        return CarriedStatements.foreignKeys(
                connection,
                shadow.targetOid(),
                shadow.name().sql(),
                siblings.stream().map(Shadow::targetOid).toList(),
                siblings.stream().map(sibling -> sibling.name().sql()).toList());
    }

    private Optional<String> make(Shadow shadow, ShadowKey key)
            throws SQLException, InterruptedException {
        transaction(
                connection -> {
                    if (!present(connection, shadow, key)) {
                        CarriedStatements.run(connection, key.statement());
                    }
                    return 0;
                },
                List.of(shadow.name()));
        if (!key.validate()) {
            return Optional.empty();
        }
        try {
            transaction(
                    connection -> {
                        KeyCheck.validate(connection, shadow.name(), key.name());
                        return 0;
                    },
                    List.of(shadow.name()));
            return Optional.empty();
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("23503")) {
                throw e;
            }
            return Optional.of(
                    shadow.target()
                            + ": rows refer to rows that are not there, so key "
                            + key.name()
                            + " guards new rows and is NOT VALID ("
                            + PostgresErrors.detail(e).orElse(PostgresErrors.text(e))
                            + "); lode verify counts them");
        }
    }

    /// Whether the shadow has the key, to where it is to point.
    static boolean present(Connection connection, Shadow shadow, ShadowKey key)
            throws SQLException {
        boolean there =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM pg_constraint WHERE conrelid ="
                                        + " ?::bigint::oid AND conname = ? AND contype = 'f'",
                                shadow.oid(),
                                key.name())
                        > 0;
        boolean right =
                there
                        && Sql.number(
                                        connection,
                                        "SELECT count(*) FROM pg_constraint WHERE conrelid ="
                                            + " ?::bigint::oid AND conname = ? AND contype = 'f'"
                                            + " AND confrelid = ?::text::regclass",
                                        shadow.oid(),
                                        key.name(),
                                        key.referenced())
                                > 0;
        if (there && !right) {
            // Made by a run before this one, when other tables were to be swapped with it.
            Sql.run(
                    connection,
                    "ALTER TABLE "
                            + shadow.name().sql()
                            + " DROP CONSTRAINT "
                            + TableName.quote(key.name()));
        }
        return right;
    }

    private <T> T transaction(Step.Body<T> body, List<TableName> tables)
            throws SQLException, InterruptedException {
        return step.patiently(
                "making a foreign key of a new table",
                tables,
                Wanted.SHARE_ROW_EXCLUSIVE,
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
