package dev.lode.core.pack;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.core.pack.intake.IntakeSpec;
import dev.lode.core.pack.publish.PublishSpec;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A dataset as its folder declares it.
///
/// @param folder where the pack lies; `schema.sql` is read from here
/// @param schema database schema that unqualified names of `schema.sql` go to
/// @param s3 the source; empty where the pack leaves it to the user (`--from`)
/// @param snapshot name pattern of the files, holding `{item}` and `{date}`
/// @param ignore patterns of keys that are never items (`*` stands for any characters)
/// @param dialects in the order of their dates, the dialect of today last
/// @param services what is stopped while rows are loaded
/// @param documents how JSON documents become rows; empty where the dataset has none
/// @param intake how files of documents are taken in
/// @param publish which bulk files are cut from it
public record Pack(
        Path folder,
        String dataset,
        String title,
        String licence,
        String schema,
        Optional<S3Spec> s3,
        String snapshot,
        List<String> ignore,
        List<DialectSpec> dialects,
        List<TableSpec> tables,
        ServicesSpec services,
        Optional<DocumentSpec> documents,
        IntakeSpec intake,
        PublishSpec publish) {
    /// A pack that says nothing about intake and publications.
    public Pack(
            Path folder,
            String dataset,
            String title,
            String licence,
            String schema,
            Optional<S3Spec> s3,
            String snapshot,
            List<String> ignore,
            List<DialectSpec> dialects,
            List<TableSpec> tables,
            ServicesSpec services,
            Optional<DocumentSpec> documents) {
        this(
                folder,
                dataset,
                title,
                licence,
                schema,
                s3,
                snapshot,
                ignore,
                dialects,
                tables,
                services,
                documents,
                IntakeSpec.DEFAULT,
                PublishSpec.NONE);
    }

    /// A pack without documents and publications.
    public Pack(
            Path folder,
            String dataset,
            String title,
            String licence,
            String schema,
            Optional<S3Spec> s3,
            String snapshot,
            List<String> ignore,
            List<DialectSpec> dialects,
            List<TableSpec> tables,
            ServicesSpec services) {
        this(
                folder,
                dataset,
                title,
                licence,
                schema,
                s3,
                snapshot,
                ignore,
                dialects,
                tables,
                services,
                Optional.empty());
    }

    /// A pack without services and documents.
    public Pack(
            Path folder,
            String dataset,
            String title,
            String licence,
            String schema,
            Optional<S3Spec> s3,
            String snapshot,
            List<String> ignore,
            List<DialectSpec> dialects,
            List<TableSpec> tables) {
        this(
                folder,
                dataset,
                title,
                licence,
                schema,
                s3,
                snapshot,
                ignore,
                dialects,
                tables,
                ServicesSpec.NONE);
    }

    public Pack {
        ignore = List.copyOf(ignore);
        dialects =
                dialects.stream()
                        .sorted(
                                Comparator.comparing(
                                        (DialectSpec dialect) ->
                                                dialect.until().orElse(LocalDate.MAX)))
                        .toList();
        tables = List.copyOf(tables);
    }

    /// The table of that name.
    ///
    /// @throws LodeException of kind USAGE, with a suggestion, when the pack has none
    public TableSpec table(String name) {
        return tables.stream()
                .filter(table -> table.table().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                LodeException.usage(
                                        "table '"
                                                + name
                                                + "': unknown in dataset '"
                                                + dataset
                                                + "'"
                                                + Suggestion.hint(
                                                        name,
                                                        tables.stream()
                                                                .map(TableSpec::table)
                                                                .toList())
                                                + "; lode datasets "
                                                + dataset
                                                + " lists its tables"));
    }

    /// The dialect of the files of a snapshot.
    public DialectSpec dialect(LocalDate snapshot) {
        return dialects.stream()
                .filter(
                        dialect ->
                                dialect.until().map(until -> !snapshot.isAfter(until)).orElse(true))
                .findFirst()
                .orElseThrow(
                        () ->
                                LodeException.usage(
                                        "pack '"
                                                + dataset
                                                + "': no dialect holds for snapshot "
                                                + snapshot
                                                + "; add one to format"));
    }

    public Path schemaFile() {
        return folder.resolve("schema.sql");
    }
}
