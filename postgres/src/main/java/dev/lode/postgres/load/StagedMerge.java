package dev.lode.postgres.load;

import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.vanish.SeenKeys;
import dev.lode.postgres.verify.AntiJoin;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A batch through a temporary table, then into the target by key, as sets:
/// 1. COPY into staging, where only conversion can fail;
/// 2. of several records with one key the one with the highest version, then the last, stays: the
///    others are superseded;
/// 3. rows equal to what is in the target are taken out: unchanged, and not even locked in the
///    target;
/// 4. the rest is inserted or updates what is there, sorted by key so that two writers cannot
///    deadlock;
/// 5. when that fails, the records whose references are missing are taken out all at once; what
///    still fails is found by halving.
///
/// One staging table per connection and target; emptied before each batch.
final class StagedMerge {
    private static final String ORDINAL = "lode ordinal";

    private final BatchCopy copy;
    private final Target target;
    private final String stage;

    StagedMerge(BatchCopy copy, Target target) {
        this.copy = copy;
        this.target = target;
        this.stage = "pg_temp." + TableName.quote("lode stage");
    }

    /// @param trace what it leaves behind beside its rows
    /// @param since the transaction of the item's first split, when there were earlier ones: rows
    ///   written since then compete by version with this batch
    RowCounts load(
            Connection connection, BatchOutcome outcome, Optional<String> since, MergeTrace trace)
            throws SQLException {
        return load(connection, outcome, since, List.of(), trace);
    }

    /// The same for records that come a second time, after later ones of their item: those win by
    /// their place in the file where no version decides.
    ///
    /// @param later for each record of the batch how rows of later records are known; empty where
    ///   only splits that were committed apart may have brought some
    RowCounts load(
            Connection connection,
            BatchOutcome outcome,
            Optional<String> since,
            List<Later> later,
            MergeTrace trace)
            throws SQLException {
        Sql.run(connection, "DROP TABLE IF EXISTS " + stage);
        Sql.run(
                connection,
                "CREATE TEMPORARY TABLE "
                        + TableName.quote("lode stage")
                        + " AS SELECT "
                        + target.columnList()
                        + " FROM "
                        + target.table().sql()
                        + " WITH NO DATA");
        Sql.run(
                connection,
                "ALTER TABLE "
                        + stage
                        + " ADD COLUMN "
                        + TableName.quote(ORDINAL)
                        + " integer GENERATED ALWAYS AS IDENTITY"
                        + uncompressed());
        var ordinals = stageRecords(connection, outcome);
        Sql.run(connection, "ANALYZE " + stage + " (" + analyzed() + ")");
        if (trace.keepKeys()) {
            SeenKeys.add(connection, trace.item(), target.key(), target.table().sql(), stage);
        }
        long superseded = supersedeWithin(connection) + supersedeByEarlier(connection, since);
        superseded +=
                supersedeByLater(
                        connection,
                        trace.item(),
                        ordinals,
                        later.isEmpty() ? behind(outcome.batch()) : later);
        long unchanged = target.mode() == LoadMode.UPSERT ? takeOutUnchanged(connection) : 0;
        if (target.mode() == LoadMode.APPEND && !target.key().isEmpty()) {
            rejectKnownKeys(connection, outcome, ordinals);
        }
        var written = write(connection, outcome, ordinals, trace);
        Sql.run(connection, "DROP TABLE " + stage);
        long known = written.inserted() + written.updated() + unchanged + superseded;
        long rest = outcome.open().cardinality() - known;
        // Without a column outside of the key, a row that another writer inserted meanwhile is
        // unchanged; else a trigger
        // dropped it.
        return target.payload().isEmpty()
                ? new RowCounts(0, written.inserted(), 0, unchanged + rest, superseded, 0, 0, 0)
                : new RowCounts(
                        0,
                        written.inserted(),
                        written.updated(),
                        unchanged,
                        superseded,
                        0,
                        rest,
                        0);
    }

    /// A row that lives for a moment is not worth compressing, and what is compressed already would
    /// go into the target as it is, whatever the target's columns say.
    private String uncompressed() {
        return target.columns().stream()
                .filter(
                        column ->
                                switch (column.kind()) {
                                    case TEXT, BYTEA, JSON, JSONB -> true;
                                    case INT2,
                                            INT4,
                                            INT8,
                                            FLOAT4,
                                            FLOAT8,
                                            NUMERIC,
                                            BOOLEAN,
                                            DATE,
                                            TIMESTAMP,
                                            TIMESTAMPTZ,
                                            UUID,
                                            OTHER ->
                                            false;
                                })
                .map(
                        column ->
                                ", ALTER COLUMN "
                                        + TableName.quote(column.name())
                                        + " SET STORAGE EXTERNAL")
                .collect(Collectors.joining());
    }

