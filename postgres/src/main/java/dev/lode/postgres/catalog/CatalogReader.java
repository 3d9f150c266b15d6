package dev.lode.postgres.catalog;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;

import org.jspecify.annotations.Nullable;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads [TableFacts] with six queries, however many tables are asked for. Answers do not depend on
/// the session's `search_path`: every name in a definition is qualified. PostgreSQL 13 to 18.
///
/// Takes ACCESS SHARE locks for moments, so it waits behind an ACCESS EXCLUSIVE lock as long as
/// `lock_timeout` allows.
public final class CatalogReader {
    /// So many tables in one statement: a server plans a long UNION by going deep.
    private static final int TABLES_AT_ONCE = 200;

    private static final Map<String, String> SETTINGS =
            Map.of("search_path", "pg_catalog, pg_temp");

    private CatalogReader() {}

    /// The facts of one table, or nothing where no table, view or foreign table has that name.
    ///
    /// @throws SQLException as the server gave it
    public static Optional<TableFacts> table(Connection connection, TableName name)
            throws SQLException {
        return Optional.ofNullable(tables(connection, List.of(name)).get(name));
    }

    /// The facts of those tables that exist, in the order of `names`.
    ///
    /// @throws SQLException as the server gave it
    public static Map<TableName, TableFacts> tables(
            Connection connection, Collection<TableName> names) throws SQLException {
        return LocalSettings.during(connection, SETTINGS, () -> read(connection, names));
    }

    private static Map<TableName, TableFacts> read(
            Connection connection, Collection<TableName> names) throws SQLException {
        Map<Long, TableParts> parts = relations(connection, names);
        if (!parts.isEmpty()) {
            columns(connection, parts);
            indexes(connection, parts);
            foreignKeys(connection, parts);
            triggers(connection, parts);
            rowsPresent(connection, parts);
        }
        Map<TableName, TableFacts> byName =
                parts.values().stream()
                        .map(TableParts::facts)
                        .collect(Collectors.toMap(TableFacts::name, facts -> facts));
        var ordered = new LinkedHashMap<TableName, TableFacts>();
        names.forEach(
                name ->
                        Optional.ofNullable(byName.get(name))
                                .ifPresent(facts -> ordered.put(name, facts)));
        return ordered;
    }

