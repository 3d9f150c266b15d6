package dev.lode.testkit.postgres;

import java.util.ArrayList;
import java.util.List;

/// What `pg_dump --schema-only` would say of the tables of a database, and some more, read from the
/// catalog: for servers that no `pg_dump` of this machine can read. Schema `lode` is left out. Two
/// databases (or one at two times) with the same dump have the same tables, indexes, constraints,
/// triggers, options and comments.
public final class CatalogDump {
    private static final String OURS =
            " NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lode') ";
    private static final List<String> QUERIES =
            List.of(
                    """
                    SELECT 'relation ' || c.oid::regclass, c.relkind::text, c.relpersistence::text, c.reloptions::text, c.relreplident::text,
                           x.reloptions::text, c.relispartition::text, pg_get_expr(c.relpartbound, c.oid), c.relrowsecurity::text,
                           pg_get_userbyid(c.relowner)::text, (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
                           c.relacl::text, CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
                    FROM pg_class c LEFT JOIN pg_class x ON x.oid = c.reltoastrelid
                    WHERE c.relnamespace::regnamespace::text OURS ORDER BY c.oid::regclass::text COLLATE "C"
                    """,
                    """
                    SELECT 'column ' || a.attrelid::regclass || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                           a.attidentity::text, a.attgenerated::text, coalesce(a.attstattarget, -1)::text, a.attstorage::text,
                           a.attoptions::text, pg_get_expr(d.adbin, d.adrelid)
                    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    WHERE c.relnamespace::regnamespace::text OURS AND a.attnum > 0 ORDER BY c.oid::regclass::text COLLATE "C", a.attnum
                    """,
                    """
                    SELECT 'index ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), i.indisvalid::text, i.indisready::text,
                           i.indisclustered::text, i.indisreplident::text, i.indisunique::text, i.indisprimary::text,
                           (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
                    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                    WHERE c.relnamespace::regnamespace::text OURS ORDER BY i.indexrelid::regclass::text COLLATE "C"
                    """,
                    """
                    SELECT 'constraint ' || k.conrelid::regclass || '.' || k.conname, k.contype::text, pg_get_constraintdef(k.oid),
                           k.convalidated::text, k.conindid::regclass::text, k.confrelid::regclass::text, k.coninhcount::text,
                           (SELECT p.conname::text FROM pg_constraint p WHERE p.oid = k.conparentid),
                           (SELECT string_agg(g.tgenabled::text || g.tgtype, ',' ORDER BY g.tgtype, g.tgenabled) FROM pg_trigger g
                            WHERE g.tgconstraint = k.oid)
                    FROM pg_constraint k WHERE k.connamespace::regnamespace::text OURS
                    ORDER BY k.conrelid::regclass::text COLLATE "C", k.conname, k.confrelid::regclass::text COLLATE "C"
                    """,
                    """
                    SELECT 'trigger ' || g.tgrelid::regclass || '.' || g.tgname, pg_get_triggerdef(g.oid), g.tgenabled::text
                    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
                    WHERE NOT g.tgisinternal AND c.relnamespace::regnamespace::text OURS
                    ORDER BY g.tgrelid::regclass::text COLLATE "C", g.tgname
                    """,
                    """
                    SELECT 'comment ' || i.type || ' ' || i.identity, d.description
                    FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
                    WHERE d.objoid >= 16384 AND i.identity NOT LIKE '%lode.%' ORDER BY i.type COLLATE "C", i.identity COLLATE "C"
                    """);

    private CatalogDump() {}

    /// One line for each thing.
    public static List<String> of(Db db) {
        var lines = new ArrayList<String>();
        for (String query : QUERIES) {
            for (var row : db.rows(query.replace("OURS", OURS))) {
                lines.add(row.toString());
            }
        }
        return lines;
    }
}
