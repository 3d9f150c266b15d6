package dev.lode.core;

/// A table in a schema, both as the catalog spells them (not quoted).
public record TableName(String schema, String name) implements Comparable<TableName> {
    /// Both parts quoted for SQL.
    public String sql() {
        return quote(schema) + "." + quote(name);
    }

    /// An SQL identifier, quoted whatever it holds.
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema.equals("public") ? name : schema + "." + name;
    }
}
