package dev.lode.postgres.document;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.core.pack.document.RowSpec;
import dev.lode.core.pack.document.ValueSpec;
import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Deletes the rows of a file, those below before those above. Rows are found by the number of the
/// file; where ids are written, only among those of the file's time, so that the key's index
/// serves.
final class FileRows {
    private static final int TIME_DIGITS = 11;
    private static final int OTHER_DIGITS = 29;

    private final String schema;
    private final DocumentSpec spec;

    FileRows(String schema, DocumentSpec spec) {
        this.schema = schema;
        this.spec = spec;
    }

    /// @param time of the document, as the ledger has it
    /// @return rows deleted
    long delete(Connection connection, long fileId, Optional<Long> time) throws SQLException {
        long deleted = 0;
        for (var record : spec.records()) {
            deleted += delete(connection, record, Optional.empty(), fileId, time);
        }
        if (spec.file().isPresent()) {
            var file = spec.file().get();
            deleted +=
                    Sql.update(
                            connection,
                            "DELETE FROM "
                                    + table(file)
                                    + " WHERE "
                                    + column(file, Fact.FILE_ID).orElseThrow(() -> unknown(file))
                                    + " = "
                                    + fileId);
        }
        return deleted;
    }

    private long delete(
            Connection connection,
            RowSpec row,
            Optional<String> parents,
            long fileId,
            Optional<Long> time)
            throws SQLException {
        Optional<String> condition =
                row.table().isPresent()
                        ? Optional.of(condition(row, parents, fileId, time))
                        : Optional.empty();
        long deleted = 0;
        for (var child : row.children()) {
            var above =
                    condition.flatMap(
                            where ->
                                    column(row, Fact.ID)
                                            .map(
                                                    id ->
                                                            "SELECT "
                                                                    + id
                                                                    + " FROM "
                                                                    + table(row)
                                                                    + " WHERE "
                                                                    + where));
            deleted += delete(connection, child, above, fileId, time);
        }
        if (condition.isPresent()) {
            deleted +=
                    Sql.update(
                            connection, "DELETE FROM " + table(row) + " WHERE " + condition.get());
        }
        return deleted;
    }

    private String condition(
            RowSpec row, Optional<String> parents, long fileId, Optional<Long> time) {
        var conditions = new ArrayList<String>();
        column(row, Fact.ID)
                .ifPresent(
                        id -> {
                            String prefix =
                                    String.format(
                                            Locale.ROOT, "%0" + TIME_DIGITS + "x", time.orElse(0L));
                            conditions.add(
                                    id
                                            + " BETWEEN '"
                                            + prefix
                                            + "0".repeat(OTHER_DIGITS)
                                            + "' AND '"
                                            + prefix
                                            + "f".repeat(OTHER_DIGITS)
                                            + "'");
                        });
        var file = column(row, Fact.FILE_ID);
        var parent = column(row, Fact.PARENT_ID);
        if (file.isPresent()) {
            conditions.add(file.get() + " = " + fileId);
        } else if (parent.isPresent() && parents.isPresent()) {
            conditions.add(parent.get() + " IN (" + parents.get() + ")");
        } else {
            throw unknown(row);
        }
        return String.join(" AND ", conditions);
    }

    private static LodeException unknown(RowSpec row) {
        return LodeException.usage(
                "table '"
                        + row.table().orElse("")
                        + "': its rows cannot be told by file, so no file can be loaded again; give"
                        + " it a column with $file.id, or one with $parent.id below a row with"
                        + " $id");
    }

    private String table(RowSpec row) {
        return new TableName(schema, row.table().orElse("")).sql();
    }

    private static Optional<String> column(RowSpec row, Fact fact) {
        List<String> found =
                row.columns().stream()
                        .filter(
                                column ->
                                        column.value() instanceof ValueSpec.Known known
                                                && known.fact() == fact)
                        .map(column -> TableName.quote(column.column()))
                        .toList();
        return found.stream().findFirst();
    }
}
