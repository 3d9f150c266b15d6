package dev.lode.postgres.catalog;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;

import java.util.Collections;
import java.util.List;

/// A foreign key, of the catalog or only declared in a pack's `schema.sql` (then [#oid] is 0).
///
/// @param oid of the constraint, or 0 where the catalog has none yet
/// @param name of the constraint
/// @param table the table that holds the key
/// @param columns in the order of the declaration
/// @param referencedTable the table referred to
/// @param referencedColumns beside `columns`, one to one
/// @param operators SQL operators that compare a referenced column (left) with its column (right),
///   one to one
/// @param matchFull whether a key with some NULL columns is a violation (MATCH FULL); else such a
///   key refers to nothing
/// @param deferrable whether the check can wait for COMMIT
/// @param deferred whether it waits unless told otherwise
/// @param validated false for NOT VALID: rows older than the constraint were never checked
/// @param enforced false for NOT ENFORCED (from PostgreSQL 18): rows are never checked
/// @param definition what follows `ADD CONSTRAINT name`, with every name qualified
public record ForeignKeyFacts(
        long oid,
        String name,
        TableName table,
        long tableOid,
        List<String> columns,
        TableName referencedTable,
        long referencedOid,
        List<String> referencedColumns,
        List<String> operators,
        boolean matchFull,
        boolean deferrable,
        boolean deferred,
        boolean validated,
        boolean enforced,
        String definition) {
    public ForeignKeyFacts {
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
        operators = List.copyOf(operators);
        if (columns.isEmpty()
                || columns.size() != referencedColumns.size()
                || columns.size() != operators.size()) {
            throw LodeException.bug(
                    "foreign key '"
                            + name
                            + "': columns "
                            + columns
                            + " against "
                            + referencedColumns,
                    null);
        }
    }

    /// A key that is declared and not in the catalog yet: compared by `=`.
    public static ForeignKeyFacts declared(
            String name,
            TableName table,
            List<String> columns,
            TableName referencedTable,
            List<String> referencedColumns,
            boolean matchFull,
            String definition) {
        return new ForeignKeyFacts(
                0,
                name,
                table,
                0,
                columns,
                referencedTable,
                0,
                referencedColumns,
                Collections.nCopies(columns.size(), "="),
                matchFull,
                false,
                false,
                false,
                true,
                definition);
    }

    /// Whether the table refers to itself.
    public boolean toItself() {
        return table.equals(referencedTable);
    }

    /// Whether both keys say the same, whatever their names.
    public boolean sameReference(ForeignKeyFacts other) {
        return table.equals(other.table)
                && columns.equals(other.columns)
                && referencedTable.equals(other.referencedTable)
                && referencedColumns.equals(other.referencedColumns);
    }
}
