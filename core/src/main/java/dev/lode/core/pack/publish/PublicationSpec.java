package dev.lode.core.pack.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One publication as its pack declares it.
///
/// @param name of it, and of its folder
/// @param key column that tells items apart
/// @param joins in an order in which each refers to those before it only
/// @param format ending of its files: `tar.gz`
/// @param ending behind the key in names of a tar's files
/// @param all whether one more archive holds everything
/// @param isPublic whether anybody may have it
/// @param itemBytes of an average item: segments are made for it
/// @param largestItem bytes of the largest item that is published
/// @param depends tables that a query reads, with the columns of its rows that point to theirs
public record PublicationSpec(
        String name,
        String title,
        Rows rows,
        String key,
        List<Join> joins,
        Optional<PartitionSpec> partition,
        String format,
        String ending,
        boolean all,
        boolean isPublic,
        int itemBytes,
        int largestItem,
        Content content,
        List<Link> depends) {
    public PublicationSpec {
        joins = List.copyOf(joins);
        depends = List.copyOf(depends);
    }

    /// A table whose changes change items.
    ///
    /// @param link which rows belong to an item
    /// @param joins how many of the joins are needed to evaluate the link
    public record Dependency(Link link, int joins) {}

    /// All tables whose changes change items, but for the table of the rows itself.
    public List<Dependency> dependencies() {
        var found = new ArrayList<Dependency>();
        for (int i = 0; i < joins.size(); i++) {
            found.add(new Dependency(joins.get(i).link(), i));
        }
        var document = content.json();
        if (document.isPresent()) {
            for (var field : document.get().fields().values()) {
                switch (field) {
                    case Field.OfRow row -> found.add(new Dependency(row.link(), joins.size()));
                    case Field.OfRows rows -> found.add(new Dependency(rows.link(), joins.size()));
                    case Field.OfColumn _, Field.OfTemplate _ -> {}
                }
            }
        }
        depends.forEach(link -> found.add(new Dependency(link, joins.size())));
        return found;
    }

    /// The table whose rows are the items; nothing for a query.
    public Optional<String> table() {
        return rows instanceof Rows.OfTable(String table) ? Optional.of(table) : Optional.empty();
    }
}
