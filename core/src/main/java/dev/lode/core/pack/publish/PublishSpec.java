package dev.lode.core.pack.publish;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a pack says of publishing.
///
/// @param otherWriters by table; none for tables that only Lode's loads write
/// @param keep what is kept of older generations
public record PublishSpec(
        List<PublicationSpec> publications, Map<String, OtherWriter> otherWriters, Keep keep) {
    /// No publications.
    public static final PublishSpec NONE = new PublishSpec(List.of(), Map.of(), Keep.DEFAULT);

    public PublishSpec {
        publications = List.copyOf(publications);
        otherWriters = Map.copyOf(otherWriters);
    }

    /// What is kept of older generations.
    ///
    /// @param generations at least, the latest included
    /// @param hours that a generation stays after another took its place
    /// @param feeds change feeds
    public record Keep(int generations, int hours, int feeds) {
        /// Two generations, two days, 90 feeds.
        public static final Keep DEFAULT = new Keep(2, 48, 90);
    }

    /// Whether rows of a table are, or change, items of any publication: then loads note what they
    /// wrote.
    public boolean reads(String table) {
        return publications.stream()
                .anyMatch(
                        publication ->
                                publication.table().filter(table::equals).isPresent()
                                        || publication.dependencies().stream()
                                                .anyMatch(d -> d.link().table().equals(table))
                                        || publication
                                                .partition()
                                                .flatMap(PartitionSpec::list)
                                                .filter(list -> list.table().equals(table))
                                                .isPresent());
    }

    /// Columns of a table by which items find its rows. They are noted with the key of a row that
    /// changes, as they are after and as they were before.
    public List<String> linkColumns(String table) {
        Set<String> columns = new LinkedHashSet<>();
        for (var publication : publications) {
            publication
                    .table()
                    .filter(table::equals)
                    .ifPresent(_ -> columns.add(publication.key()));
            publication.dependencies().stream()
                    .map(PublicationSpec.Dependency::link)
                    .filter(link -> link.table().equals(table))
                    .forEach(link -> columns.addAll(link.columns().keySet()));
        }
        return List.copyOf(columns);
    }
}
