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
import java.util.stream.IntStream;

/// Takes staged rows out that another record of their key beats: the one with the highest version,
/// then the last one, stays, whether it is in the same batch, in an earlier split of the item or in
/// a later one. Stateless but for what it is made with.
///
/// @param target what is upserted; in any other mode no record beats another
/// @param stage table that holds the rows, quoted
/// @param ordinalColumn its column with the order of records, from 1
record Supersession(Target target, String stage, String ordinalColumn) {
    private static final String RESOLVED =
            " FROM lode.reject r WHERE r.item_id = ? AND r.state = 'resolved' AND r.key_text ="
                    + " l.key";

    /// How rows of later records of an item are known from a record.
    ///
    /// @param offset of the record
    /// @param first transaction from which on all rows are later ones, as `xmin` shows it; empty
    ///   where there is none
    /// @param followed whether a later record of its own split has its key
    /// @param key by which rejects know each other
    record Later(long offset, Optional<String> first, boolean followed, Optional<String> key) {}

    static List<Later> behind(RecordBatch batch) {
        return Collections.nCopies(
                batch.count(),
                new Later(batch.offset(), Optional.empty(), false, Optional.empty()));
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

    /// Of several records of the batch, where it has [#sharedKeys].
    ///
    /// @return how many rows were taken out
    long within(Connection connection, MergeTrace trace) throws SQLException {
        String ordinal = TableName.quote(ordinalColumn);
        String version =
                target.version().map(v -> TableName.quote(v) + " DESC NULLS LAST, ").orElse("");
        return trace.takeOut(
                connection,
                target.key(),
                false,
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
    long byEarlier(Connection connection, MergeTrace trace, Optional<String> since)
            throws SQLException {
        if (target.mode() != LoadMode.UPSERT || target.version().isEmpty() || since.isEmpty()) {
            return 0;
        }
        return trace.takeOut(
                connection,
                target.key(),
                false,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t WHERE "
                        + target.keysEqual("s", "t")
                        + " AND "
                        + higher(target.version().get(), "s")
                        + " AND age(t.xmin) <= age(?::xid)",
                since.get());
    }

    /// The same key in an earlier split, whose record was found in the table as it is: nothing was
    /// written, so its row is of another age, and only the kept key tells that it was met. To be
    /// called before the keys of this batch are kept.
    long byUnchanged(Connection connection, MergeTrace trace) throws SQLException {
        if (!trace.keepKeys()
                || target.mode() != LoadMode.UPSERT
                || target.version().isEmpty()
                || !SeenKeys.kept(connection, trace.item())) {
            return 0;
        }
        String ordinal = TableName.quote(ordinalColumn);
        String beaten =
                " FROM "
                        + stage
                        + " b JOIN "
                        + target.table().sql()
                        + " t ON "
                        + target.keysEqual("b", "t")
                        + " WHERE "
                        + higher(target.version().get(), "b");
        // Nearly always there is none: the keys of a whole item are not looked through for it.
        if (Sql.number(connection, "SELECT count(*) FROM (SELECT" + beaten + " LIMIT 1) b") == 0) {
            return 0;
        }
        return trace.takeOut(
                connection,
                target.key(),
                false,
                "DELETE FROM "
                        + stage
                        + " s USING (SELECT b."
                        + ordinal
                        + ", "
                        + target.keyList("b.")
                        + beaten
                        + ") l, "
                        + SeenKeys.unchanged(trace.item(), target.key(), "k")
                        + " WHERE s."
                        + ordinal
                        + " = l."
                        + ordinal
                        + " AND "
                        + target.keysEqual("l", "k"));
    }

    /// The same key in a later split, whose record was found in the table as it is.
    ///
    /// @param later for each record of the batch where it stood
    long byLaterUnchanged(
            Connection connection, MergeTrace trace, int[] ordinals, List<Later> later)
            throws SQLException {
        if (!trace.keepKeys()
                || target.mode() != LoadMode.UPSERT
                || !SeenKeys.kept(connection, trace.item())) {
            return 0;
        }
        var staged = IntStream.rangeClosed(1, ordinals.length).boxed().toArray();
        var offsets =
                IntStream.of(ordinals).mapToObj(record -> later.get(record).offset()).toArray();
        return trace.takeOut(
                connection,
                target.key(),
                false,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t, unnest(?::integer[], ?::bigint[]) AS l (ordinal, at), "
                        + SeenKeys.unchanged(trace.item(), target.key(), "k")
                        + " WHERE s."
                        + TableName.quote(ordinalColumn)
                        + " = l.ordinal AND "
                        + target.keysEqual("s", "t")
                        + " AND "
                        + target.keysEqual("s", "k")
                        + " AND k.\"lode at\" > l.at"
                        + notLower(),
                connection.createArrayOf("integer", staged),
                connection.createArrayOf("bigint", offsets));
    }

    /// A condition for a table's row `t` that stands behind the staged row `s` in the file.
    private String notLower() {
        return target.version()
                .map(TableName::quote)
                .map(v -> " AND (s." + v + " IS NULL OR t." + v + " >= s." + v + ")")
                .orElse("");
    }

    /// The table's row `t` has a higher version than the staged row; none is lower than any.
    private static String higher(String column, String staged) {
        String version = TableName.quote(column);
        return "(t."
                + version
                + " > "
                + staged
                + "."
                + version
                + " OR ("
                + staged
                + "."
                + version
                + " IS NULL AND t."
                + version
                + " IS NOT NULL))";
    }

    /// Rows of later records: those of younger transactions, where splits came one after another,
    /// those with the number of a split that was committed apart, and whatever row there is of a
    /// key that a later record of the same split has, too, or a later reject that was loaded
    /// before. What an earlier reject wrote is younger than all splits, and does not count: its row
    /// is not older than the line of the ledger that says it was loaded.
    long byLater(Connection connection, MergeTrace trace, int[] ordinals, List<Later> later)
            throws SQLException {
        if (target.mode() != LoadMode.UPSERT || later.isEmpty()) {
            return 0;
        }
        long least = later.stream().mapToLong(Later::offset).min().orElse(0);
        boolean others =
                Sql.number(
                                connection,
                                "SELECT count(*) FROM (SELECT FROM lode.split WHERE item_id = ?"
                                        + " AND apart AND start_offset > ? UNION ALL SELECT FROM"
                                        + " lode.reject WHERE item_id = ? AND state = 'resolved'"
                                        + " LIMIT 1) s",
                                trace.item(),
                                least,
                                trace.item())
                        > 0;
        if (!others && later.stream().allMatch(one -> one.first().isEmpty() && !one.followed())) {
            return 0;
        }
        var staged = new ArrayList<Integer>();
        var offsets = new ArrayList<Long>();
        var xids = new ArrayList<@Nullable String>();
        var followed = new ArrayList<Boolean>();
        var keys = new ArrayList<@Nullable String>();
        for (int i = 0; i < ordinals.length; i++) {
            var one = later.get(ordinals[i]);
            staged.add(i + 1);
            offsets.add(one.offset());
            xids.add(one.first().orElse(null));
            followed.add(one.followed());
            keys.add(one.key().orElse(null));
        }
        return trace.takeOut(
                connection,
                target.key(),
                false,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t, unnest(?::integer[], ?::bigint[], ?::text[], ?::boolean[],"
                        + " ?::text[]) AS l (ordinal, at, first, followed, key) WHERE s."
                        + TableName.quote(ordinalColumn)
                        + " = l.ordinal AND "
                        + target.keysEqual("s", "t")
                        + " AND (l.followed OR EXISTS (SELECT"
                        + RESOLVED
                        + " AND r.byte_offset > l.at) OR (age(t.xmin) <= age(l.first::xid) AND NOT"
                        + " EXISTS (SELECT"
                        + RESOLVED
                        + " AND r.byte_offset < l.at AND age(t.xmin) <= age(r.xmin))) OR EXISTS"
                        + " (SELECT FROM lode.split p WHERE p.item_id = ? AND p.apart AND"
                        + " p.start_offset > l.at AND (p.xid & 4294967295) ="
                        + " t.xmin::text::bigint))"
                        + notLower(),
                connection.createArrayOf("integer", staged.toArray()),
                connection.createArrayOf("bigint", offsets.toArray()),
                connection.createArrayOf("text", xids.toArray()),
                connection.createArrayOf("boolean", followed.toArray()),
                connection.createArrayOf("text", keys.toArray()),
                trace.item(),
                trace.item(),
                trace.item());
    }
}
