package dev.lode.postgres.swap;

import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The privileges on a table, view or sequence, as they were granted, in their order.
///
/// @param kind `TABLE` or `SEQUENCE`
/// @param relation quoted
/// @param untouched whether nobody ever granted or revoked anything
/// @param grants whole statements
record CarriedAcl(String kind, String relation, boolean untouched, List<String> grants) {
    CarriedAcl {
        grants = List.copyOf(grants);
    }

    static List<CarriedAcl> read(Connection connection, long relation) throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', n.nspname, c.relname),
                       c.relacl IS NULL, ARRAY(
                    SELECT format('GRANT %s ON %s %I.%I TO %s%s', string_agg(privilege_type, ', ' ORDER BY place),
                                  CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname,
                                  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
                                  CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
                    FROM aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END,
                                                                  c.relowner)))
                         WITH ORDINALITY AS a(grantor, grantee, privilege_type, is_grantable, place)
                    GROUP BY grantee, is_grantable ORDER BY min(place))
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = ?::bigint::oid
                """,
                row ->
                        new CarriedAcl(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                List.of((String[]) row.getArray(4).getArray())),
                relation);
    }

    /// Gives the relation that has the name now exactly these: what default privileges gave it
    /// goes.
    void apply(Connection connection) throws SQLException {
        var holders =
                Sql.list(
                        connection,
                        """
                        SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
                        FROM pg_class c, aclexplode(coalesce(c.relacl,
                             acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner)))
                        WHERE c.oid = ?::regclass AND NOT (c.relacl IS NULL AND ?)
                        """,
                        row -> row.getString(1),
                        relation,
                        untouched);
        if (holders.isEmpty()) {
            return;
        }
        for (var holder : holders) {
            CarriedStatements.run(
                    connection, "REVOKE ALL ON " + kind + " " + relation + " FROM " + holder);
        }
        for (var grant : grants) {
            CarriedStatements.run(connection, grant);
        }
    }
}
