package dev.lode.postgres.publish;

import dev.lode.core.TableName;
import dev.lode.core.pack.publish.ColumnRef;
import dev.lode.core.pack.publish.Content;
import dev.lode.core.pack.publish.Field;
import dev.lode.core.pack.publish.Join;
import dev.lode.core.pack.publish.Link;
import dev.lode.core.pack.publish.PartitionSpec;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.core.pack.publish.PublicationSpec.Dependency;
import dev.lode.core.pack.publish.Shape;
import dev.lode.core.pack.publish.Template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The queries of one publication. Rows are chosen and put into order first, by an inner query that
/// carries plain columns only: what is compressed out of line stays so through a sort. Documents
/// are made of them afterwards.
///
/// Every query of items gives the key, the partition, then the content: one column of JSON, or the
/// columns of a record, all as text.
final class ItemSql {
    private static final Set<String> WHOLE_NUMBERS = Set.of("smallint", "integer", "bigint");

    private final PublicationSpec spec;
    private final Map<String, Relation> relations;
    private final Map<ColumnRef, String> carried = new LinkedHashMap<>();
    private final String content;
    private final int width;
    private final boolean wholeNumbers;
    private final boolean unique;
    private String lateral = "";

    /// @param relations by alias; the publication's own rows under the empty one, tables of fields
    ///   under their names behind a `#`
    /// @param unique whether the catalog vouches for it that no key occurs twice
    ItemSql(PublicationSpec spec, Map<String, Relation> relations, boolean unique) {
        this.spec = spec;
        this.unique = unique;
        this.relations = relations;
        spec.joins().forEach(join -> checkLink(join.link(), relation(join.alias())));
        this.wholeNumbers = WHOLE_NUMBERS.contains(type(key()));
        switch (spec.content()) {
            case Content.Json json -> {
                content = document(json.shape());
                width = 1;
            }
            case Content.Csv csv -> {
                content =
                        csv.columns().stream()
                                .map(column -> carry(column) + "::text")
                                .collect(Collectors.joining(", "));
                width = csv.columns().size();
            }
            case Content.Columns(var columns, var document, var _) -> {
                var values = new ArrayList<String>();
                columns.forEach(column -> values.add(asText(column)));
                document.ifPresent(shape -> values.add(document(shape)));
                content = String.join(", ", values);
                width = values.size();
            }
        }
        partition().ifPresent(p -> type(p.column()));
    }

    PublicationSpec spec() {
        return spec;
    }

    /// Columns of content behind key and partition.
    int width() {
        return width;
    }

    /// Whether the catalog vouches for it that no key occurs twice.
    boolean isUnique() {
        return unique;
    }

    /// Everything but the rows that decides the items.
    String definition() {
        return spec.content() + "|" + items("", true);
    }

    /// Whether keys are whole numbers, of which those from 0 up are in order as they are.
    boolean wholeNumbers() {
        return wholeNumbers;
    }

    /// All items of a partition, in the order of keys.
    ///
    /// @param numeric whether keys are whole numbers from 0 up
    String ofPartition(String partition, boolean numeric) {
        return items(partition().map(p -> " WHERE " + lies(p, partition)).orElse(""), numeric);
    }

    /// Key and partition of all items of a partition, in the order of keys.
    String keysOfPartition(String partition, boolean numeric) {
        return "SELECT "
                + plainKey()
                + ", "
                + partitionValue()
                + " FROM "
                + from(spec.joins().size())
                + partition().map(p -> " WHERE " + lies(p, partition)).orElse("")
                + " ORDER BY "
                + order(numeric);
    }

    /// Items of some keys, in the order of keys.
    String ofKeys(Collection<String> keys, boolean numeric) {
        return items(" WHERE " + isOneOf("t", key(), keys), numeric);
    }

    /// Key and partition of some keys.
    String places(Collection<String> keys) {
        return "SELECT "
                + plainKey()
                + ", "
                + partitionValue()
                + " FROM "
                + from(spec.joins().size())
                + " WHERE "
                + isOneOf("t", key(), keys);
    }

    /// Whether a partition has an item.
    String holds(String partition) {
        return "SELECT 1 FROM "
                + from(spec.joins().size())
                + partition().map(p -> " WHERE " + lies(p, partition)).orElse("")
                + " LIMIT 1";
    }

    /// All partitions that have items.
    String partitions() {
        return "SELECT DISTINCT " + partitionValue() + " FROM " + from(spec.joins().size());
    }

    /// Keys that occur more than once; nothing where a primary key or a unique one forbids it.
    String duplicates() {
        return "SELECT "
                + plainKey()
                + ", min("
                + partitionValue()
                + "), max("
                + partitionValue()
                + ") FROM "
                + from(spec.joins().size())
                + " GROUP BY 1 HAVING count(*) > 1 LIMIT 1";
    }

