package dev.lode.postgres.verify;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.ForeignKeyFacts;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The SQL that finds rows whose reference is missing, with the meaning the server gives to a
/// foreign key: the key's own operators, and NULL as MATCH SIMPLE or MATCH FULL treat it.
public final class AntiJoin {
    private AntiJoin() {}

    /// A condition on the rows of a table under the name `alias`: their key refers to a row that is
    /// not in the referenced table. The table has to have the key's columns in their types; it may
    /// be the table of the key or a copy.
    public static String condition(ForeignKeyFacts key, String alias) {
        return missingIn(key, alias, key.referencedTable().sql());
    }

    /// Rows of a staging table whose reference is neither in the referenced table nor, for a key of
    /// a table to itself, among the staged rows. Where such rows are taken out, the rows that refer
    /// to them come to light only after that: ask again until there are none.
    ///
    /// @param stage SQL of a table with the key's columns in their types
    /// @param ordinal column of `stage` that numbers the rows
    /// @return a query for ordinals, in their order
    public static String orphansInStage(ForeignKeyFacts key, String stage, String ordinal) {
        return "SELECT s."
                + TableName.quote(ordinal)
                + " FROM "
                + stage
                + " s WHERE "
                + condition(key, "s")
                + (key.toItself() ? " AND " + missingIn(key, "s", stage) : "")
                + " ORDER BY 1";
    }

    private static String missingIn(ForeignKeyFacts key, String alias, String table) {
        String absent =
                "NOT EXISTS (SELECT FROM "
                        + table
                        + " r WHERE "
                        + IntStream.range(0, key.columns().size())
                                .mapToObj(
                                        i ->
                                                "r."
                                                        + TableName.quote(
                                                                key.referencedColumns().get(i))
                                                        + " "
                                                        + key.operators().get(i)
                                                        + " "
                                                        + column(key, i, alias))
                                .collect(Collectors.joining(" AND "))
                        + ")";
        String allSet = nulls(key, alias, " IS NOT NULL", " AND ");
        return key.matchFull() && key.columns().size() > 1
                ? "("
                        + nulls(key, alias, " IS NOT NULL", " OR ")
                        + ") AND ("
                        + nulls(key, alias, " IS NULL", " OR ")
                        + " OR "
                        + absent
                        + ")"
                : allSet + " AND " + absent;
    }

    private static String nulls(ForeignKeyFacts key, String alias, String test, String glue) {
        return IntStream.range(0, key.columns().size())
                .mapToObj(i -> column(key, i, alias) + test)
                .collect(Collectors.joining(glue));
    }

    private static String column(ForeignKeyFacts key, int place, String alias) {
        return alias + "." + TableName.quote(key.columns().get(place));
    }
}