    /// How many rows there are is what the planner has to know, and of the columns only those by
    /// which rows are found.
    private String analyzed() {
        return target.key().isEmpty() ? TableName.quote(ORDINAL) : target.keyList("");
    }

    /// Rows written by a merge.
    private record Written(long inserted, long updated) {
        static final Written NONE = new Written(0, 0);

        Written plus(Written other) {
            return new Written(inserted + other.inserted, updated + other.updated);
        }
    }

    /// @return the record's ordinal in the batch by staging ordinal (from 1)
    private int[] stageRecords(Connection connection, BatchOutcome outcome) throws SQLException {
        int end = outcome.batch().count();
        int from = 0;
        if (copy.faster(outcome, true)) {
            var savepoint = connection.setSavepoint();
            try {
                copy.copyFaster(connection, stage, outcome);
                connection.releaseSavepoint(savepoint);
                from = end;
            } catch (CopyFailure failure) {
                connection.rollback(savepoint);
            }
        }
        while (from < end) {
            var savepoint = connection.setSavepoint();
            int until = end;
            try {
                copy.copy(connection, stage, from, end, outcome);
                connection.releaseSavepoint(savepoint);
                break;
            } catch (CopyFailure failure) {
                connection.rollback(savepoint);
                if (failure.record() < 0) {
                    throw failure.error();
                }
                outcome.reject(
                        failure.record(),
                        PostgresErrors.column(failure.error()),
                        PostgresErrors.text(failure.error()),
                        Optional.of(PostgresErrors.state(failure.error())),
                        false);
                until = failure.record();
            }
            try {
                copy.copy(connection, stage, from, until, outcome);
            } catch (CopyFailure again) {
                throw again.error();
            }
            from = until + 1;
        }
        renumber(connection);
        return outcome.open().stream().toArray();
    }

    /// A sequence does not go back with a savepoint: staging ordinals may have gaps after a
    /// failure. Their order is that of the records, so counting again closes the gaps.
    private void renumber(Connection connection) throws SQLException {
        String ordinal = TableName.quote(ORDINAL);
        long rows = Sql.number(connection, "SELECT count(*) FROM " + stage);
        long highest =
                Sql.number(connection, "SELECT coalesce(max(" + ordinal + "), 0) FROM " + stage);
        Sql.run(connection, "ALTER TABLE " + stage + " ALTER COLUMN " + ordinal + " DROP IDENTITY");
        if (rows != highest) {
            Sql.update(
                    connection,
                    "UPDATE "
                            + stage
                            + " s SET "
                            + ordinal
                            + " = d.n FROM (SELECT ctid AS place, row_number() OVER (ORDER BY "
                            + ordinal
                            + ") AS n FROM "
                            + stage
                            + ") d WHERE s.ctid = d.place");
        }
    }

    private long supersedeWithin(Connection connection) throws SQLException {
        if (target.mode() != LoadMode.UPSERT) {
            return 0;
        }
        String ordinal = TableName.quote(ORDINAL);
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
    private long supersedeByEarlier(Connection connection, Optional<String> since)
            throws SQLException {
        if (target.mode() != LoadMode.UPSERT || target.version().isEmpty() || since.isEmpty()) {
            return 0;
        }
        String version = TableName.quote(target.version().get());
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t WHERE "
                        + target.keysEqual("s", "t")
                        + " AND t."
                        + version
                        + " > s."
                        + version
                        + " AND age(t.xmin) <= age(?::xid)",
                since.get());
    }

    /// How rows of later records of an item are known from a record.
    ///
    /// @param offset of the record
    /// @param first transaction from which on all rows are later ones, as `xmin` shows it; empty
    ///   where there is none
    record Later(long offset, Optional<String> first) {}

    private static List<Later> behind(RecordBatch batch) {
        return Collections.nCopies(batch.count(), new Later(batch.offset(), Optional.empty()));
    }

    /// Rows of later records: those of younger transactions, where splits came one after another,
    /// and those with the number of a split that was committed apart.
    private long supersedeByLater(
            Connection connection, long item, int[] ordinals, List<Later> later)
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
                        + TableName.quote(ORDINAL)
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

