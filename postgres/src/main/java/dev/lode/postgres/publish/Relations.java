package dev.lode.postgres.publish;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.publish.PartitionSpec;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.core.pack.publish.Rows;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.TableFacts;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What the catalog says of the tables and the query of a publication.
final class Relations {
    private Relations() {}

    /// The tables that a publication reads, in a query's case those that it is said to read.
    static Set<TableName> tables(PublicationSpec spec, String schema) {
        var names = new LinkedHashSet<TableName>();
        spec.table().ifPresent(table -> names.add(new TableName(schema, table)));
        spec.dependencies().forEach(each -> names.add(new TableName(schema, each.link().table())));
        spec.partition()
                .flatMap(PartitionSpec::list)
                .ifPresent(list -> names.add(new TableName(schema, list.table())));
        return names;
    }

    /// @throws LodeException of kind RESOURCE when a table is not there, USAGE when the query is
    ///   wrong
    static ItemSql read(
            Connection connection,
            PublicationSpec spec,
            String schema,
            Map<TableName, TableFacts> facts)
            throws SQLException {
        var found = new HashMap<String, Relation>();
        for (var name : tables(spec, schema)) {
            var table = facts.get(name);
            if (table == null) {
                throw missing(spec, name);
            }
            var types = new LinkedHashMap<String, String>();
            for (ColumnFacts column : table.columns()) {
                types.put(column.name(), castable(column.type()));
            }
            found.put("#" + name.name(), new Relation("table " + name, name.sql(), types));
        }
        spec.joins().forEach(join -> found.put(join.alias(), table(found, join.link().table())));
        found.put(
                "",
                switch (spec.rows()) {
                    case Rows.OfTable(String table) -> table(found, table);
                    case Rows.OfQuery query -> query(connection, spec, query);
                });
        return new ItemSql(spec, found, unique(spec, schema, facts));
    }

    private static boolean unique(
            PublicationSpec spec, String schema, Map<TableName, TableFacts> facts) {
        return spec.table().isPresent()
                && covered(facts.get(new TableName(schema, spec.table().get())), Set.of(spec.key()))
                && spec.joins().stream()
                        .allMatch(
                                join ->
                                        covered(
                                                facts.get(
                                                        new TableName(schema, join.link().table())),
                                                join.link().columns().keySet()));
    }

    /// Whether a key of the table holds no other columns than these.
    private static boolean covered(@Nullable TableFacts table, Set<String> columns) {
        return table != null
                && Stream.concat(table.primaryKey().stream(), table.uniques().stream())
                        .anyMatch(
                                key ->
                                        key.arbiter()
                                                && !key.columns().isEmpty()
                                                && columns.containsAll(key.columns()));
    }

    /// What the catalog says of all tables of some publications.
    static Map<TableName, TableFacts> facts(
            Connection connection, Collection<PublicationSpec> specs, String schema)
            throws SQLException {
        var names = new LinkedHashSet<TableName>();
        specs.forEach(spec -> names.addAll(tables(spec, schema)));
        return CatalogReader.tables(connection, names);
    }

    /// @throws LodeException of kind RESOURCE when a table is not there
    static void refuseMissing(
            Connection connection, Collection<PublicationSpec> specs, String schema)
            throws SQLException {
        for (var spec : specs) {
            for (var name : tables(spec, schema)) {
                if (Sql.number(
                                connection,
                                "SELECT count(*) FROM pg_class WHERE oid = to_regclass(?)",
                                name.sql())
                        == 0) {
                    throw missing(spec, name);
                }
            }
        }
    }

    private static LodeException missing(PublicationSpec spec, TableName name) {
        return LodeException.resource(
                "publication '"
                        + spec.name()
                        + "': table "
                        + name
                        + " is not in the database; nothing was published; load it, or leave this"
                        + " publication out with --only");
    }

    private static Relation table(Map<String, Relation> found, String name) {
        var relation = found.get("#" + name);
        if (relation == null) {
            throw LodeException.bug("table " + name + " was not looked up", null);
        }
        return relation;
    }

    /// A cast to a type with a length would cut.
    private static String castable(String type) {
        String bare = type.replaceAll("\\(\\d+(,-?\\d+)?\\)", "");
        return bare.equals("character") ? "bpchar" : bare;
    }

    private static Relation query(Connection connection, PublicationSpec spec, Rows.OfQuery query)
            throws SQLException {
        String sql = "(" + query.sql() + "\n)";
        var types = new LinkedHashMap<String, String>();
        try (var statement = connection.prepareStatement("SELECT * FROM " + sql + " t LIMIT 0");
                var rows = statement.executeQuery()) {
            var columns = rows.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                types.put(columns.getColumnLabel(i), typeOf(columns.getColumnTypeName(i)));
            }
        } catch (SQLException e) {
            if (PostgresErrors.state(e).startsWith("42")
                    && !List.of("42501", "42P01").contains(PostgresErrors.state(e))) {
                throw LodeException.usage(
                        "publication '"
                                + spec.name()
                                + "': "
                                + query.file().getFileName()
                                + ": "
                                + PostgresErrors.text(e)
                                + "; nothing was published; correct the query");
            }
            throw e;
        }
        return new Relation("the query", sql, types);
    }

    /// pgjdbc calls columns with a sequence by the names of CREATE TABLE.
    private static String typeOf(String name) {
        return switch (name) {
            case "smallserial", "int2" -> "smallint";
            case "serial", "int4" -> "integer";
            case "bigserial", "int8" -> "bigint";
            default -> name;
        };
    }
}
