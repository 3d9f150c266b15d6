package dev.lode.postgres.swap;

import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Reads from the catalog the statements that give a table or view again what stands beside its
/// columns. Every name in them is qualified as long as the caller keeps `search_path` at
/// `pg_catalog`. Stateless.
final class CarriedStatements {
    private static final String RELATION = "format('%I.%I', n.nspname, c.relname)";

    private CarriedStatements() {}

    /// Runs a statement that the server spelled: no JDBC escapes, no parameters.
    static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static List<String> texts(Connection connection, String sql, Object... values)
            throws SQLException {
        return Sql.list(connection, sql, row -> row.getString(1), values);
    }

    /// Makes an empty table with the columns of `table`, under another name.
    static List<String> create(Connection connection, long table, String shadow)
            throws SQLException {
        var statements = new ArrayList<String>();
        statements.addAll(
                texts(
                        connection,
                        """
                        SELECT format('CREATE TABLE %s (LIKE %I.%I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE%s)%s%s',
                                      ?::text, n.nspname, c.relname,
                                      CASE WHEN current_setting('server_version_num')::int >= 140000
                                           THEN ' INCLUDING COMPRESSION' ELSE '' END,
                                      CASE WHEN am.amname IS NULL THEN '' ELSE format(' USING %I', am.amname) END,
                                      CASE WHEN s.spcname IS NULL THEN '' ELSE format(' TABLESPACE %I', s.spcname) END)
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        LEFT JOIN pg_am am ON am.oid = c.relam
                        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
                        WHERE c.oid = ?::bigint::oid
                        """,
                        shadow,
                        table));
        statements.addAll(options(connection, table, shadow));
        statements.addAll(
                texts(
                        connection,
                        """
                        SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', ?::text, k.conname, pg_get_constraintdef(k.oid))
                        FROM pg_constraint k WHERE k.conrelid = ?::bigint::oid AND k.contype = 'c' ORDER BY k.conname
                        """,
                        shadow,
                        table));
        statements.addAll(columnSettings(connection, table, shadow));
        statements.addAll(
                texts(
                        connection,
                        """
                        SELECT format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (%s)', ?::text, a.attname,
                                      CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                                      format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s',
                                             s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                                             CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END))
                        FROM pg_attribute a
                        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
                            AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
                        JOIN pg_sequence s ON s.seqrelid = d.objid
                        WHERE a.attrelid = ?::bigint::oid AND a.attidentity <> '' AND NOT a.attisdropped ORDER BY a.attnum
                        """,
                        shadow,
                        table));
        return statements;
    }

    /// Storage parameters of a table, materialized view or index, and of the table's TOAST.
    private static List<String> options(Connection connection, long relation, String name)
            throws SQLException {
        return texts(
                connection,
                """
                SELECT format('ALTER %s %s SET (%s)',
                              CASE c.relkind WHEN 'i' THEN 'INDEX' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ?::text,
                              string_agg(format('%s%I = %L', o.prefix, split_part(o.option, '=', 1),
                                                substr(o.option, strpos(o.option, '=') + 1)), ', '))
                FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid,
                     LATERAL (SELECT '' AS prefix, unnest(c.reloptions) AS option
                              UNION ALL SELECT 'toast.', unnest(t.reloptions)) o
                WHERE c.oid = ?::bigint::oid GROUP BY c.relkind
                """,
                name,
                relation);
    }

    /// Statistics targets and options of columns.
    private static List<String> columnSettings(Connection connection, long relation, String name)
            throws SQLException {
        return texts(
                connection,
                """
                SELECT format('ALTER %s %s ALTER COLUMN %I SET %s',
                              CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ?::text, a.attname, s.setting)
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid,
                     LATERAL (SELECT 'STATISTICS ' || a.attstattarget AS setting WHERE a.attstattarget >= 0
                              UNION ALL
                              SELECT '(' || string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ')
                                     || ')' FROM unnest(a.attoptions) o HAVING count(*) > 0) s
                WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """,
                name,
                relation);
    }

