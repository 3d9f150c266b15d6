package dev.lode.postgres.query;

import dev.lode.format.table.ColumnType;
import dev.lode.format.table.TableColumn;

import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The columns of a query, with the types that files of columns have for them. What such a file has
/// no type for is text as PostgreSQL writes it, which loses nothing: decimals without a precision
/// or with more than 38 digits, arrays, times of day, intervals, ranges, types of one's own.
///
/// Domains are what they are made of: so the server tells.
public final class ResultColumns {
    /// Types whose binary form is their text. A cast would trim the blanks of `character`.
    private static final Set<String> TEXT = Set.of("text", "varchar", "bpchar", "name", "json");

    private final List<TableColumn> columns;
    private final List<Boolean> asTheyAre;

    private ResultColumns(List<TableColumn> columns, List<Boolean> asTheyAre) {
        this.columns = List.copyOf(columns);
        this.asTheyAre = List.copyOf(asTheyAre);
    }

    /// Asks the server, without reading rows.
    public static ResultColumns of(Connection connection, String query) throws SQLException {
        var columns = new ArrayList<TableColumn>();
        var asTheyAre = new ArrayList<Boolean>();
        // No prepared statement: a question mark in the query is an operator.
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM (" + query + "\n) q LIMIT 0")) {
            var facts = rows.getMetaData();
            for (int i = 1; i <= facts.getColumnCount(); i++) {
                String type = facts.getColumnTypeName(i);
                columns.add(new TableColumn(facts.getColumnLabel(i), type(facts, i, type)));
                asTheyAre.add(TEXT.contains(type));
            }
        }
        return new ResultColumns(columns, asTheyAre);
    }

    /// In the query's order.
    public List<TableColumn> columns() {
        return columns;
    }

    /// A query of the same rows in the same order, all values as text.
    public String select(String query) {
        var names = new ArrayList<String>();
        var values = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            names.add("c" + i);
            values.add("c" + i + (asTheyAre.get(i) ? "" : "::text"));
        }
        return "SELECT "
                + String.join(", ", values)
                + " FROM ("
                + query
                + "\n) q("
                + String.join(", ", names)
                + ")";
    }

    /// pgjdbc calls columns with a sequence by the names of CREATE TABLE.
    private static ColumnType type(ResultSetMetaData facts, int column, String name)
            throws SQLException {
        return switch (name) {
            case "bool" -> new ColumnType.Bool();
            case "int2", "smallserial" -> new ColumnType.Whole(16);
            case "int4", "serial" -> new ColumnType.Whole(32);
            case "int8", "bigserial", "oid" -> new ColumnType.Whole(64);
            case "float4" -> new ColumnType.Real(32);
            case "float8" -> new ColumnType.Real(64);
            case "numeric" -> decimal(facts.getPrecision(column), facts.getScale(column));
            case "date" -> new ColumnType.Day();
            case "timestamp" -> new ColumnType.Moment(false);
            case "timestamptz" -> new ColumnType.Moment(true);
            case "uuid" -> new ColumnType.Uuid();
            case "bytea" -> new ColumnType.Bytes();
            case "json", "jsonb" -> new ColumnType.Json();
            default -> new ColumnType.Text();
        };
    }

    /// Without a precision there is 0; a negative scale comes as a large one.
    private static ColumnType decimal(int precision, int scale) {
        return ColumnType.Decimal.fits(precision, scale)
                ? new ColumnType.Decimal(precision, scale)
                : new ColumnType.Text();
    }
}
