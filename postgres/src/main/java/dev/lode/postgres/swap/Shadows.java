package dev.lode.postgres.swap;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Position;
import dev.lode.postgres.ledger.Rejects;
import dev.lode.postgres.load.ItemStart;
import dev.lode.postgres.load.Target;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The shadow tables of a dataset: made, found again after a crash, dropped when nothing will use
/// them any more. A shadow is known by the OID and the name that the ledger holds since the
/// transaction that made it. Works inside of the caller's transactions. Stateless.
public final class Shadows {
    /// Column that keeps the order of the records until the shadow is whole: of two records with
    /// one key the later one wins, and the place of a row in a table tells nothing.
    static final String ORDINAL = "lode ordinal";

    private static final int MAX_NAME = 63;
    private static final String SUFFIX = "__lode_next";
    private static final String COLUMNS =
            "table_oid, shadow_name, table_schema, table_name, target_oid, item_id";

    private final Ledger ledger;
    private final long run;

    public Shadows(Ledger ledger, long run) {
        this.ledger = ledger;
        this.run = run;
    }

    /// Names in statements that the catalog spells are qualified from here to the end of the
    /// transaction.
    static void qualify(Connection connection) throws SQLException {
        Sql.run(connection, "SET LOCAL search_path = pg_catalog, pg_temp");
    }

    /// Decides what happens to an item whose table is replaced. Compared with what was applied
    /// last: the table that is there now has the OID of the shadow that took its place.
    ///
    /// @throws LodeException of kind USAGE when the table cannot be replaced, before anything is
    ///   loaded
    public ItemStart start(Connection connection, ItemKey key, Target target, boolean again)
            throws SQLException {
        qualify(connection);
        var building = building(connection, key.dataset(), key.tableOid());
        var applied = ledger.lastItem(connection, key.dataset(), key.tableOid());
        if (applied.isPresent()
                && same(applied.get(), key)
                && applied.get().state().equals("done")
                && !again) {
            for (var shadow : building) {
                drop(connection, shadow);
            }
            return new ItemStart.Skip(
                    applied.get(),
                    applied.get().counts(),
                    "the same content is in the table already");
        }
        refuse(connection, key);
        for (var shadow : building) {
            var item = item(connection, shadow);
            if (item.isPresent()
                    && same(item.get(), key)
                    && shape(connection, shadow.oid()).equals(shape(connection, key.tableOid()))) {
                ledger.resumeItem(connection, shadow.item(), run);
                return new ItemStart.Go(
                        item.get(),
                        ledger.position(connection, shadow.item()),
                        target.into(shadow.name()));
            }
            drop(connection, shadow);
        }
        return make(connection, key, target);
    }

    /// Drops the new table that was begun, with the item's records so far, and begins another.
    public ItemStart startOver(Connection connection, ItemKey key, Target target)
            throws SQLException {
        qualify(connection);
        refuse(connection, key);
        for (var shadow : building(connection, key.dataset(), key.tableOid())) {
            drop(connection, shadow);
            new Rejects().judgedAnew(connection, shadow.item());
        }
        return make(connection, key, target);
    }

    private ItemStart make(Connection connection, ItemKey key, Target target) throws SQLException {
        var name = freeName(connection, key.table());
        Sql.run(connection, "SET LOCAL default_tablespace = ''");
        for (var statement : CarriedStatements.create(connection, key.tableOid(), name.sql())) {
            CarriedStatements.run(connection, statement);
        }
        Sql.run(
                connection,
                "ALTER TABLE "
                        + name.sql()
                        + " ADD COLUMN "
                        + TableName.quote(ORDINAL)
                        + " bigint GENERATED ALWAYS AS IDENTITY");
        CarriedStatements.run(
                connection, CarriedStatements.owner(connection, key.tableOid(), name.sql()));
        long oid =
                Sql.number(connection, "SELECT CAST(?::text::regclass AS oid)::bigint", name.sql());
        var shadowKey =
                new ItemKey(
                        key.dataset(),
                        key.table(),
                        oid,
                        key.mapping(),
                        key.mode(),
                        key.name(),
                        key.size(),
                        key.content(),
                        key.snapshot(),
                        key.fingerprint(),
                        key.header());
        var item = ledger.startItem(connection, shadowKey, true, run);
        Sql.update(
                connection,
                "INSERT INTO lode.shadow (table_oid, shadow_name, dataset, table_schema,"
                        + " table_name, target_oid, item_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                oid,
                name.name(),
                key.dataset(),
                key.table().schema(),
                key.table().name(),
                key.tableOid(),
                item.id());
        return new ItemStart.Go(item, Position.START, target.into(name));
    }

    private static boolean same(ItemRow item, ItemKey key) {
        return item.sameBytes(key) && item.mapping().equals(key.mapping());
    }

    private static void refuse(Connection connection, ItemKey key) throws SQLException {
        var reasons = Dependants.refusals(connection, List.of(key.tableOid()));
        if (!reasons.isEmpty()) {
            throw refusal(key.table(), reasons);
        }
    }

    static LodeException refusal(TableName table, List<String> reasons) {
        return LodeException.usage(
                table
                        + ": mode replace cannot carry everything over to a new table: "
                        + String.join("; ", reasons)
                        + "; the table was left as it was; say mode: upsert with vanished: delete"
                        + " in the pack");
    }