    /// Storage and compression of the columns of a materialized view.
    private static List<String> columnStorage(Connection connection, long relation)
            throws SQLException {
        return texts(
                connection,
                """
                SELECT format('ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET %s',
                """
                        + RELATION
                        + """
                        , a.attname, s.setting)
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                        JOIN pg_type y ON y.oid = a.atttypid,
                             LATERAL (SELECT 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                             WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END AS setting
                                      WHERE a.attstorage <> y.typstorage
                                      UNION ALL
                                      SELECT 'COMPRESSION ' || CASE to_jsonb(a) ->> 'attcompression' WHEN 'l' THEN 'lz4' ELSE 'pglz' END
                                      WHERE to_jsonb(a) ->> 'attcompression' IN ('l', 'p')) s
                        WHERE a.attrelid = ?::bigint::oid AND c.relkind = 'm' AND a.attnum > 0 AND NOT a.attisdropped
                        ORDER BY a.attnum
                        """,
                relation);
    }

    /// The indexes of a table, as they are made on its shadow.
    static List<ShadowIndex> indexes(Connection connection, long table, String shadow)
            throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT ic.relname::text, i.indexrelid::bigint, k.conname IS NOT NULL, i.indisunique,
                       CASE WHEN i.indpred IS NULL AND i.indexprs IS NULL THEN
                           ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS c(attnum, place)
                                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.attnum
                                 WHERE c.place <= i.indnkeyatts ORDER BY c.place)
                       ELSE '{}' END,
                       coalesce(s.spcname::text, ''),
                       CASE WHEN k.contype = 'x' THEN format('ALTER TABLE %s ADD CONSTRAINT %I %s', ?::text,
                                'lode_index_' || i.indexrelid, pg_get_constraintdef(k.oid))
                            WHEN starts_with(pg_get_indexdef(i.indexrelid), p.prefix) THEN
                                format('CREATE %sINDEX %I ON %s USING ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
                                       'lode_index_' || i.indexrelid, ?::text)
                                || substr(pg_get_indexdef(i.indexrelid), length(p.prefix) + 1)
                            ELSE '' END,
                       ARRAY(SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s USING INDEX %I%s', ?::text,
                                           'lode_index_' || i.indexrelid,
                                           CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
                                           'lode_index_' || i.indexrelid,
                                           CASE WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
                                                WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END)
                             WHERE k.contype IN ('p', 'u')
                             UNION ALL
                             SELECT format('ALTER INDEX %I.%I SET (%s)', n.nspname, 'lode_index_' || i.indexrelid,
                                           string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '))
                             FROM unnest(ic.reloptions) o WHERE k.contype = 'x' HAVING count(*) > 0
                             UNION ALL
                             SELECT format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s', n.nspname,
                                           'lode_index_' || i.indexrelid, a.attnum, a.attstattarget)
                             FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
                FROM pg_index i
                JOIN pg_class ic ON ic.oid = i.indexrelid
                JOIN pg_class c ON c.oid = i.indrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
                LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
                    AND k.contype IN ('p', 'u', 'x'),
                LATERAL (SELECT format('CREATE %sINDEX %I ON %I.%I USING ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
                                       ic.relname, n.nspname, c.relname) AS prefix) p
                WHERE i.indrelid = ?::bigint::oid
                ORDER BY NOT i.indisprimary, NOT i.indisunique, ic.relname
                """,
                row -> {
                    var statements = new ArrayList<String>();
                    statements.add(row.getString(7));
                    statements.addAll(List.of((String[]) row.getArray(8).getArray()));
                    return new ShadowIndex(
                            row.getString(1),
                            "lode_index_" + row.getLong(2),
                            row.getBoolean(3),
                            row.getBoolean(4),
                            List.of((String[]) row.getArray(5).getArray()),
                            row.getString(6),
                            statements);
                },
                shadow,
                shadow,
                shadow,
                table);
    }

    /// The outgoing foreign keys of a table, as they are made on its shadow.
    ///
    /// @param siblings names of shadows, quoted, by the OIDs of their targets: keys between tables
    ///   that are swapped together are made between their shadows
    static List<ShadowKey> foreignKeys(
            Connection connection,
            long table,
            String shadow,
            List<Long> siblings,
            List<String> names)
            throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT k.conname::text,
                       format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', ?::text, k.conname,
                              CASE WHEN w.name IS NULL THEN d.definition
                                   WHEN starts_with(d.definition, p.prefix || p.referenced || '(')
                                   THEN p.prefix || w.name || substr(d.definition, length(p.prefix || p.referenced) + 1)
                                   ELSE '' END,
                              CASE WHEN k.convalidated AND e.enforced THEN ' NOT VALID' ELSE '' END),
                       k.convalidated AND e.enforced, coalesce(w.name, p.referenced)
                FROM pg_constraint k
                JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
                LEFT JOIN unnest(?::bigint[], ?::text[]) AS w(target, name) ON w.target = k.confrelid::bigint,
                LATERAL (SELECT pg_get_constraintdef(k.oid) AS definition) d,
                LATERAL (SELECT coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced) e,
                LATERAL (SELECT 'FOREIGN KEY (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY c.place)
                                                    FROM unnest(k.conkey) WITH ORDINALITY AS c(attnum, place)
                                                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum)
                                || ') REFERENCES ' AS prefix, format('%I.%I', rn.nspname, r.relname) AS referenced) p
                WHERE k.conrelid = ?::bigint::oid AND k.contype = 'f'
                ORDER BY k.conname
                """,
                row ->
                        new ShadowKey(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getString(4)),
                shadow,
                connection.createArrayOf("bigint", siblings.toArray()),
                connection.createArrayOf("text", names.toArray()),
                table);
    }

    /// What makes a view or materialized view again, without its privileges, triggers and rules.
    static List<String> view(Connection connection, long view) throws SQLException {
        var statements = new ArrayList<String>();
        statements.addAll(
                texts(
                        connection,
                        """
                        SELECT format('CREATE %s %s%s%s%s AS %s%s',
                                      CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
                        """
                                + RELATION
                                + """
                                , CASE WHEN am.amname IS NULL THEN '' ELSE format(' USING %I', am.amname) END,
                                  coalesce(' WITH (' || (SELECT string_agg(format('%I = %L', split_part(o, '=', 1),
                                                                           substr(o, strpos(o, '=') + 1)), ', ')
                                                         FROM unnest(c.reloptions) o) || ')', ''),
                                  CASE WHEN s.spcname IS NULL THEN '' ELSE format(' TABLESPACE %I', s.spcname) END,
                                  rtrim(pg_get_viewdef(c.oid), '; '),
                                  CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END)
                                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                LEFT JOIN pg_am am ON am.oid = c.relam AND c.relkind = 'm'
                                LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace AND c.relkind = 'm'
                                WHERE c.oid = ?::bigint::oid
                                """,
                        view));
        statements.addAll(
                texts(
                        connection,
                        "SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', "
                                + RELATION
                                + ", a.attname, pg_get_expr(f.adbin, f.adrelid)) FROM pg_attrdef f"
                                + " JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum ="
                                + " f.adnum JOIN pg_class c ON c.oid = f.adrelid JOIN pg_namespace"
                                + " n ON n.oid = c.relnamespace WHERE c.oid = ?::bigint::oid AND"
                                + " c.relkind = 'v' ORDER BY a.attnum",
                        view));
        statements.addAll(columnSettings(connection, view, relation(connection, view)));
        statements.addAll(columnStorage(connection, view));
        statements.addAll(
                texts(
                        connection,
                        """
                        SELECT s FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                        JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                        LEFT JOIN pg_tablespace t ON t.oid = x.reltablespace,
                        LATERAL (SELECT 1 AS step, format('SET LOCAL default_tablespace = %L', coalesce(t.spcname, '')) AS s
                                 UNION ALL SELECT 2, pg_get_indexdef(i.indexrelid)
                                 UNION ALL SELECT 3, format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s', n.nspname,
                                                            x.relname, a.attnum, a.attstattarget)
                                 FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0) m
                        WHERE c.oid = ?::bigint::oid AND c.relkind = 'm' ORDER BY x.relname, m.step
                        """,
                        view));
        statements.addAll(
                texts(
                        connection,
                        "SELECT format('ALTER %s %s OWNER TO %I', CASE c.relkind WHEN 'm' THEN"
                                + " 'MATERIALIZED VIEW' ELSE 'VIEW' END, "
                                + RELATION
                                + ", pg_get_userbyid(c.relowner)) FROM pg_class c JOIN pg_namespace"
                                + " n ON n.oid = c.relnamespace WHERE c.oid = ?::bigint::oid",
                        view));
        return statements;
    }

    /// The owner of a table, for the new one.
    static String owner(Connection connection, long table, String shadow) throws SQLException {
        return texts(
                        connection,
                        "SELECT format('ALTER TABLE %s OWNER TO %I', ?::text,"
                                + " pg_get_userbyid(relowner)) FROM pg_class WHERE oid ="
                                + " ?::bigint::oid",
                        shadow,
                        table)
                .getFirst();
    }

    /// The name of a relation, quoted.
    static String relation(Connection connection, long relation) throws SQLException {
        return texts(
                        connection,
                        "SELECT "
                                + RELATION
                                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE c.oid = ?::bigint::oid",
                        relation)
                .getFirst();
    }

    /// What a table or materialized view has that neither needs other objects nor is needed by
    /// them: marks, row security, extended statistics, privileges on columns, publications,
    /// comments.
    static List<String> marks(Connection connection, long relation) throws SQLException {
        // Publications take columns and rows of a table from PostgreSQL 15.
        boolean filters = connection.getMetaData().getDatabaseMajorVersion() >= 15;
        return texts(
                connection,
                """
                WITH rel AS (
                    SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name, quote_ident(n.nspname) AS nsp,
                           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?::bigint::oid
                )
                SELECT s FROM rel, LATERAL (
                    SELECT 1 AS step, 1 AS place, CASE relreplident WHEN 'f' THEN 'ALTER TABLE ' || name || ' REPLICA IDENTITY FULL'
                        WHEN 'n' THEN 'ALTER TABLE ' || name || ' REPLICA IDENTITY NOTHING' END AS s WHERE relkind = 'r'
                    UNION ALL
                    SELECT 1, 2, format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', name, x.relname)
                    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = rel.oid AND i.indisreplident
                    UNION ALL
                    SELECT 1, 3, format('ALTER %s %s CLUSTER ON %I', kind, name, x.relname)
                    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = rel.oid AND i.indisclustered
                    UNION ALL
                    SELECT 2, 1, 'ALTER TABLE ' || name || ' ENABLE ROW LEVEL SECURITY' WHERE relrowsecurity
                    UNION ALL
                    SELECT 2, 2, 'ALTER TABLE ' || name || ' FORCE ROW LEVEL SECURITY' WHERE relforcerowsecurity
                    UNION ALL
                    SELECT 3, e.oid::bigint, m.s FROM pg_statistic_ext e JOIN pg_namespace en ON en.oid = e.stxnamespace,
                    LATERAL (SELECT 1 AS part, pg_get_statisticsobjdef(e.oid) AS s
                             UNION ALL SELECT 2, format('ALTER STATISTICS %I.%I SET STATISTICS %s', en.nspname, e.stxname,
                                                        e.stxstattarget) WHERE e.stxstattarget >= 0
                             UNION ALL SELECT 3, format('COMMENT ON STATISTICS %I.%I IS %L', en.nspname, e.stxname, d.description)
                             FROM pg_description d
                             WHERE d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = e.oid
                             UNION ALL SELECT 4, format('ALTER STATISTICS %I.%I OWNER TO %I', en.nspname, e.stxname,
                                                        pg_get_userbyid(e.stxowner))
                             ORDER BY part) m
                    WHERE e.stxrelid = rel.oid
                    UNION ALL
                    SELECT 4, g.attnum * 1000000::bigint + g.place, format('GRANT %s (%I) ON TABLE %s TO %s%s', g.privileges,
                           g.attname, name, g.grantee, g.option)
                    FROM (SELECT a.attnum, a.attname, min(x.place) AS place,
                                 string_agg(x.privilege_type, format(' (%I), ', a.attname) ORDER BY x.place) AS privileges,
                                 CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS grantee,
                                 CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
                          FROM pg_attribute a, aclexplode(a.attacl)
                               WITH ORDINALITY AS x(grantor, grantee, privilege_type, is_grantable, place)
                          WHERE a.attrelid = rel.oid AND NOT a.attisdropped
                          GROUP BY a.attnum, a.attname, x.grantee, x.is_grantable) g
                    UNION ALL
                    SELECT 5, p.oid::bigint, format('ALTER PUBLICATION %I ADD TABLE ONLY %s%s%s', p.pubname, name,
                           coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) || ')'
                                     FROM unnest(PUBLISHED_COLUMNS)
                                          WITH ORDINALITY AS k(attnum, place)
                                     JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum = k.attnum), ''),
                           coalesce(' WHERE (' || PUBLISHED_ROWS || ')', ''))
                    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = rel.oid
                    UNION ALL
                    SELECT 6, d.objsubid, format('COMMENT ON %s IS %L', CASE d.objsubid WHEN 0 THEN kind || ' ' || name
                           ELSE format('COLUMN %s.%I', name, (SELECT attname FROM pg_attribute
                                                              WHERE attrelid = rel.oid AND attnum = d.objsubid)) END, d.description)
                    FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = rel.oid
                    UNION ALL
                    SELECT 7, k.oid::bigint, format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, name, d.description)
                    FROM pg_constraint k
                    JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
                    WHERE k.conrelid = rel.oid AND k.contype <> 't'
                    UNION ALL
                    SELECT 8, x.oid::bigint, format('COMMENT ON INDEX %s.%I IS %L', nsp, x.relname, d.description)
                    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                    JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0
                    WHERE i.indrelid = rel.oid
                    UNION ALL
                    SELECT 9, q.objid::bigint, format('COMMENT ON SEQUENCE %I.%I IS %L', sn.nspname, sq.relname, d.description)
                    FROM pg_depend q JOIN pg_class sq ON sq.oid = q.objid AND sq.relkind = 'S'
                    JOIN pg_namespace sn ON sn.oid = sq.relnamespace
                    JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = sq.oid AND d.objsubid = 0
                    WHERE q.classid = 'pg_class'::regclass AND q.refclassid = 'pg_class'::regclass AND q.refobjid = rel.oid
                      AND q.deptype = 'i'
                ) m WHERE s IS NOT NULL ORDER BY step, place
                """
                        .replace(
                                "PUBLISHED_COLUMNS", filters ? "r.prattrs::int2[]" : "NULL::int2[]")
                        .replace(
                                "PUBLISHED_ROWS",
                                filters ? "pg_get_expr(r.prqual, r.prrelid)" : "NULL::text"),
                relation);
    }

    /// Rules, triggers and policies: they may name other tables and views, so they come last.
    static List<String> actions(Connection connection, long relation) throws SQLException {
        return texts(
                connection,
                """
                WITH rel AS (
                    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?::bigint::oid
                )
                SELECT s FROM rel, LATERAL (
                    SELECT 1 AS step, r.rulename::text AS object, m.part, m.s FROM pg_rewrite r,
                    LATERAL (SELECT 1 AS part, rtrim(pg_get_ruledef(r.oid), '; ') AS s
                             UNION ALL SELECT 2, format('ALTER TABLE %s %s RULE %I', name, CASE r.ev_enabled WHEN 'D' THEN 'DISABLE'
                                              WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename)
                                       WHERE r.ev_enabled <> 'O'
                             UNION ALL SELECT 3, format('COMMENT ON RULE %I ON %s IS %L', r.rulename, name, d.description)
                                       FROM pg_description d WHERE d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid) m
                    WHERE r.ev_class = rel.oid AND r.rulename <> '_RETURN'
                    UNION ALL
                    SELECT 2, t.tgname::text, m.part, m.s FROM pg_trigger t,
                    LATERAL (SELECT 1 AS part, pg_get_triggerdef(t.oid) AS s
                             UNION ALL SELECT 2, format('ALTER TABLE %s %s TRIGGER %I', name, CASE t.tgenabled WHEN 'D' THEN 'DISABLE'
                                              WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
                                       WHERE t.tgenabled <> 'O'
                             UNION ALL SELECT 3, format('COMMENT ON TRIGGER %I ON %s IS %L', t.tgname, name, d.description)
                                       FROM pg_description d WHERE d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid) m
                    WHERE t.tgrelid = rel.oid AND NOT t.tgisinternal
                    UNION ALL
                    SELECT 3, p.polname::text, m.part, m.s FROM pg_policy p,
                    LATERAL (SELECT 1 AS part, format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, name,
                                    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                                    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                         WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                                    (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(o)) END, ', '
                                                       ORDER BY place)
                                     FROM unnest(p.polroles) WITH ORDINALITY AS u(o, place)),
                                    coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
                                    coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) AS s
                             UNION ALL SELECT 2, format('COMMENT ON POLICY %I ON %s IS %L', p.polname, name, d.description)
                                       FROM pg_description d WHERE d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid) m
                    WHERE p.polrelid = rel.oid
                ) m ORDER BY step, object, part
                """,
                relation);
    }
}
