package dev.lode.postgres.document;

import dev.lode.core.TableName;
import dev.lode.core.pack.document.LookupSpec;
import dev.lode.format.json.LookupIds;
import dev.lode.format.json.LookupTexts;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/// Numbers of texts, given in a short transaction of their own before the rows that need them: it
/// holds no lock that a load waits for, and a number that nobody uses in the end does no harm.
/// Thread safe.
final class LookupTables {
    /// Texts that are remembered: documents that bring new ones for ever must not fill the memory.
    private static final int MOST_TEXTS = 100_000;

    private final String schema;
    private final List<LookupSpec> lookups;
    private final LookupIds ids;

    LookupTables(String schema, List<LookupSpec> lookups, LookupIds ids) {
        this.schema = schema;
        this.lookups = lookups;
        this.ids = ids;
    }

    /// Remembers what is there.
    void read(Connection connection) throws SQLException {
        for (int lookup = 0; lookup < lookups.size(); lookup++) {
            var spec = lookups.get(lookup);
            for (var row :
                    Sql.list(
                            connection,
                            select(spec) + " ORDER BY 1 DESC",
                            found -> texts(spec, found))) {
                ids.put(new LookupTexts(lookup, row.texts), OptionalLong.of(row.id));
            }
        }
    }

    private record Found(long id, List<String> texts) {}

    private static Found texts(LookupSpec spec, ResultSet row) throws SQLException {
        var texts = new ArrayList<String>();
        for (int i = 0; i < spec.key().size(); i++) {
            texts.add(row.getString(i + 2));
        }
        return new Found(row.getLong(1), texts);
    }

    private String select(LookupSpec spec) {
        return "SELECT "
                + TableName.quote(spec.id())
                + ", "
                + String.join(
                        ", ",
                        spec.key().stream().map(key -> TableName.quote(key) + "::text").toList())
                + " FROM "
                + new TableName(schema, spec.table()).sql()
                + " WHERE num_nulls("
                + String.join(", ", spec.key().stream().map(TableName::quote).toList())
                + ") = 0";
    }

    /// Finds the numbers of texts, and gives numbers to those that have none.
    ///
    /// @param connection in auto-commit
    void resolve(Connection connection, Collection<LookupTexts> missing) throws SQLException {
        connection.setAutoCommit(false);
        try {
            var found = new ArrayList<OptionalLong>();
            var sorted =
                    missing.stream()
                            .sorted(
                                    java.util.Comparator.comparingInt(LookupTexts::lookup)
                                            .thenComparing(texts -> texts.texts().toString()))
                            .toList();
            for (var texts : sorted) {
                found.add(resolve(connection, texts));
            }
            connection.commit();
            if (ids.size() > MOST_TEXTS) {
                // What is needed is asked for again.
                ids.clear();
            }
            for (int i = 0; i < sorted.size(); i++) {
                ids.put(sorted.get(i), found.get(i));
            }
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private OptionalLong resolve(Connection connection, LookupTexts texts) throws SQLException {
        var spec = lookups.get(texts.lookup());
        var table = new TableName(schema, spec.table());
        if (spec.create()) {
            FixedRowsWriter.lock(connection, table);
        }
        var conditions =
                String.join(
                        "",
                        spec.key().stream()
                                .map(key -> " AND " + TableName.quote(key) + "::text = ?")
                                .toList());
        var there =
                Sql.first(
                        connection,
                        select(spec) + conditions + " ORDER BY 1 LIMIT 1",
                        row -> row.getLong(1),
                        texts.texts().toArray());
        if (there.isPresent()) {
            return OptionalLong.of(there.get());
        }
        if (!spec.create()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                Sql.number(
                        connection,
                        "INSERT INTO "
                                + table.sql()
                                + " ("
                                + String.join(
                                        ", ", spec.key().stream().map(TableName::quote).toList())
                                + ") VALUES ("
                                + String.join(", ", spec.key().stream().map(key -> "?").toList())
                                + ") RETURNING "
                                + TableName.quote(spec.id()),
                        texts.texts().toArray()));
    }
}
