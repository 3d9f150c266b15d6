package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.verify.AntiJoin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes staged rows to their table, as one statement where the server takes them all. Where it
/// does not, records whose references are missing are rejected all at once, and what still fails is
/// found by halving. Stateless but for what it is made with.
///
/// @param stage table that holds the rows, quoted
/// @param ordinalColumn its column with the order of records, from 1 without a gap but for rows
///   that were taken out
record StagedWrite(Target target, String stage, String ordinalColumn) {
    /// Rows written.
    record Written(long inserted, long updated) {
        static final Written NONE = new Written(0, 0);

        Written plus(Written other) {
            return new Written(inserted + other.inserted, updated + other.updated);
        }
    }

    /// @param ordinals the record's ordinal in the batch by staging ordinal (from 1)
    Written write(Connection connection, BatchOutcome outcome, int[] ordinals, MergeTrace trace)
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
        // Each half is looked for by its ordinals, in the worst case twice as often as there are
        // rows.
        Sql.run(
                connection,
                "CREATE INDEX ON " + stage + " (" + TableName.quote(ordinalColumn) + ")");
        Sql.run(connection, "ANALYZE " + stage + " (" + TableName.quote(ordinalColumn) + ")");
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
        String ordinal = TableName.quote(ordinalColumn);
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
                        + AntiJoin.orphansInStage(key, stage, ordinalColumn)
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
                        PostgresErrors.reason(e),
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
        List<String> kept = List.of();
        if (target.recordChanges() && target.keptColumns().isEmpty()) {
            ChangeLog.whole(connection, trace.item(), trace.run());
        } else if (target.recordChanges()) {
            kept = target.keptColumns();
            logged =
                    ", logged AS ("
                            + ChangeLog.record(
                                    changedRows(),
                                    "c",
                                    kept,
                                    "CASE WHEN c.fresh THEN 'insert' ELSE 'update' END")
                            + ")";
            values.add(trace.run());
            values.add(trace.item());
        }
        var written =
                Sql.list(
                                connection,
                                "WITH "
                                        + written(kept)
                                        + logged
                                        + " SELECT count(*) FILTER (WHERE fresh), count(*) FILTER"
                                        + " (WHERE NOT fresh) FROM w",
                                row -> new Written(row.getLong(1), row.getLong(2)),
                                values.toArray())
                        .getFirst();
        Sql.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        return written;
    }

    /// The written rows as `w`, with whether they are new. A row that replaced another one carries
    /// the number of the transaction that did (`xmax`), which the root of a partitioned table
    /// cannot tell (`cannot retrieve a system column in this context`): there its key is looked for
    /// in the table as it was before the statement.
    ///
    /// @param kept columns of it
    private String written(List<String> kept) {
        String insert =
                "INSERT INTO "
                        + target.table().sql()
                        + " AS t ("
                        + target.columnList()
                        + ") OVERRIDING SYSTEM VALUE SELECT "
                        + target.columnList()
                        + " FROM "
                        + stage
                        + " WHERE "
                        + TableName.quote(ordinalColumn)
                        + " >= ? AND "
                        + TableName.quote(ordinalColumn)
                        + " < ?"
                        + (target.key().isEmpty() ? "" : " ORDER BY " + target.keyList(""))
                        + onConflict()
                        + " RETURNING ";
        if (!target.partitioned()) {
            return "w AS (" + insert + listed(kept) + "(xmax = 0) AS fresh)";
        }
        if (onConflict().isEmpty()) {
            return "w AS (" + insert + listed(kept) + "true AS fresh)";
        }
        var columns = Stream.concat(kept.stream(), target.key().stream()).distinct().toList();
        return "i AS ("
                + insert
                + Target.list(columns, "t.")
                + "), w AS (SELECT i.*, NOT EXISTS (SELECT FROM "
                + target.table().sql()
                + " o WHERE "
                + target.keysEqual("o", "i")
                + ") AS fresh FROM i)";
    }

    private static String listed(List<String> columns) {
        return columns.isEmpty() ? "" : Target.list(columns, "t.") + ", ";
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
}