    private long takeOutUnchanged(Connection connection) throws SQLException {
        return Sql.update(
                connection,
                "DELETE FROM "
                        + stage
                        + " s USING "
                        + target.table().sql()
                        + " t WHERE "
                        + target.keysEqual("s", "t")
                        + target.payload().stream()
                                .map(
                                        column ->
                                                " AND "
                                                        + comparable("t", column)
                                                        + " IS NOT DISTINCT FROM "
                                                        + comparable("s", column))
                                .collect(Collectors.joining()));
    }

    private void rejectKnownKeys(Connection connection, BatchOutcome outcome, int[] ordinals)
            throws SQLException {
        String ordinal = TableName.quote(ORDINAL);
        var known =
                Sql.list(
                        connection,
                        "DELETE FROM "
                                + stage
                                + " s WHERE EXISTS (SELECT FROM "
                                + target.table().sql()
                                + " t WHERE "
                                + target.keysEqual("s", "t")
                                + ") OR EXISTS (SELECT FROM "
                                + stage
                                + " e WHERE "
                                + target.keysEqual("s", "e")
                                + " AND e."
                                + ordinal
                                + " < s."
                                + ordinal
                                + ") RETURNING s."
                                + ordinal,
                        row -> row.getInt(1));
        for (int staged : known) {
            outcome.reject(
                    ordinals[staged - 1],
                    target.key().size() == 1
                            ? Optional.of(target.key().getFirst())
                            : Optional.empty(),
                    "its key (" + String.join(", ", target.key()) + ") is in the table already",
                    Optional.of("23505"),
                    false);
        }
    }

    private Written write(
            Connection connection, BatchOutcome outcome, int[] ordinals, MergeTrace trace)
            throws SQLException {
        try {
            return Savepoints.attempt(
                    connection, () -> writeRange(connection, trace, 0, Integer.MAX_VALUE));
        } catch (SQLException e) {
            if (!PostgresErrors.isData(e)) {
                throw e;
            }
        }
        rejectOrphans(connection, outcome, ordinals);
        return halve(connection, outcome, ordinals, trace, 1, ordinals.length + 1);
    }

    /// Orphans of orphans come to light as the first ones leave, so it goes on until a round finds
    /// none.
    private void rejectOrphans(Connection connection, BatchOutcome outcome, int[] ordinals)
            throws SQLException {
        boolean found = true;
        while (found) {
            found = false;
            for (var key : target.foreignKeys()) {
                for (var orphan : orphans(connection, key)) {
                    found = true;
                    outcome.reject(
                            ordinals[orphan.ordinal() - 1],
                            Optional.of(String.join(", ", key.columns())),
                            "("
                                    + orphan.value()
                                    + ") is not in "
                                    + key.referencedTable()
                                    + " ("
                                    + String.join(", ", key.referencedColumns())
                                    + "), as key "
                                    + key.name()
                                    + " demands",
                            Optional.of("23503"),
                            target.late().contains(key.referencedTable()));
                }
            }
        }
    }

    private record Orphan(int ordinal, String value) {}

    /// Takes the rows out of staging whose reference is neither in the referenced table nor, for a
    /// key to the table itself, in staging.
    private List<Orphan> orphans(Connection connection, ForeignKeyFacts key) throws SQLException {
        String ordinal = TableName.quote(ORDINAL);
        var columns = key.columns();
        if (!columns.stream()
                .allMatch(name -> target.columns().stream().anyMatch(c -> c.name().equals(name)))) {
            return List.of();
        }
        String value =
                "concat_ws(', ', "
                        + columns.stream()
                                .map(c -> "s." + TableName.quote(c) + "::text")
                                .collect(Collectors.joining(", "))
                        + ")";
        return Sql.list(
                connection,
                "DELETE FROM "
                        + stage
                        + " s WHERE s."
                        + ordinal
                        + " IN ("
                        + AntiJoin.orphansInStage(key, stage, ORDINAL)
                        + ")"
                        + " RETURNING s."
                        + ordinal
                        + ", "
                        + value,
                row -> new Orphan(row.getInt(1), row.getString(2)));
    }