    private static Map<Long, TableParts> relations(
            Connection connection, Collection<TableName> names) throws SQLException {
        String sql =
                """
                SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, c.relispartition,
                       c.relpersistence::text, pg_get_userbyid(c.relowner)::text,
                       pg_has_role(c.relowner, 'USAGE'), c.relrowsecurity, row_security_active(c.oid),
                       c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT')
                           AND has_schema_privilege(n.oid, 'USAGE'),
                       CASE c.relkind WHEN 'p'
                           THEN (SELECT coalesce(sum(l.relpages), 0) FROM pg_partition_tree(c.oid) t
                                 JOIN pg_class l ON l.oid = t.relid)
                           ELSE c.relpages END::bigint,
                       CASE c.relkind WHEN 'p'
                           THEN (SELECT coalesce(sum(pg_total_relation_size(t.relid)), 0)
                                 FROM pg_partition_tree(c.oid) t)
                           ELSE coalesce(pg_total_relation_size(c.oid), 0) END::bigint
                FROM (SELECT DISTINCT * FROM unnest(?::text[], ?::text[])) AS w(nsp, rel)
                JOIN pg_namespace n ON n.nspname = w.nsp::name AND n.nspname::text = w.nsp
                JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel::name AND c.relname::text = w.rel
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                """;
        try (PreparedStatement ask = connection.prepareStatement(sql)) {
            ask.setArray(1, textArray(connection, names.stream().map(TableName::schema)));
            ask.setArray(2, textArray(connection, names.stream().map(TableName::name)));
            var parts = new LinkedHashMap<Long, TableParts>();
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    var table = new TableParts(row);
                    parts.put(table.oid, table);
                }
            }
            return parts;
        }
    }

    private static void columns(Connection connection, Map<Long, TableParts> parts)
            throws SQLException {
        String sql =
                """
                WITH RECURSIVE att AS (
                    SELECT * FROM pg_attribute
                    WHERE attrelid = ANY (?::bigint[]::oid[]) AND attnum > 0 AND NOT attisdropped
                ), chain AS (
                    SELECT DISTINCT t.oid AS domain, t.oid, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull,
                           t.typdefault IS NOT NULL AS typhasdefault
                    FROM att JOIN pg_type t ON t.oid = att.atttypid
                    UNION ALL
                    SELECT c.domain, t.oid, t.typtype, t.typbasetype,
                           CASE WHEN c.typtypmod >= 0 THEN c.typtypmod ELSE t.typtypmod END,
                           c.typnotnull OR t.typnotnull, c.typhasdefault OR t.typdefault IS NOT NULL
                    FROM chain c JOIN pg_type t ON t.oid = c.typbasetype
                    WHERE c.typtype = 'd'
                )
                SELECT a.attrelid::bigint, a.attname::text, format_type(a.atttypid, a.atttypmod),
                       CASE n.nspname WHEN 'pg_catalog' THEN b.typname::text
                           ELSE n.nspname || '.' || b.typname END,
                       CASE WHEN b.oid IN ('varchar'::regtype, 'bpchar'::regtype)
                           THEN greatest(0, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE c.typtypmod END - 4)
                           ELSE 0 END,
                       a.attnotnull OR c.typnotnull,
                       a.atthasdef OR a.attidentity <> '' OR c.typhasdefault,
                       a.attidentity::text, a.attgenerated::text, a.attstorage::text,
                       (to_jsonb(a) ->> 'attcompression')
                FROM att a
                JOIN chain c ON c.domain = a.atttypid AND c.typtype <> 'd'
                JOIN pg_type b ON b.oid = c.oid
                JOIN pg_namespace n ON n.oid = b.typnamespace
                ORDER BY a.attrelid, a.attnum
                """;
        each(connection, sql, parts, 1, row -> part(parts, row, 1).columns.add(column(row)));
    }

    private static ColumnFacts column(ResultSet row) throws SQLException {
        return new ColumnFacts(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                row.getBoolean(6),
                row.getBoolean(7),
                switch (row.getString(8)) {
                    case "a" -> ColumnFacts.Identity.ALWAYS;
                    case "d" -> ColumnFacts.Identity.BY_DEFAULT;
                    default -> ColumnFacts.Identity.NONE;
                },
                switch (row.getString(9)) {
                    case "s" -> ColumnFacts.Generated.STORED;
                    case "v" -> ColumnFacts.Generated.VIRTUAL;
                    default -> ColumnFacts.Generated.NO;
                },
                row.getString(10).charAt(0),
                compression(row.getString(11)));
    }

    /// Null before PostgreSQL 14, which has no such column.
    private static String compression(@Nullable String letter) {
        if (letter == null) {
            return "";
        }
        return switch (letter) {
            case "l" -> "lz4";
            case "p" -> "pglz";
            default -> "";
        };
    }

    private static void indexes(Connection connection, Map<Long, TableParts> parts)
            throws SQLException {
        String sql =
                """
                SELECT i.indrelid::bigint, ic.relname::text, pg_get_indexdef(i.indexrelid),
                       i.indisvalid AND i.indisready, i.indisunique, i.indisprimary, con.conname::text,
                       ARRAY(SELECT a.attname::text
                             FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
                             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                             WHERE k.place <= i.indnkeyatts ORDER BY k.place),
                       i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisexclusion
                FROM pg_index i
                JOIN pg_class ic ON ic.oid = i.indexrelid
                LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid
                    AND con.contype IN ('p', 'u', 'x')
                WHERE i.indrelid = ANY (?::bigint[]::oid[])
                ORDER BY i.indrelid, NOT i.indisprimary, ic.relname
                """;
        each(
                connection,
                sql,
                parts,
                1,
                row -> {
                    TableParts table = part(parts, row, 1);
                    var index =
                            new IndexFacts(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getBoolean(4),
                                    row.getBoolean(5),
                                    row.getBoolean(6),
                                    row.getString(7),
                                    strings(row, 8));
                    table.indexes.add(index);
                    if (index.unique()) {
                        String constraint = index.constraint();
                        table.keys.add(
                                new KeyFacts(
                                        constraint != null ? constraint : index.name(),
                                        index.columns(),
                                        index.primary(),
                                        index.valid() && row.getBoolean(9)));
                    }
                });
    }

    /// Partitions repeat the keys of their parents; a repetition that says nothing new about the
    /// table asked for is left out.
    private static void foreignKeys(Connection connection, Map<Long, TableParts> parts)
            throws SQLException {
        String sql =
                """
                SELECT f.oid::bigint, f.conname::text, n.nspname::text, t.relname::text, f.conrelid::bigint,
                       rn.nspname::text, r.relname::text, f.confrelid::bigint,
                       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, place)
                             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
                             ORDER BY k.place),
                       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, place)
                             JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum
                             ORDER BY k.place),
                       ARRAY(SELECT format('OPERATOR(%I.%s)', opn.nspname, o.oprname)
                             FROM unnest(f.conpfeqop) WITH ORDINALITY AS k(op, place)
                             JOIN pg_operator o ON o.oid = k.op
                             JOIN pg_namespace opn ON opn.oid = o.oprnamespace
                             ORDER BY k.place),
                       f.confmatchtype = 'f', f.condeferrable, f.condeferred, f.convalidated,
                       coalesce((to_jsonb(f) ->> 'conenforced')::boolean, true), pg_get_constraintdef(f.oid),
                       f.conrelid = ANY (?::bigint[]::oid[]) AND above.conrelid IS DISTINCT FROM f.conrelid,
                       f.confrelid = ANY (?::bigint[]::oid[]) AND above.confrelid IS DISTINCT FROM f.confrelid
                FROM pg_constraint f
                JOIN pg_class t ON t.oid = f.conrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                JOIN pg_class r ON r.oid = f.confrelid
                JOIN pg_namespace rn ON rn.oid = r.relnamespace
                LEFT JOIN pg_constraint above ON above.oid = f.conparentid
                WHERE f.contype = 'f'
                  AND (f.conrelid = ANY (?::bigint[]::oid[]) OR f.confrelid = ANY (?::bigint[]::oid[]))
                ORDER BY n.nspname, t.relname, f.conname, f.oid
                """;
        each(
                connection,
                sql,
                parts,
                4,
                row -> {
                    var key =
                            new ForeignKeyFacts(
                                    row.getLong(1),
                                    row.getString(2),
                                    new TableName(row.getString(3), row.getString(4)),
                                    row.getLong(5),
                                    strings(row, 9),
                                    new TableName(row.getString(6), row.getString(7)),
                                    row.getLong(8),
                                    strings(row, 10),
                                    strings(row, 11),
                                    row.getBoolean(12),
                                    row.getBoolean(13),
                                    row.getBoolean(14),
                                    row.getBoolean(15),
                                    row.getBoolean(16),
                                    row.getString(17));
                    if (row.getBoolean(18)) {
                        part(parts, row, 5).foreignKeys.add(key);
                    }
                    if (row.getBoolean(19)) {
                        part(parts, row, 8).incoming.add(key);
                    }
                });
    }

    /// The bits of `tgtype` are those of PostgreSQL's `catalog/pg_trigger.h`.
    private static void triggers(Connection connection, Map<Long, TableParts> parts)
            throws SQLException {
        String sql =
                """
                SELECT g.tgrelid::bigint, g.tgname::text, g.tgenabled::text, g.tgtype::int,
                       format('%I.%I', n.nspname, p.proname), pg_get_triggerdef(g.oid)
                FROM pg_trigger g
                JOIN pg_proc p ON p.oid = g.tgfoid
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE g.tgrelid = ANY (?::bigint[]::oid[]) AND NOT g.tgisinternal
                ORDER BY g.tgrelid, g.tgname
                """;
        each(
                connection,
                sql,
                parts,
                1,
                row -> {
                    int bits = row.getInt(4);
                    var events = new ArrayList<String>();
                    addIf(events, bits, 4, "INSERT");
                    addIf(events, bits, 16, "UPDATE");
                    addIf(events, bits, 8, "DELETE");
                    addIf(events, bits, 32, "TRUNCATE");
                    part(parts, row, 1)
                            .triggers
                            .add(
                                    new TriggerFacts(
                                            row.getString(2),
                                            row.getString(3).charAt(0),
                                            (bits & 64) != 0
                                                    ? "INSTEAD OF"
                                                    : (bits & 2) != 0 ? "BEFORE" : "AFTER",
                                            events,
                                            (bits & 1) != 0,
                                            row.getString(5),
                                            row.getString(6)));
                });
    }

    private static void addIf(List<String> events, int bits, int bit, String event) {
        if ((bits & bit) != 0) {
            events.add(event);
        }
    }

    private static void rowsPresent(Connection connection, Map<Long, TableParts> parts)
            throws SQLException {
        var readable = parts.values().stream().filter(table -> table.readable).toList();
        for (int from = 0; from < readable.size(); from += TABLES_AT_ONCE) {
            int to = Math.min(readable.size(), from + TABLES_AT_ONCE);
            String sql =
                    readable.subList(from, to).stream()
                            .map(
                                    table ->
                                            "SELECT "
                                                    + table.oid
                                                    + "::bigint, EXISTS (SELECT FROM "
                                                    + table.name.sql()
                                                    + ")")
                            .collect(Collectors.joining(" UNION ALL "));
            try (var ask = connection.createStatement();
                    ResultSet row = ask.executeQuery(sql)) {
                while (row.next()) {
                    part(parts, row, 1).hasRows = row.getBoolean(2);
                }
            }
        }
    }

    private interface RowReader {
        void accept(ResultSet row) throws SQLException;
    }

    private static void each(
            Connection connection,
            String sql,
            Map<Long, TableParts> parts,
            int parameters,
            RowReader reader)
            throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(sql)) {
            Array oids = connection.createArrayOf("int8", parts.keySet().toArray());
            for (int parameter = 1; parameter <= parameters; parameter++) {
                ask.setArray(parameter, oids);
            }
            try (ResultSet rows = ask.executeQuery()) {
                while (rows.next()) {
                    reader.accept(rows);
                }
            }
        }
    }

    private static TableParts part(Map<Long, TableParts> parts, ResultSet row, int column)
            throws SQLException {
        TableParts table = parts.get(row.getLong(column));
        if (table == null) {
            throw LodeException.bug(
                    "catalog: a row about relation " + row.getLong(column) + ", not asked for",
                    null);
        }
        return table;
    }

    private static Array textArray(Connection connection, Stream<String> values)
            throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private static List<String> strings(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    /// What is gathered about one table while the queries run.
    private static final class TableParts {
        final long oid;
        final TableName name;
        final char relkind;
        final boolean partition;
        final char persistence;
        final String owner;
        final boolean owned;
        final boolean rowSecurity;
        final boolean rowSecurityActive;
        final boolean readable;
        final long pages;
        final long bytes;
        final List<ColumnFacts> columns = new ArrayList<>();
        final List<KeyFacts> keys = new ArrayList<>();
        final List<ForeignKeyFacts> foreignKeys = new ArrayList<>();
        final List<ForeignKeyFacts> incoming = new ArrayList<>();
        final List<IndexFacts> indexes = new ArrayList<>();
        final List<TriggerFacts> triggers = new ArrayList<>();
        boolean hasRows;

        TableParts(ResultSet row) throws SQLException {
            oid = row.getLong(1);
            name = new TableName(row.getString(2), row.getString(3));
            relkind = row.getString(4).charAt(0);
            partition = row.getBoolean(5);
            persistence = row.getString(6).charAt(0);
            owner = row.getString(7);
            owned = row.getBoolean(8);
            rowSecurity = row.getBoolean(9);
            rowSecurityActive = row.getBoolean(10);
            readable = row.getBoolean(11);
            pages = row.getLong(12);
            bytes = row.getLong(13);
            hasRows = relkind != 'v' && relkind != 'f' && bytes > 0 && pages > 0;
        }

        TableFacts facts() {
            return new TableFacts(
                    oid,
                    name,
                    relkind,
                    partition,
                    persistence,
                    owner,
                    owned,
                    rowSecurity,
                    rowSecurityActive,
                    hasRows,
                    pages,
                    bytes,
                    columns,
                    keys.stream().filter(KeyFacts::primary).findFirst(),
                    keys.stream().filter(key -> !key.primary()).toList(),
                    foreignKeys,
                    incoming,
                    indexes,
                    triggers);
        }
    }
}
