package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.LocalSettings;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads from the catalog what tables have that could be suspended, and the statements that would
/// give it back. Every name in a statement is qualified. PostgreSQL 13 to 18.
///
/// What `pg_get_constraintdef` and `pg_get_indexdef` leave out is in statements of its own, as in
/// the output of `pg_dump`: tablespace, statistics targets, comment, CLUSTER mark.
final class SuspendableReader {
    private static final Map<String, String> SETTINGS =
            // Compiling these queries takes longer than running them.
            Map.of("search_path", "pg_catalog, pg_temp", "jit", "off");

    private SuspendableReader() {}

    /// Everything of the tables, in the order in which it was made.
    ///
    /// @param incoming whether keys of other tables that refer to these are read too
    static List<Suspendable> read(
            Connection connection, Collection<Long> tableOids, boolean incoming)
            throws SQLException {
        return read(connection, tableOids, incoming, EnumSet.allOf(SuspendKind.class));
    }

    /// Only what is of these kinds.
    static List<Suspendable> read(
            Connection connection,
            Collection<Long> tableOids,
            boolean incoming,
            Set<SuspendKind> kinds)
            throws SQLException {
        return LocalSettings.during(
                connection,
                SETTINGS,
                () -> {
                    var all = new ArrayList<Suspendable>();
                    if (kinds.contains(SuspendKind.FOREIGN_KEY)) {
                        all.addAll(foreignKeys(connection, tableOids, incoming));
                    }
                    if (kinds.contains(SuspendKind.INDEX)) {
                        all.addAll(indexes(connection, tableOids));
                    }
                    if (kinds.contains(SuspendKind.TRIGGER)) {
                        all.addAll(triggers(connection, tableOids));
                    }
                    if (kinds.contains(SuspendKind.AUTOVACUUM)) {
                        all.addAll(autovacuum(connection, tableOids));
                    }
                    return all;
                });
    }