    /// What decides which rows a table takes, as text: columns in their order, and checks; without
    /// the ordinal and its constraint, which PostgreSQL 18 lists.
    static String shape(Connection connection, long table) throws SQLException {
        return Sql.list(
                        connection,
                        """
                        SELECT coalesce(string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                   a.attcollation, a.attidentity, a.attgenerated, a.attstorage,
                                   to_jsonb(a) ->> 'attcompression', pg_get_expr(f.adbin, f.adrelid)),
                                   chr(10) ORDER BY a.attnum), '') ||
                               (SELECT coalesce(string_agg(concat(chr(10), k.conname, ' ', pg_get_constraintdef(k.oid)), ''
                                                           ORDER BY k.conname), '')
                                FROM pg_constraint k WHERE k.conrelid = ?::bigint::oid AND k.contype IN ('c', 'n')
                                AND NOT EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = k.conrelid AND o.attname = ?
                                                AND o.attnum = ANY (k.conkey)))
                        FROM pg_attribute a
                        LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ?
                        """,
                        row -> row.getString(1),
                        table,
                        ORDINAL,
                        table,
                        ORDINAL)
                .getFirst();
    }

    private static TableName freeName(Connection connection, TableName table) throws SQLException {
        for (int number = 1; ; number++) {
            String suffix = SUFFIX + (number == 1 ? "" : "_" + number);
            var name = new TableName(table.schema(), cut(table.name(), suffix) + suffix);
            boolean taken =
                    Sql.number(
                                    connection,
                                    """
                                    SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                            WHERE n.nspname = ? AND c.relname = ?)
                                         + (SELECT count(*) FROM pg_type y JOIN pg_namespace n ON n.oid = y.typnamespace
                                            WHERE n.nspname = ? AND y.typname = ?)
                                    """,
                                    name.schema(),
                                    name.name(),
                                    name.schema(),
                                    name.name())
                            > 0;
            if (!taken) {
                return name;
            }
        }
    }

    /// As much of a name as leaves room for the suffix; PostgreSQL counts bytes.
    private static String cut(String name, String suffix) {
        String text = name;
        while (text.getBytes(StandardCharsets.UTF_8).length + suffix.length() > MAX_NAME) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
        }
        return text;
    }

    /// Drops shadows that no item will go on with: their table is gone, or is not replaced any
    /// more.
    ///
    /// @param otherwise tables of this run that are loaded in another way
    /// @return what was dropped, for people
    public List<String> dropForgotten(
            Connection connection, String dataset, Collection<TableName> otherwise)
            throws SQLException {
        qualify(connection);
        var shadows =
                Sql.list(
                        connection,
                        "SELECT "
                                + COLUMNS
                                + " FROM lode.shadow WHERE dataset = ? AND state = 'building'",
                        Shadows::shadow,
                        dataset);
        var dropped = new ArrayList<String>();
        for (var shadow : shadows) {
            boolean targetGone =
                    Sql.number(
                                    connection,
                                    "SELECT count(*) FROM pg_class WHERE oid = ?::bigint::oid",
                                    shadow.targetOid())
                            == 0;
            if (targetGone || otherwise.contains(shadow.target())) {
                drop(connection, shadow);
                dropped.add(
                        shadow.name()
                                + ": was built to replace "
                                + shadow.target()
                                + " and is not needed any more; dropped");
            }
        }
        return dropped;
    }

    /// Drops a shadow, if the table of its OID still has its name, and sets its item aside.
    void drop(Connection connection, Shadow shadow) throws SQLException {
        if (exists(connection, shadow)) {
            Sql.run(connection, "LOCK TABLE " + shadow.name().sql() + " IN ACCESS EXCLUSIVE MODE");
            if (exists(connection, shadow)) {
                Sql.run(connection, "DROP TABLE " + shadow.name().sql());
            }
        }
        Sql.update(
                connection,
                "UPDATE lode.shadow SET state = 'dropped', ended_at = now() WHERE item_id = ?",
                shadow.item());
        ledger.supersedeItem(connection, shadow.item());
    }

    /// Whether the table of the shadow's OID has its name.
    static boolean exists(Connection connection, Shadow shadow) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                + " c.relnamespace WHERE c.oid = ?::bigint::oid AND c.relname = ?"
                                + " AND n.nspname = ? AND c.relkind = 'r'",
                        shadow.oid(),
                        shadow.name().name(),
                        shadow.name().schema())
                > 0;
    }

    /// Those that are being built for a table and still exist; what somebody else dropped is
    /// forgotten.
    private List<Shadow> building(Connection connection, String dataset, long target)
            throws SQLException {
        var all =
                Sql.list(
                        connection,
                        "SELECT "
                                + COLUMNS
                                + " FROM lode.shadow WHERE dataset = ? AND target_oid = ? AND state"
                                + " = 'building' ORDER BY item_id DESC",
                        Shadows::shadow,
                        dataset,
                        target);
        var there = new ArrayList<Shadow>();
        for (var shadow : all) {
            if (exists(connection, shadow)) {
                there.add(shadow);
            } else {
                drop(connection, shadow);
            }
        }
        return there;
    }

    /// The shadow that an item fills; empty once it is swapped or dropped.
    static Optional<Shadow> ofItem(Connection connection, long item) throws SQLException {
        return Sql.first(
                connection,
                "SELECT " + COLUMNS + " FROM lode.shadow WHERE item_id = ? AND state = 'building'",
                Shadows::shadow,
                item);
    }

    private Optional<ItemRow> item(Connection connection, Shadow shadow) throws SQLException {
        return ledger.item(connection, shadow.item());
    }

    private static Shadow shadow(ResultSet row) throws SQLException {
        String schema = row.getString(3);
        return new Shadow(
                row.getLong(1),
                new TableName(schema, row.getString(2)),
                new TableName(schema, row.getString(4)),
                row.getLong(5),
                row.getLong(6));
    }
}
