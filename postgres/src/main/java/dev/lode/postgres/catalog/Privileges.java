package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks up what the current role may not do.
public final class Privileges {
    private Privileges() {}

    /// What a piece of work does to a table.
    public enum Need {
        SELECT,
        INSERT,
        UPDATE,
        DELETE,
        /// Indexes, constraints, triggers: only for the owner and members of its role.
        OWNER
    }

    /// The privileges in `needs` that the role lacks for tables that exist; a schema that may not
    /// be used is told once and alone. Column privileges do not count: COPY and merge want the
    /// whole table.
    ///
    /// @throws SQLException as the server gave it
    public static List<MissingPrivilege> missing(
            Connection connection, Collection<TableName> tables, Set<Need> needs)
            throws SQLException {
        String sql =
                """
                SELECT n.nspname::text, c.relname::text, current_user::text,
                       pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
                       pg_catalog.has_table_privilege(c.oid, 'SELECT') AS "SELECT",
                       pg_catalog.has_table_privilege(c.oid, 'INSERT') AS "INSERT",
                       pg_catalog.has_table_privilege(c.oid, 'UPDATE') AS "UPDATE",
                       pg_catalog.has_table_privilege(c.oid, 'DELETE') AS "DELETE",
                       pg_catalog.pg_has_role(c.relowner, 'USAGE') AS "OWNER",
                       pg_catalog.pg_get_userbyid(c.relowner)::text
                FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS w(nsp, rel, place)
                JOIN pg_catalog.pg_namespace n ON n.nspname = w.nsp
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                ORDER BY w.place
                """;
        var missing = new ArrayList<MissingPrivilege>();
        var closedSchemas = new HashSet<String>();
        try (PreparedStatement ask = connection.prepareStatement(sql)) {
            ask.setArray(
                    1,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableName::schema).toArray()));
            ask.setArray(
                    2,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableName::name).toArray()));
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    var table = new TableName(row.getString(1), row.getString(2));
                    String role = row.getString(3);
                    if (!row.getBoolean(4)) {
                        if (closedSchemas.add(table.schema())) {
                            missing.add(closedSchema(table, role));
                        }
                        continue;
                    }
                    for (Need need : Need.values()) {
                        if (needs.contains(need) && !row.getBoolean(need.name())) {
                            missing.add(closedTable(table, role, need, row.getString(10)));
                        }
                    }
                }
            }
        }
        return missing;
    }

    private static MissingPrivilege closedSchema(TableName table, String role) {
        String command =
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(table.schema())
                        + " TO "
                        + TableName.quote(role);
        return new MissingPrivilege(
                table,
                "USAGE",
                "schema '" + table.schema() + "'",
                "role '" + role + "' may not use it",
                "run as its owner: " + command,
                command);
    }

    private static MissingPrivilege closedTable(
            TableName table, String role, Need need, String owner) {
        String place = "table '" + table + "'";
        if (need == Need.OWNER) {
            String command = "GRANT " + TableName.quote(owner) + " TO " + TableName.quote(role);
            return new MissingPrivilege(
                    table,
                    "OWNER",
                    place,
                    "role '"
                            + role
                            + "' is not its owner '"
                            + owner
                            + "', and indexes, constraints and triggers are the"
                            + " owner's",
                    "connect as '" + owner + "', or run as a superuser: " + command,
                    command);
        }
        String command = "GRANT " + need + " ON " + table.sql() + " TO " + TableName.quote(role);
        return new MissingPrivilege(
                table,
                need.name(),
                place,
                "role '" + role + "' has no " + need + " right",
                "run as '" + owner + "': " + command,
                command);
    }
}
