package dev.lode.postgres.swap;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What hangs on tables that are to be swapped, by `pg_depend`: views at any depth, foreign keys of
/// other tables, and whatever Lode does not know how to carry over. The caller keeps `search_path`
/// at `pg_catalog`. Stateless.
final class Dependants {
    /// The objects that belong to relations of `rel` and go or come with them.
    private static final String OWN =
            """
            rel AS (SELECT unnest(?::bigint[])::oid AS oid),
            own(classid, objid) AS (
                SELECT 'pg_class'::regclass::oid, oid FROM rel
                UNION SELECT 'pg_type'::regclass, y.oid FROM pg_type y JOIN rel ON y.typrelid = rel.oid
                UNION SELECT 'pg_type'::regclass, y.typarray FROM pg_type y JOIN rel ON y.typrelid = rel.oid WHERE y.typarray <> 0
                UNION SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i JOIN rel ON i.indrelid = rel.oid
                UNION SELECT 'pg_class'::regclass, c.reltoastrelid FROM pg_class c JOIN rel USING (oid) WHERE c.reltoastrelid <> 0
                UNION SELECT 'pg_type'::regclass, y.oid FROM pg_type y
                    JOIN pg_class c ON c.reltoastrelid = y.typrelid AND y.typrelid <> 0
                    JOIN rel ON rel.oid = c.oid
                UNION SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i
                    JOIN pg_class c ON c.reltoastrelid = i.indrelid JOIN rel ON rel.oid = c.oid
                UNION SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k JOIN rel ON k.conrelid = rel.oid
                UNION SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN rel ON t.tgrelid = rel.oid
                UNION SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p JOIN rel ON p.polrelid = rel.oid
                UNION SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN rel ON r.ev_class = rel.oid
                UNION SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s JOIN rel ON s.stxrelid = rel.oid
                UNION SELECT 'pg_attrdef'::regclass, f.oid FROM pg_attrdef f JOIN rel ON f.adrelid = rel.oid
                UNION SELECT 'pg_class'::regclass, d.objid FROM pg_depend d JOIN rel ON d.refobjid = rel.oid
                    JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
                    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
                UNION SELECT 'pg_type'::regclass, q.reltype FROM pg_depend d JOIN rel ON d.refobjid = rel.oid
                    JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S' AND q.reltype <> 0
                    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
            )
            """;

    private Dependants() {}

    /// A view on a table that is swapped, or on such a view.
    record View(long oid, String name, boolean materialized, String owner) {}

    /// A foreign key of a table that is not swapped.
    ///
    /// @param drop statement that takes it away
    /// @param add statement that makes it again, NOT VALID; runs after the swap
    /// @param comment statement; empty for none
    /// @param validate whether it vouched for its rows
    record IncomingKey(
            TableName table,
            String name,
            String drop,
            String add,
            String comment,
            boolean validate) {}

    private static Array array(Connection connection, Collection<Long> oids) throws SQLException {
        return connection.createArrayOf("bigint", oids.toArray());
    }