    /// The smallest key.
    String smallestKey() {
        return "SELECT min(t."
                + TableName.quote(spec.key())
                + ") FROM "
                + relation("").sql()
                + " t";
    }

    /// Keys of items that a dependency's rows belong to.
    ///
    /// @param values of the link's first column: they find at least those items
    String keysOf(Dependency dependency, Collection<String> values) {
        var own = dependency.link().columns().values().iterator().next();
        return "SELECT DISTINCT "
                + plainKey()
                + " FROM "
                + from(dependency.joins())
                + " WHERE "
                + isOneOf(alias(own), own, values);
    }

    /// Whether values of a dependency's link are keys of items themselves.
    boolean isKey(Dependency dependency) {
        return dependency.link().columns().values().iterator().next().equals(key());
    }

    /// Keys of rows whose column is not older than a time.
    String keysSince(String column, String time) {
        return "SELECT "
                + plainKey()
                + " FROM "
                + relation("").sql()
                + " t WHERE "
                + since("t", relation(""), column, time);
    }

    /// Values of a dependency's link in rows whose column is not older than a time.
    String linksSince(Dependency dependency, String column, String time) {
        var relation = tableOf(dependency.link().table());
        String linked = dependency.link().columns().keySet().iterator().next();
        relation.type(spec.name(), linked);
        return "SELECT DISTINCT x."
                + TableName.quote(linked)
                + "::text FROM "
                + relation.sql()
                + " x WHERE x."
                + TableName.quote(linked)
                + " IS NOT NULL AND "
                + since("x", relation, column, time);
    }

    private String since(String alias, Relation relation, String column, String time) {
        return alias
                + "."
                + TableName.quote(column)
                + " >= "
                + Literals.text(time)
                + "::timestamptz::"
                + relation.type(spec.name(), column);
    }

    private ColumnRef key() {
        return new ColumnRef("", spec.key());
    }

    private Optional<PartitionSpec> partition() {
        return spec.partition();
    }

    private Relation relation(String alias) {
        var found = relations.get(alias);
        if (found == null) {
            throw new IllegalArgumentException("no relation for " + alias);
        }
        return found;
    }

    private Relation tableOf(String table) {
        return relation("#" + table);
    }

    private String type(ColumnRef column) {
        return relation(column.alias()).type(spec.name(), column.column());
    }

    private static String alias(ColumnRef column) {
        return column.alias().isEmpty() ? "t" : "j_" + column.alias();
    }

    private static String plain(ColumnRef column) {
        return alias(column) + "." + TableName.quote(column.column());
    }

    private String plainKey() {
        return plain(key()) + "::text";
    }

    /// A column as the outer query sees it.
    private String carry(ColumnRef column) {
        type(column);
        return "s." + carried.computeIfAbsent(column, _ -> "c" + carried.size());
    }

    /// A cast would cut blanks off that the type pads with.
    private String asText(ColumnRef column) {
        return carry(column) + (type(column).equals("bpchar") ? "" : "::text");
    }

    /// A query whose columns are those of a file of columns, as they are; nothing for other
    /// contents.
    Optional<String> plainColumns() {
        return spec.content() instanceof Content.Columns columns
                ? Optional.of(
                        "SELECT "
                                + columns.columns().stream()
                                        .map(ItemSql::plain)
                                        .collect(Collectors.joining(", "))
                                + " FROM "
                                + from(spec.joins().size()))
                : Optional.empty();
    }

    private String partitionValue() {
        return partition()
                .map(
                        p ->
                                "coalesce("
                                        + plain(p.column())
                                        + "::text, "
                                        + Literals.text(p.absent())
                                        + ")")
                .orElse(Literals.text(spec.name()) + "::text");
    }

    private String lies(PartitionSpec spec, String partition) {
        String column = plain(spec.column());
        if (partition.equals(spec.absent())) {
            return "("
                    + column
                    + " IS NULL OR "
                    + column
                    + "::text = "
                    + Literals.text(partition)
                    + ")";
        }
        return column + " = " + Literals.text(partition);
    }

    private String isOneOf(String alias, ColumnRef column, Collection<String> values) {
        return alias
                + "."
                + TableName.quote(column.column())
                + " = ANY ("
                + Literals.array(values, type(column))
                + ")";
    }

    private String from(int joins) {
        var sql = new StringBuilder(relation("").sql()).append(" t");
        for (Join join : spec.joins().subList(0, joins)) {
            String alias = "j_" + join.alias();
            sql.append(" LEFT JOIN ")
                    .append(relation(join.alias()).sql())
                    .append(' ')
                    .append(alias)
                    .append(" ON ")
                    .append(equal(join.link(), alias, ItemSql::plain));
        }
        return sql.toString();
    }

