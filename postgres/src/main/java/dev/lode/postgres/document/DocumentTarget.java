package dev.lode.postgres.document;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.core.pack.document.RowSpec;
import dev.lode.core.pack.document.ValueSpec;
import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.json.DocumentMapping;
import dev.lode.format.json.DocumentTable;
import dev.lode.format.json.LookupIds;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ColumnFacts;
import dev.lode.postgres.catalog.LoadOrder;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.catalog.TargetKinds;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The tables that the documents of a pack fill, as they were when this was opened. Thread safe.
public final class DocumentTarget {
    private final Connections connections;
    private final String where;
    private final Pack pack;
    private final DocumentSpec spec;
    private final List<TableFacts> tables;
    private final long target;
    private final DocumentMapping mapping;
    private final LookupIds lookups = new LookupIds();
    private final LookupTables lookupTables;
    private final Optional<String> fileSequence;

    private DocumentTarget(
            Connections connections,
            String where,
            Pack pack,
            DocumentSpec spec,
            List<TableFacts> tables,
            long target,
            Optional<String> fileSequence) {
        this.connections = connections;
        this.where = where;
        this.pack = pack;
        this.spec = spec;
        this.tables = tables;
        this.target = target;
        this.fileSequence = fileSequence;
        this.mapping =
                DocumentMapping.compile(
                        pack.dataset(), spec, tables.stream().map(DocumentTarget::table).toList());
        this.lookupTables = new LookupTables(pack.schema(), spec.lookups(), lookups);
    }

    /// Compiles the mapping and makes the fixed rows that are missing.
    ///
    /// @param where the database, for messages
    /// @throws LodeException of kind USAGE when the pack has no documents or its mapping does not
    ///   suit the tables; of kind RESOURCE when a table is missing
    public static DocumentTarget open(Connections connections, String where, Pack pack) {
        var spec =
                pack.documents()
                        .orElseThrow(
                                () ->
                                        LodeException.usage(
                                                "pack '"
                                                        + pack.dataset()
                                                        + "': declares no documents; add them to"
                                                        + " pack.yaml"));
        try (var connection = connections.open("lode documents " + pack.dataset())) {
            var tables = tables(connection, where, pack, spec);
            var countable = spec.file().or(() -> firstTable(spec.records()));
            long oid =
                    tables.stream()
                            .filter(
                                    table ->
                                            table.name()
                                                    .name()
                                                    .equals(
                                                            countable
                                                                    .flatMap(RowSpec::table)
                                                                    .orElse("")))
                            .findFirst()
                            .map(TableFacts::oid)
                            .orElseThrow(
                                    () ->
                                            LodeException.usage(
                                                    "pack '"
                                                            + pack.dataset()
                                                            + "': its documents fill no table"));
            var opened =
                    new DocumentTarget(
                            connections,
                            where,
                            pack,
                            spec,
                            tables,
                            oid,
                            sequence(connection, pack, spec));
            FixedRowsWriter.write(connection, pack.schema(), spec.fixedRows());
            opened.lookupTables.read(connection);
            return opened;
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, "looking at the tables of " + pack.dataset(), e);
        }
    }

    /// A session for one thread. The caller closes it.
    ///
    /// @param name application name of its connection
    public DocumentSession session(String name, DocumentGuard guard, SessionLimits limits) {
        return session(name, guard, limits, Endurance.NONE);
    }

    /// The same, for one that waits where the server's disk is full.
    public DocumentSession session(
            String name, DocumentGuard guard, SessionLimits limits, Endurance endurance) {
        return new DocumentSession(connections, name, this, guard, limits, endurance);
    }

    /// The mapping as it suits the tables.
    public DocumentMapping mapping() {
        return mapping;
    }

    /// Tables that are filled, parents before children.
    public List<TableName> tables() {
        return tables.stream().map(TableFacts::name).toList();
    }

    Pack pack() {
        return pack;
    }

    DocumentSpec spec() {
        return spec;
    }

    String where() {
        return where;
    }

    long oid() {
        return target;
    }

    LookupIds lookups() {
        return lookups;
    }

    LookupTables lookupTables() {
        return lookupTables;
    }

    /// The sequence of the file's own column, quoted as text for `nextval`.
    Optional<String> fileSequence() {
        return fileSequence;
    }

    private static Optional<RowSpec> firstTable(List<RowSpec> rows) {
        return rows.stream()
                .flatMap(row -> Stream.concat(Stream.of(row), row.children().stream()))
                .filter(row -> row.table().isPresent())
                .findFirst();
    }

    private static List<TableFacts> tables(
            Connection connection, String where, Pack pack, DocumentSpec spec) throws SQLException {
        var wanted =
                spec.filled().stream().map(name -> new TableName(pack.schema(), name)).toList();
        var found = CatalogReader.tables(connection, wanted);
        var lacking =
                wanted.stream()
                        .filter(name -> !found.containsKey(name))
                        .map(TableName::toString)
                        .toList();
        if (!lacking.isEmpty()) {
            throw LodeException.resource(
                    where
                            + ": "
                            + String.join(", ", lacking)
                            + (lacking.size() == 1 ? " is" : " are")
                            + " not there; nothing was loaded; lode init "
                            + pack.dataset()
                            + " creates the pack's tables");
        }
        var ordered = new ArrayList<TableFacts>();
        for (var name : LoadOrder.of(found.values()).tables()) {
            ordered.add(found.get(name));
        }
        return ordered;
    }

    private static DocumentTable table(TableFacts facts) {
        return new DocumentTable(
                facts.name().name(),
                facts.columns().stream()
                        .filter(column -> column.generated() == ColumnFacts.Generated.NO)
                        .map(
                                column ->
                                        new TargetColumn(
                                                column.name(),
                                                -1,
                                                TargetKinds.of(column),
                                                column.maxChars(),
                                                column.notNull(),
                                                null,
                                                false))
                        .toList(),
                facts.columns().stream()
                        .filter(column -> !column.mayBeLeftOut())
                        .map(ColumnFacts::name)
                        .toList());
    }

    private static Optional<String> sequence(Connection connection, Pack pack, DocumentSpec spec)
            throws SQLException {
        var file = spec.file();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        for (var column : file.get().columns()) {
            if (column.value() instanceof ValueSpec.Known known && known.fact() == Fact.FILE_ID) {
                return Sql.first(
                                connection,
                                "SELECT pg_get_serial_sequence(?, ?)",
                                row -> Optional.ofNullable(row.getString(1)),
                                new TableName(pack.schema(), file.get().table().orElse("")).sql(),
                                column.column())
                        .flatMap(found -> found);
            }
        }
        return Optional.empty();
    }
}