    /// Views in an order in which they can be dropped: who uses another comes before it.
    static List<View> views(Connection connection, Collection<Long> tables) throws SQLException {
        return Sql.list(
                connection,
                """
                WITH RECURSIVE v AS (
                    SELECT r.ev_class AS oid, 1 AS depth FROM pg_depend d
                    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND r.rulename = '_RETURN'
                    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (?::bigint[]::oid[])
                    UNION
                    SELECT r.ev_class, v.depth + 1 FROM v
                    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
                    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND r.rulename = '_RETURN'
                    WHERE r.ev_class <> v.oid AND v.depth < 100
                )
                SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind = 'm',
                       quote_ident(pg_get_userbyid(c.relowner))
                FROM (SELECT oid, max(depth) AS depth FROM v GROUP BY oid) d
                JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
                ORDER BY d.depth DESC, c.oid
                """,
                row ->
                        new View(
                                row.getLong(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getString(4)),
                array(connection, tables));
    }

    /// Foreign keys that refer to the tables, of tables outside of them.
    static List<IncomingKey> incomingKeys(Connection connection, Collection<Long> tables)
            throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT n.nspname::text, c.relname::text, k.conname::text,
                       format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname),
                       format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s%s', n.nspname, c.relname, k.conname,
                              pg_get_constraintdef(k.oid), CASE WHEN k.convalidated AND e.enforced THEN ' NOT VALID' ELSE '' END),
                       coalesce((SELECT format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', k.conname, n.nspname, c.relname,
                                               d.description)
                                 FROM pg_description d
                                 WHERE d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid), ''),
                       k.convalidated AND e.enforced
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
                LATERAL (SELECT coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced) e
                WHERE k.contype = 'f' AND k.confrelid = ANY (?::bigint[]::oid[]) AND k.conrelid <> ALL (?::bigint[]::oid[])
                ORDER BY n.nspname, c.relname, k.conname
                """,
                row ->
                        new IncomingKey(
                                new TableName(row.getString(1), row.getString(2)),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getBoolean(7)),
                array(connection, tables),
                array(connection, tables));
    }

    /// Why the tables cannot be swapped, one sentence for each reason; empty when they can.
    static List<String> refusals(Connection connection, Collection<Long> tables)
            throws SQLException {
        var relations = new ArrayList<>(tables);
        views(connection, tables).forEach(view -> relations.add(view.oid()));
        var reasons = new ArrayList<String>();
        var all = array(connection, relations);
        var own = array(connection, tables);
        reasons.addAll(unknown(connection, all, own));
        reasons.addAll(kinds(connection, own));
        reasons.addAll(
                Sql.list(
                        connection,
                        "WITH "
                                + OWN
                                + """
                                SELECT pg_describe_object(d.classid, d.objid, 0) || ' belongs to '
                                       || pg_describe_object(d.refclassid, d.refobjid, 0)
                                FROM pg_depend d JOIN own USING (classid, objid) WHERE d.deptype IN ('e', 'x')
                                UNION
                                SELECT pg_describe_object(l.classoid, l.objoid, l.objsubid) || ' has a security label'
                                FROM pg_seclabel l JOIN own ON own.classid = l.classoid AND own.objid = l.objoid
                                UNION
                                SELECT pg_describe_object('pg_class'::regclass, c.oid, 0)
                                       || ' has privileges that another role than its owner granted'
                                FROM own JOIN pg_class c ON own.classid = 'pg_class'::regclass AND c.oid = own.objid,
                                     aclexplode(c.relacl) a WHERE a.grantor <> c.relowner
                                UNION
                                SELECT pg_describe_object('pg_class'::regclass, c.oid, t.attnum)
                                       || ' has privileges that another role than its owner granted'
                                FROM rel JOIN pg_class c USING (oid) JOIN pg_attribute t ON t.attrelid = c.oid,
                                     aclexplode(t.attacl) a WHERE a.grantor <> c.relowner
                                UNION
                                SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) || ' is owned by '
                                       || pg_get_userbyid(c.relowner) || ', whose rights this role does not have'
                                FROM rel JOIN pg_class c USING (oid) WHERE NOT pg_has_role(c.relowner, 'USAGE')
                                ORDER BY 1
                                """,
                        row -> row.getString(1),
                        all));
        return reasons;
    }

    private static List<String> unknown(Connection connection, Array all, Array tables)
            throws SQLException {
        return Sql.list(
                connection,
                "WITH "
                        + OWN
                        + """
                        SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) || ' depends on '
                               || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
                        FROM pg_depend d JOIN own ON d.refclassid = own.classid AND d.refobjid = own.objid
                        WHERE NOT EXISTS (SELECT FROM own x WHERE x.classid = d.classid AND x.objid = d.objid)
                          AND NOT (d.classid = 'pg_constraint'::regclass AND EXISTS (
                              SELECT FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                              WHERE k.oid = d.objid AND k.contype = 'f' AND k.confrelid = ANY (?::bigint[]::oid[])
                                AND c.relkind = 'r' AND k.conparentid = 0
                                AND coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false) = false
                                AND pg_has_role(c.relowner, 'USAGE')))
                          AND NOT (d.classid = 'pg_trigger'::regclass AND EXISTS (
                              SELECT FROM pg_trigger t WHERE t.oid = d.objid AND t.tgisinternal))
                          AND d.classid <> 'pg_publication_rel'::regclass
                          AND NOT (d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND EXISTS (
                              SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relkind = 'S'))
                        ORDER BY 1
                        """,
                row -> row.getString(1),
                all,
                tables);
    }

    private static List<String> kinds(Connection connection, Array tables) throws SQLException {
        return Sql.list(
                connection,
                """
                WITH t AS (SELECT c.*, format('table %I.%I ', n.nspname, c.relname) AS name
                           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE c.oid = ANY (?::bigint[]::oid[]))
                SELECT name || why FROM t, LATERAL (
                    SELECT 'is not an ordinary table' AS why WHERE relkind <> 'r'
                    UNION ALL SELECT 'is a partition' WHERE relispartition
                    UNION ALL SELECT 'is not logged, or temporary' WHERE relpersistence <> 'p'
                    UNION ALL SELECT 'has a type (CREATE TABLE ... OF)' WHERE reloftype <> 0
                    UNION ALL SELECT 'inherits, or is inherited from'
                        WHERE EXISTS (SELECT FROM pg_inherits h WHERE t.oid IN (h.inhrelid, h.inhparent))
                    UNION ALL SELECT 'is filled by a subscription'
                        WHERE EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = t.oid)
                    UNION ALL SELECT format('has an invalid index %I', x.relname)
                        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                        WHERE i.indrelid = t.oid AND NOT (i.indisvalid AND i.indisready)
                    UNION ALL SELECT format('has a constraint %I of a kind that is not carried over (%s)', k.conname,
                                            pg_get_constraintdef(k.oid))
                        FROM pg_constraint k WHERE k.conrelid = t.oid
                          AND (k.contype NOT IN ('c', 'f', 'p', 'u', 'x', 'n', 't')
                               OR coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false)
                               OR k.contype = 'n' AND NOT k.convalidated)
                    UNION ALL SELECT format('has a constraint %I whose inner triggers are not in their usual state', k.conname)
                        FROM pg_constraint k
                        WHERE k.contype = 'f' AND t.oid IN (k.conrelid, k.confrelid) AND EXISTS (
                            SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O')
                ) r ORDER BY 1
                """,
                row -> row.getString(1),
                tables);
    }
}