    private static String equal(Link link, String alias, Function<ColumnRef, String> own) {
        return link.columns().entrySet().stream()
                .map(
                        entry ->
                                alias
                                        + "."
                                        + TableName.quote(entry.getKey())
                                        + " = "
                                        + own.apply(entry.getValue()))
                .collect(Collectors.joining(" AND "));
    }

    private String items(String where, boolean numeric) {
        var columns = new ArrayList<String>();
        columns.add(plainKey() + " AS k");
        columns.add(partitionValue() + " AS p");
        carried.forEach((column, name) -> columns.add(plain(column) + " AS " + name));
        return "SELECT s.k, s.p, "
                + content
                + " FROM (SELECT "
                + String.join(", ", columns)
                + " FROM "
                + from(spec.joins().size())
                + where
                + " ORDER BY "
                + order(numeric)
                + " OFFSET 0) s"
                + lateral;
    }

    private String order(boolean numeric) {
        return numeric
                ? plain(key())
                : "octet_length(" + plainKey() + "), " + plainKey() + " COLLATE \"C\"";
    }

    private String document(Shape shape) {
        lateral = " CROSS JOIN LATERAL (SELECT " + fields(shape, relation(""), this::carry) + ") d";
        return "row_to_json(d)::text";
    }

    /// The columns of a select that are an object's fields.
    ///
    /// @param own how a column stands in it
    private String fields(Shape shape, Relation relation, Function<ColumnRef, String> own) {
        var named = new LinkedHashMap<String, String>();
        List<String> columns = shape.columns().isEmpty() ? relation.columns() : shape.columns();
        shape.omit().forEach(column -> relation.type(spec.name(), column));
        for (String column : columns) {
            relation.type(spec.name(), column);
            if (!shape.omit().contains(column)) {
                named.put(column, own.apply(new ColumnRef("", column)));
            }
        }
        shape.fields().forEach((name, field) -> named.put(name, field(field, own)));
        return named.entrySet().stream()
                .map(entry -> entry.getValue() + " AS " + TableName.quote(entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private String field(Field field, Function<ColumnRef, String> own) {
        return switch (field) {
            case Field.OfColumn(ColumnRef column) -> own.apply(column);
            case Field.OfTemplate(Template template) -> text(template, own);
            case Field.OfRow(Link link, Shape shape) -> row(link, shape, own);
            case Field.OfRows rows -> rows(rows, own);
        };
    }

    private static String text(Template template, Function<ColumnRef, String> own) {
        if (template.parts().isEmpty()) {
            return "''::text";
        }
        return template.parts().stream()
                .map(
                        part ->
                                switch (part) {
                                    case Template.Part.Text(String text) ->
                                            Literals.text(text) + "::text";
                                    case Template.Part.Column(ColumnRef column) ->
                                            own.apply(column) + "::text";
                                })
                .collect(Collectors.joining(" || "));
    }

    private String row(Link link, Shape shape, Function<ColumnRef, String> own) {
        var relation = tableOf(link.table());
        checkLink(link, relation);
        return "(SELECT row_to_json(r) FROM "
                + relation.sql()
                + " x CROSS JOIN LATERAL (SELECT "
                + fields(shape, relation, columnsOf(relation))
                + ") r WHERE "
                + equal(link, "x", own)
                + " ORDER BY row_to_json(r)::text COLLATE \"C\" LIMIT 1)";
    }

    private String rows(Field.OfRows rows, Function<ColumnRef, String> own) {
        var relation = tableOf(rows.link().table());
        checkLink(rows.link(), relation);
        var columns = columnsOf(relation);
        var order = new ArrayList<String>();
        var inner = new StringBuilder("SELECT ");
        inner.append(rows.each().map(each -> text(each, columns)).orElse("row_to_json(r)"));
        inner.append(" AS v");
        for (String column : rows.order()) {
            String name = "o" + order.size();
            inner.append(", ").append(columns.apply(new ColumnRef("", column)));
            inner.append(" AS ").append(name);
            order.add("y." + name);
        }
        order.add("y.v::text COLLATE \"C\"");
        inner.append(" FROM ").append(relation.sql()).append(" x");
        if (rows.each().isEmpty()) {
            inner.append(" CROSS JOIN LATERAL (SELECT ")
                    .append(fields(rows.shape(), relation, columns))
                    .append(") r");
        }
        inner.append(" WHERE ").append(equal(rows.link(), "x", own));
        return "(SELECT coalesce(json_agg(y.v ORDER BY "
                + String.join(", ", order)
                + "), '[]'::json) FROM ("
                + inner
                + ") y)";
    }

    private Function<ColumnRef, String> columnsOf(Relation relation) {
        return column -> {
            relation.type(spec.name(), column.column());
            return "x." + TableName.quote(column.column());
        };
    }

    private void checkLink(Link link, Relation relation) {
        link.columns()
                .forEach(
                        (column, own) -> {
                            relation.type(spec.name(), column);
                            type(own);
                        });
    }
}