    /// OIDs of those of the tables that exist and are tables.
    static List<Long> oids(Connection connection, Collection<TableName> names) throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT c.oid::bigint FROM unnest(?::text[], ?::text[]) AS w(nsp, rel)
                JOIN pg_catalog.pg_namespace n ON n.nspname::text = w.nsp
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname::text = w.rel
                WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
                """,
                row -> row.getLong(1),
                connection.createArrayOf("text", names.stream().map(TableName::schema).toArray()),
                connection.createArrayOf("text", names.stream().map(TableName::name).toArray()));
    }

    /// Keys of partitioned tables can come back in steps from PostgreSQL 18 on; what belongs to a
    /// key of a parent is dropped and made with that.
    private static List<Suspendable> foreignKeys(
            Connection connection, Collection<Long> oids, boolean incoming) throws SQLException {
        String sql =
                """
                SELECT f.conrelid::bigint, n.nspname::text, t.relname::text, f.conname::text,
                       rn.nspname::text, r.relname::text, f.confrelid::bigint,
                       regexp_replace(pg_get_constraintdef(f.oid), ' NOT VALID$', ''), f.convalidated,
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
                       f.confmatchtype = 'f',
                       (SELECT coalesce(sum(pg_table_size(l.relid)), 0)::bigint
                        FROM (SELECT t.oid::regclass AS relid WHERE t.relkind = 'r'
                              UNION ALL SELECT relid FROM pg_partition_tree(t.oid) WHERE t.relkind = 'p') l),
                       format('ALTER TABLE %I.%I', n.nspname, t.relname),
                       format('%I', f.conname),
                       format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', f.conname, n.nspname, t.relname,
                              obj_description(f.oid, 'pg_constraint')),
                       obj_description(f.oid, 'pg_constraint') IS NOT NULL,
                       CASE
                         WHEN f.conparentid <> 0 THEN 'it is part of a key of the partitioned table above'
                         WHEN NOT pg_has_role(t.relowner, 'USAGE')
                             THEN format('table %s belongs to role %I', t.oid::regclass, pg_get_userbyid(t.relowner))
                         WHEN NOT pg_has_role(r.relowner, 'USAGE')
                             THEN format('table %s belongs to role %I', r.oid::regclass, pg_get_userbyid(r.relowner))
                         WHEN 'p' IN (t.relkind, r.relkind) AND current_setting('server_version_num')::int < 180000
                             THEN 'before PostgreSQL 18 a key of partitioned tables cannot come back in steps'
                         WHEN coalesce((to_jsonb(f) ->> 'conperiod')::boolean, false) THEN 'it is a temporal key'
                         WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled <> 'O')
                             THEN 'its triggers are not as the server made them (ALTER TABLE ... DISABLE TRIGGER ALL)'
                         WHEN EXISTS (SELECT FROM pg_depend d WHERE d.deptype IN ('e', 'x')
                                      AND (d.classid = 'pg_class'::regclass AND d.objid IN (t.oid, r.oid)
                                           OR d.classid = 'pg_constraint'::regclass AND d.objid = f.oid))
                             THEN 'it belongs to an extension'
                         WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid IN (t.oid, r.oid))
                             THEN 'a subscription writes its tables, which no fence keeps away'
                         WHEN EXISTS (SELECT FROM pg_constraint k
                                      WHERE k.conparentid = f.oid AND k.conrelid <> f.conrelid
                                        AND (k.conname <> f.conname OR obj_description(k.oid, 'pg_constraint') IS NOT NULL))
                             THEN 'a partition has it under a name or with a comment of its own'
                         ELSE '' END
                FROM pg_constraint f
                JOIN pg_class t ON t.oid = f.conrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                JOIN pg_class r ON r.oid = f.confrelid
                JOIN pg_namespace rn ON rn.oid = r.relnamespace
                LEFT JOIN pg_constraint above ON above.oid = f.conparentid
                WHERE f.contype = 'f' AND coalesce((to_jsonb(f) ->> 'conenforced')::boolean, true)
                  AND above.conrelid IS DISTINCT FROM f.conrelid
                  AND (f.conrelid = ANY (?::bigint[]::oid[]) OR ? AND f.confrelid = ANY (?::bigint[]::oid[]))
                ORDER BY f.oid
                """;
        var array = connection.createArrayOf("int8", oids.toArray());
        return Sql.list(connection, sql, SuspendableReader::foreignKey, array, incoming, array);
    }

    private static Suspendable foreignKey(ResultSet row) throws SQLException {
        String alter = row.getString(15);
        String name = row.getString(16);
        boolean validated = row.getBoolean(9);
        var creates = new ArrayList<String>();
        creates.add(alter + " ADD CONSTRAINT " + name + " " + row.getString(8) + " NOT VALID");
        return new Suspendable(
                SuspendKind.FOREIGN_KEY,
                new TableName(row.getString(2), row.getString(3)),
                row.getLong(1),
                row.getString(4),
                Optional.of(new TableName(row.getString(5), row.getString(6))),
                row.getLong(7),
                row.getString(8),
                "",
                alter + " DROP CONSTRAINT " + name,
                creates,
                row.getBoolean(18) ? List.of(row.getString(17)) : List.of(),
                validated,
                new KeyColumns(
                        strings(row, 10), strings(row, 11), strings(row, 12), row.getBoolean(13)),
                row.getLong(14),
                row.getString(19));
    }

    /// Indexes that guard the rows or that others need are listed with the reason why they stay,
    /// primary keys are not. The index of a partitioned table comes with those of its partitions:
    /// as `pg_dump` does, each is made for itself and then attached.
    private static List<Suspendable> indexes(Connection connection, Collection<Long> oids)
            throws SQLException {
        String sql =
                """
                SELECT t.oid::bigint, n.nspname::text, t.relname::text, c.relname::text,
                       (SELECT string_agg(pg_get_indexdef(m.relid), '; ' ORDER BY m.level, pg_get_indexdef(m.relid))
                        FROM (%1$s) m),
                       format('DROP INDEX %%I.%%I', n.nspname, c.relname),
                       ARRAY(SELECT s.sql FROM (%1$s) m, LATERAL (VALUES
                                 (1, format('SELECT pg_catalog.set_config(''default_tablespace'', %%L, true)', m.space)),
                                 (2, pg_get_indexdef(m.relid))) s(place, sql) ORDER BY m.level, m.relid, s.place)
                       || ARRAY(SELECT format('ALTER INDEX %%s ATTACH PARTITION %%s', m.parent::regclass, m.relid::regclass)
                                FROM (%1$s) m WHERE m.level > 0 ORDER BY m.level DESC, m.relid),
                       ARRAY(SELECT format('ALTER INDEX %%s ALTER COLUMN %%s SET STATISTICS %%s',
                                           m.relid::regclass, a.attnum, a.attstattarget)
                             FROM (%1$s) m JOIN pg_attribute a ON a.attrelid = m.relid
                             WHERE a.attnum > 0 AND coalesce(a.attstattarget, -1) >= 0
                             ORDER BY m.level, m.relid, a.attnum)
                       || ARRAY(SELECT format('COMMENT ON INDEX %%s IS %%L', m.relid::regclass,
                                              obj_description(m.relid, 'pg_class'))
                                FROM (%1$s) m WHERE obj_description(m.relid, 'pg_class') IS NOT NULL ORDER BY m.level, m.relid)
                       || ARRAY(SELECT format('ALTER TABLE %%s CLUSTER ON %%I', x.indrelid::regclass, mc.relname)
                                FROM (%1$s) m JOIN pg_index x ON x.indexrelid = m.relid JOIN pg_class mc ON mc.oid = m.relid
                                WHERE x.indisclustered ORDER BY m.level, m.relid),
                       (SELECT bool_and(x.indisvalid AND x.indisready) FROM (%1$s) m
                        JOIN pg_index x ON x.indexrelid = m.relid),
                       (SELECT sum(pg_relation_size(m.relid))::bigint FROM (%1$s) m),
                       CASE
                         WHEN NOT pg_has_role(t.relowner, 'USAGE')
                             THEN format('table %%s belongs to role %%I', t.oid::regclass, pg_get_userbyid(t.relowner))
                         WHEN i.indisreplident THEN 'it is the replica identity'
                         WHEN con.contype = 'u' THEN 'it serves a unique constraint'
                         WHEN con.contype = 'x' THEN 'it serves an exclusion constraint'
                         WHEN i.indisunique OR i.indisexclusion THEN 'it is unique: it guards the rows'
                         WHEN c.relispartition THEN 'it is part of an index of the partitioned table above'
                         WHEN NOT i.indisvalid OR NOT i.indisready THEN 'it is invalid'
                         WHEN EXISTS (SELECT FROM (%1$s) m JOIN pg_depend d ON d.classid = 'pg_class'::regclass
                                      AND d.objid IN (m.relid, t.oid) AND d.deptype IN ('e', 'x'))
                             THEN 'it belongs to an extension, or depends on one'
                         WHEN NOT has_schema_privilege(n.oid, 'CREATE')
                             THEN format('role %%I may not create in schema %%I, so it could not be built again', current_user, n.nspname)
                         WHEN EXISTS (SELECT FROM (%1$s) m JOIN pg_class mc ON mc.oid = m.relid
                                      WHERE mc.reltablespace <> 0 AND NOT has_tablespace_privilege(mc.reltablespace, 'CREATE'))
                             THEN format('role %%I may not create in its tablespace, so it could not be built again', current_user)
                         ELSE coalesce((SELECT 'needed by ' || string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
                                        FROM (%1$s) m JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass
                                             AND d.refobjid = m.relid AND d.deptype NOT IN ('P', 'S')), '')
                         END
                FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_class t ON t.oid = i.indrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid
                    AND con.contype IN ('p', 'u', 'x')
                WHERE i.indrelid = ANY (?::bigint[]::oid[]) AND NOT i.indisprimary
                ORDER BY c.oid
                """
                        .formatted(
                                """
                                SELECT b.oid AS relid, p.parentrelid AS parent, p.level,
                                       coalesce((SELECT spcname FROM pg_tablespace WHERE oid = b.reltablespace), '') AS space
                                FROM (SELECT c.oid::regclass AS relid, NULL::regclass AS parentrelid, 0 AS level
                                      WHERE c.relkind = 'i'
                                      UNION ALL SELECT relid, parentrelid, level FROM pg_partition_tree(c.oid)
                                      WHERE c.relkind = 'I') p
                                JOIN pg_class b ON b.oid = p.relid
                                """);
        return Sql.list(
                connection,
                sql,
                row ->
                        new Suspendable(
                                SuspendKind.INDEX,
                                new TableName(row.getString(2), row.getString(3)),
                                row.getLong(1),
                                row.getString(4),
                                Optional.empty(),
                                0,
                                row.getString(5),
                                "",
                                row.getString(6),
                                strings(row, 7),
                                strings(row, 8),
                                row.getBoolean(9),
                                KeyColumns.NONE,
                                row.getLong(10),
                                row.getString(11)),
                connection.createArrayOf("int8", oids.toArray()));
    }

    /// Only those that run in ordinary sessions: others cost a load nothing. Their text is the
    /// definition with the letter of their state in front.
    private static List<Suspendable> triggers(Connection connection, Collection<Long> oids)
            throws SQLException {
        String sql =
                """
                SELECT t.oid::bigint, n.nspname::text, t.relname::text, g.tgname::text,
                       g.tgenabled::text, pg_get_triggerdef(g.oid),
                       format('ALTER TABLE %I.%I', n.nspname, t.relname), format('%I', g.tgname),
                       CASE
                         WHEN NOT pg_has_role(t.relowner, 'USAGE')
                             THEN format('table %s belongs to role %I', t.oid::regclass, pg_get_userbyid(t.relowner))
                         WHEN t.relkind = 'p' THEN 'its table is partitioned'
                         WHEN g.tgparentid <> 0 THEN 'it is part of a trigger of the partitioned table above'
                         ELSE '' END
                FROM pg_trigger g
                JOIN pg_class t ON t.oid = g.tgrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE t.oid = ANY (?::bigint[]::oid[]) AND NOT g.tgisinternal AND g.tgname <> 'lode_fence'
                ORDER BY g.oid
                """;
        return Sql.list(
                connection,
                sql,
                row -> {
                    String state = row.getString(5);
                    String alter = row.getString(7);
                    String name = row.getString(8);
                    String enable =
                            switch (state) {
                                case "A" -> " ENABLE ALWAYS TRIGGER ";
                                case "R" -> " ENABLE REPLICA TRIGGER ";
                                case "D" -> " DISABLE TRIGGER ";
                                default -> " ENABLE TRIGGER ";
                            };
                    boolean fires = state.equals("O") || state.equals("A");
                    return new Suspendable(
                            SuspendKind.TRIGGER,
                            new TableName(row.getString(2), row.getString(3)),
                            row.getLong(1),
                            row.getString(4),
                            Optional.empty(),
                            0,
                            state + " " + row.getString(6),
                            "D " + row.getString(6),
                            alter + " DISABLE TRIGGER " + name,
                            List.of(alter + enable + name),
                            List.of(),
                            true,
                            KeyColumns.NONE,
                            0,
                            fires ? row.getString(9) : "it does not run in ordinary sessions");
                },
                connection.createArrayOf("int8", oids.toArray()));
    }

    /// The options are reset and set again in their old order: `pg_dump` writes them in the order
    /// in which they were set.
    private static List<Suspendable> autovacuum(Connection connection, Collection<Long> oids)
            throws SQLException {
        String sql =
                """
                SELECT t.oid::bigint, n.nspname::text, t.relname::text, format('ALTER TABLE %I.%I', n.nspname, t.relname),
                       (SELECT string_agg(o.name || ' = ' || quote_literal(o.value), ', ' ORDER BY o.toast, o.place) FROM opts o),
                       (SELECT string_agg(o.name || ' = ' || quote_literal(o.value), ', ' ORDER BY o.toast, o.place)
                        FROM (SELECT * FROM opts v WHERE v.name NOT IN ('autovacuum_enabled', 'toast.autovacuum_enabled')
                              UNION ALL SELECT false, 1000, 'autovacuum_enabled', 'false'
                              UNION ALL SELECT true, 1000, 'toast.autovacuum_enabled', 'false' WHERE x.reloptions IS NOT NULL) o),
                       (SELECT string_agg(o.name, ', ') FROM opts o),
                       x.reloptions IS NOT NULL,
                       EXISTS (SELECT FROM opts o WHERE o.name = 'autovacuum_enabled'
                               AND o.value IN ('false', 'off', 'no', '0', 'f', 'n')),
                       coalesce(pg_relation_size(t.oid), 0),
                       CASE
                         WHEN NOT pg_has_role(t.relowner, 'USAGE')
                             THEN format('table %s belongs to role %I', t.oid::regclass, pg_get_userbyid(t.relowner))
                         ELSE '' END
                FROM pg_class t
                JOIN pg_namespace n ON n.oid = t.relnamespace
                LEFT JOIN pg_class x ON x.oid = t.reltoastrelid
                CROSS JOIN LATERAL (SELECT 1) one
                WHERE t.oid = ANY (?::bigint[]::oid[]) AND t.relkind = 'r'
                ORDER BY t.oid
                """
                        .replace(
                                "FROM opts",
                                """
                                FROM (SELECT e.toast, e.place, e.prefix || split_part(e.option, '=', 1) AS name,
                                             substr(e.option, strpos(e.option, '=') + 1) AS value
                                      FROM (SELECT false AS toast, u.place, '' AS prefix, u.option
                                            FROM unnest(t.reloptions) WITH ORDINALITY u(option, place)
                                            UNION ALL SELECT true, u.place, 'toast.', u.option
                                            FROM unnest(x.reloptions) WITH ORDINALITY u(option, place)) e)
                                """)
                        .replace("CROSS JOIN LATERAL (SELECT 1) one\n", "");
        return Sql.list(
                connection,
                sql,
                row -> {
                    String alter = row.getString(4);
                    String before = Optional.ofNullable(row.getString(5)).orElse("");
                    String meanwhile = row.getString(6);
                    var creates = new ArrayList<String>();
                    creates.add(
                            alter
                                    + " RESET (autovacuum_enabled, toast.autovacuum_enabled"
                                    + Optional.ofNullable(row.getString(7))
                                            .map(names -> ", " + names)
                                            .orElse("")
                                    + ")");
                    if (!before.isEmpty()) {
                        creates.add(alter + " SET (" + before + ")");
                    }
                    return new Suspendable(
                            SuspendKind.AUTOVACUUM,
                            new TableName(row.getString(2), row.getString(3)),
                            row.getLong(1),
                            "autovacuum",
                            Optional.empty(),
                            0,
                            before,
                            meanwhile,
                            alter
                                    + " SET (autovacuum_enabled = false"
                                    + (row.getBoolean(8)
                                            ? ", toast.autovacuum_enabled = false"
                                            : "")
                                    + ")",
                            creates,
                            List.of(),
                            true,
                            KeyColumns.NONE,
                            row.getLong(10),
                            row.getBoolean(9) ? "it is off already" : row.getString(11));
                },
                connection.createArrayOf("int8", oids.toArray()));
    }

    private static List<String> strings(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
