package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.RecordBatch;
import dev.lode.postgres.Sql;
import dev.lode.postgres.vanish.SeenKeys;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Takes staged rows out that another record of their key beats: the one with the highest version,
/// then the last one, stays, whether it is in the same batch, in an earlier split of the item or in
/// a later one. Stateless but for what it is made with.
///
/// @param target what is upserted; in any other mode no record beats another
/// @param stage table that holds the rows, quoted
/// @param ordinalColumn its column with the order of records, from 1
record Supersession(Target target, String stage, String ordinalColumn) {
    /// How rows of later records of an item are known from a record.
    ///
    /// @param offset of the record
    /// @param first transaction from which on all rows are later ones, as `xmin` shows it; empty
    ///   where there is none
    record Later(long offset, Optional<String> first) {}

    static List<Later> behind(RecordBatch batch) {
        return Collections.nCopies(batch.count(), new Later(batch.offset(), Optional.empty()));
    }

    /// Whether rows of the batch share a key.
    boolean sharedKeys(Connection connection) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM (SELECT FROM "
                                + stage
                                + " GROUP BY "
                                + target.keyList("")
                                + " HAVING count(*) > 1 LIMIT 1) d")
                > 0;
    }

    /// Of several records of the batch.
    ///
    /// @return how many rows were taken out
    long within(Connection connection) throws SQLException {
        // Nearly always there are none, and to know that takes half of the time.
        if (target.mode() != LoadMode.UPSERT || !sharedKeys(connection)) {
            return 0;
        }
        String ordinal = TableName.quote(ordinalColumn);
        String version =
                target.version().map(v -> TableName.quote(v) + " DESC NULLS LAST, ").orElse("");
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " s USING (SELECT "
                        + ordinal
                        + ", row_number() OVER (PARTITION BY "
                        + target.keyList("")
                        + " ORDER BY "
                        + version
                        + ordinal
                        + " DESC) AS place FROM "
                        + stage
                        + ") d WHERE s."
                        + ordinal
                        + " = d."
                        + ordinal
                        + " AND d.place > 1");
    }

    /// The same key in an earlier split of the same item, with a higher version: that one stays.
    /// Rows of earlier snapshots do not compete, so that an older state can be applied again. Which
    /// rows are whose is told by their age: a row that a split wrote has the xid of one of its
    /// savepoints, which is younger than the split itself.
    long byEarlier(Connection connection, Optional<String> since) throws SQLException {
        if (target.mode() != LoadMode.UPSERT || target.version().isEmpty() || since.isEmpty()) {
            return 0;
        }
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t WHERE "
                        + target.keysEqual("s", "t")
                        + " AND "
                        + higher(target.version().get())
                        + " AND age(t.xmin) <= age(?::xid)",
                since.get());
    }

    /// The same key in an earlier split, whose record was found in the table as it is: nothing was
    /// written, so its row is of another age, and only the kept key tells that it was met. To be
    /// called before the keys of this batch are kept.
    long byUnchanged(Connection connection, long item) throws SQLException {
        if (target.mode() != LoadMode.UPSERT
                || target.version().isEmpty()
                || !SeenKeys.kept(connection, item)) {
            return 0;
        }
        String ordinal = TableName.quote(ordinalColumn);
        String beaten =
                " FROM "
                        + stage
                        + " s JOIN "
                        + target.table().sql()
                        + " t ON "
                        + target.keysEqual("s", "t")
                        + " WHERE "
                        + higher(target.version().get());
        // Nearly always there is none: the keys of a whole item are not looked through for it.
        if (Sql.number(connection, "SELECT count(*) FROM (SELECT" + beaten + " LIMIT 1) b") == 0) {
            return 0;
        }
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " d USING (SELECT s."
                        + ordinal
                        + ", "
                        + target.keyList("s.")
                        + beaten
                        + ") b, "
                        + SeenKeys.rows(item, target.key(), "k")
                        + " WHERE d."
                        + ordinal
                        + " = b."
                        + ordinal
                        + " AND "
                        + target.keysEqual("b", "k"));
    }

    /// The table's row `t` has a higher version than the staged row `s`; none is lower than any.
    private static String higher(String column) {
        String version = TableName.quote(column);
        return "(t."
                + version
                + " > s."
                + version
                + " OR (s."
                + version
                + " IS NULL AND t."
                + version
                + " IS NOT NULL))";
    }

    /// Rows of later records: those of younger transactions, where splits came one after another,
    /// and those with the number of a split that was committed apart.
    long byLater(Connection connection, long item, int[] ordinals, List<Later> later)
            throws SQLException {
        if (target.mode() != LoadMode.UPSERT || later.isEmpty()) {
            return 0;
        }
        long least = later.stream().mapToLong(Later::offset).min().orElse(0);
        boolean apart =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM (SELECT FROM lode.split WHERE item_id = ?"
                                        + " AND apart AND start_offset > ? LIMIT 1) s",
                                item,
                                least)
                        > 0;
        if (!apart && later.stream().allMatch(one -> one.first().isEmpty())) {
            return 0;
        }
        var staged = new ArrayList<Integer>();
        var offsets = new ArrayList<Long>();
        var xids = new ArrayList<@Nullable String>();
        for (int i = 0; i < ordinals.length; i++) {
            var one = later.get(ordinals[i]);
            staged.add(i + 1);
            offsets.add(one.offset());
            xids.add(one.first().orElse(null));
        }
        String version =
                target.version()
                        .map(TableName::quote)
                        .map(v -> " AND (s." + v + " IS NULL OR t." + v + " >= s." + v + ")")
                        .orElse("");
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t, unnest(?::integer[], ?::bigint[], ?::text[]) AS l (ordinal, at,"
                        + " first) WHERE s."
                        + TableName.quote(ordinalColumn)
                        + " = l.ordinal AND "
                        + target.keysEqual("s", "t")
                        + " AND (age(t.xmin) <= age(l.first::xid) OR EXISTS (SELECT FROM"
                        + " lode.split p WHERE p.item_id = ? AND p.apart AND p.start_offset > l.at"
                        + " AND (p.xid & 4294967295) = t.xmin::text::bigint))"
                        + version,
                connection.createArrayOf("integer", staged.toArray()),
                connection.createArrayOf("bigint", offsets.toArray()),
                connection.createArrayOf("text", xids.toArray()),
                item);
    }
}
