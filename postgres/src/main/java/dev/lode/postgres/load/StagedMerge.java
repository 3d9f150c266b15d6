package dev.lode.postgres.load;

import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.vanish.SeenKeys;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private final Supersession supersession;
    private final StagedWrite write;

    StagedMerge(BatchCopy copy, Target target) {
        this.copy = copy;
        this.target = target;
        this.stage = "pg_temp." + TableName.quote("lode stage");
        this.supersession = new Supersession(target, stage, ORDINAL);
        this.write = new StagedWrite(target, stage, ORDINAL);
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
            List<Supersession.Later> later,
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
            SeenKeys.begin(connection, trace.item(), target.key(), target.table().sql());
        }
        var merged = merge(connection, outcome, ordinals, since, later, trace);
        long superseded = merged.superseded();
        long unchanged = merged.unchanged();
        var written = merged.written();
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

    private record Merged(long superseded, long unchanged, StagedWrite.Written written) {}

    /// Takes out of staging what is not to be written, and writes the rest. A record that is
    /// refused only then may have beaten another one of its batch: then all is done once more
    /// without those.
    private Merged merge(
            Connection connection,
            BatchOutcome outcome,
            int[] ordinals,
            Optional<String> since,
            List<Supersession.Later> later,
            MergeTrace trace)
            throws SQLException {
        // Nearly always there are none, and to know that takes half of the time.
        boolean shared = target.mode() == LoadMode.UPSERT && supersession.sharedKeys(connection);
        while (true) {
            var before = shared ? connection.setSavepoint() : null;
            var open = (BitSet) outcome.open().clone();
            var merged = attempt(connection, outcome, ordinals, since, later, trace, shared);
            if (before == null) {
                return merged;
            }
            if (outcome.open().equals(open)) {
                connection.releaseSavepoint(before);
                return merged;
            }
            Savepoints.takeBack(connection, before);
            takeOutRefused(connection, outcome, ordinals, trace);
        }
    }

    private Merged attempt(
            Connection connection,
            BatchOutcome outcome,
            int[] ordinals,
            Optional<String> since,
            List<Supersession.Later> later,
            MergeTrace trace,
            boolean shared)
            throws SQLException {
        long superseded = supersede(connection, outcome, ordinals, since, later, trace, shared);
        long unchanged = target.mode() == LoadMode.UPSERT ? takeOutUnchanged(connection, trace) : 0;
        if (trace.keepKeys()) {
            SeenKeys.add(
                    connection,
                    trace.item(),
                    target.key(),
                    stage,
                    new SeenKeys.Met(trace.at(), false));
        }
        if (target.mode() == LoadMode.APPEND && !target.key().isEmpty()) {
            rejectKnownKeys(connection, outcome, ordinals);
        }
        return new Merged(superseded, unchanged, write.write(connection, outcome, ordinals, trace));
    }

    private void takeOutRefused(
            Connection connection, BatchOutcome outcome, int[] ordinals, MergeTrace trace)
            throws SQLException {
        var refused =
                IntStream.range(0, ordinals.length)
                        .filter(staged -> !outcome.open().get(ordinals[staged]))
                        .mapToObj(staged -> staged + 1)
                        .toArray();
        String delete =
                "DELETE FROM "
                        + stage
                        + " s WHERE s."
                        + TableName.quote(ORDINAL)
                        + " = ANY (?::integer[])";
        var values = connection.createArrayOf("integer", refused);
        trace.takeOut(connection, target.key(), false, delete, values);
    }

    private long supersede(
            Connection connection,
            BatchOutcome outcome,
            int[] ordinals,
            Optional<String> since,
            List<Supersession.Later> later,
            MergeTrace trace,
            boolean shared)
            throws SQLException {
        boolean again = !later.isEmpty();
        return supersession.byUnchanged(connection, trace)
                + (again ? supersession.byLaterUnchanged(connection, trace, ordinals, later) : 0)
                + (shared ? supersession.within(connection, trace) : 0)
                + supersession.byEarlier(connection, trace, since)
                + supersession.byLater(
                        connection,
                        trace,
                        ordinals,
                        again ? later : Supersession.behind(outcome.batch()));
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
                Savepoints.takeBack(connection, savepoint);
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
                Savepoints.takeBack(connection, savepoint);
                if (failure.record() < 0) {
                    throw failure.error();
                }
                outcome.reject(
                        failure.record(),
                        PostgresErrors.column(failure.error()),
                        PostgresErrors.reason(failure.error()),
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

    private long takeOutUnchanged(Connection connection, MergeTrace trace) throws SQLException {
        String delete =
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
                                .collect(Collectors.joining());
        return trace.takeOut(connection, target.key(), true, delete);
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