    /// Writes staging ordinals `[from, to)`; on a row's error halves until single rows are to
    /// blame.
    private Written halve(
            Connection connection,
            BatchOutcome outcome,
            int[] ordinals,
            MergeTrace trace,
            int from,
            int to)
            throws SQLException {
        if (from >= to) {
            return Written.NONE;
        }
        try {
            return Savepoints.attempt(connection, () -> writeRange(connection, trace, from, to));
        } catch (SQLException e) {
            if (!PostgresErrors.isData(e)) {
                throw e;
            }
            if (to - from == 1) {
                outcome.reject(
                        ordinals[from - 1],
                        PostgresErrors.column(e),
                        PostgresErrors.text(e)
                                + PostgresErrors.detail(e).map(d -> ": " + d).orElse(""),
                        Optional.of(PostgresErrors.state(e)),
                        PostgresErrors.state(e).equals("23503") && !target.late().isEmpty());
                return Written.NONE;
            }
        }
        int middle = from + (to - from) / 2;
        var first = halve(connection, outcome, ordinals, trace, from, middle);
        return first.plus(halve(connection, outcome, ordinals, trace, middle, to));
    }

    private Written writeRange(Connection connection, MergeTrace trace, int from, int to)
            throws SQLException {
        var values = new ArrayList<Object>(List.of(from, to));
        String logged = "";
        String keys = "";
        if (target.recordChanges() && target.keptColumns().isEmpty()) {
            ChangeLog.whole(connection, trace.item(), trace.run());
        } else if (target.recordChanges()) {
            keys = Target.list(target.keptColumns(), "t.") + ", ";
            logged =
                    ", logged AS ("
                            + ChangeLog.record(
                                    changedRows(),
                                    "c",
                                    target.keptColumns(),
                                    "CASE WHEN c.fresh THEN 'insert' ELSE 'update' END")
                            + ")";
            values.add(trace.run());
            values.add(trace.item());
        }
        var written =
                Sql.list(
                                connection,
                                "WITH w AS (INSERT INTO "
                                        + target.table().sql()
                                        + " AS t ("
                                        + target.columnList()
                                        + ") OVERRIDING SYSTEM VALUE SELECT "
                                        + target.columnList()
                                        + " FROM "
                                        + stage
                                        + " WHERE "
                                        + TableName.quote(ORDINAL)
                                        + " >= ? AND "
                                        + TableName.quote(ORDINAL)
                                        + " < ?"
                                        + (target.key().isEmpty()
                                                ? ""
                                                : " ORDER BY " + target.keyList(""))
                                        + onConflict()
                                        + " RETURNING "
                                        + keys
                                        + "(xmax = 0) AS fresh)"
                                        + logged
                                        + " SELECT count(*) FILTER (WHERE fresh), count(*) FILTER"
                                        + " (WHERE NOT fresh) FROM w",
                                row -> new Written(row.getLong(1), row.getLong(2)),
                                values.toArray())
                        .getFirst();
        Sql.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        return written;
    }

    /// The written rows, and once more those whose link columns were others before: all parts of
    /// the statement see the table as it was before it.
    private String changedRows() {
        var links = target.changingLinks();
        if (links.isEmpty() || target.key().isEmpty()) {
            return "w";
        }
        String was =
                target.keptColumns().stream()
                        .map(
                                column ->
                                        (links.contains(column) ? "o." : "w.")
                                                + TableName.quote(column))
                        .collect(Collectors.joining(", "));
        return "(SELECT "
                + Target.list(target.keptColumns(), "w.")
                + ", w.fresh FROM w UNION ALL SELECT "
                + was
                + ", w.fresh FROM w JOIN "
                + target.table().sql()
                + " o ON "
                + target.keysEqual("o", "w")
                + " WHERE NOT w.fresh AND ("
                + Target.list(links, "o.")
                + ") IS DISTINCT FROM ("
                + Target.list(links, "w.")
                + "))";
    }

    private String onConflict() {
        if (target.mode() != LoadMode.UPSERT) {
            return "";
        }
        if (target.payload().isEmpty()) {
            return " ON CONFLICT (" + target.keyList("") + ") DO NOTHING";
        }
        return " ON CONFLICT ("
                + target.keyList("")
                + ") DO UPDATE SET "
                + target.payload().stream()
                        .map(
                                column ->
                                        TableName.quote(column.name())
                                                + " = excluded."
                                                + TableName.quote(column.name()))
                        .collect(Collectors.joining(", "));
    }

    /// Types without an equality operator, such as json, are compared as text.
    private static String comparable(String alias, TargetColumn column) {
        String name = alias + "." + TableName.quote(column.name());
        return switch (column.kind()) {
            case JSON, OTHER -> name + "::text";
            case INT2,
                    INT4,
                    INT8,
                    FLOAT4,
                    FLOAT8,
                    NUMERIC,
                    BOOLEAN,
                    DATE,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    TEXT,
                    UUID,
                    BYTEA,
                    JSONB ->
                    name;
        };
    }
}
