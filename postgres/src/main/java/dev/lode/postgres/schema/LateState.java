package dev.lode.postgres.schema;

import dev.lode.core.TableName;
import dev.lode.core.yaml.Mistakes;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.IndexFacts;
import dev.lode.postgres.catalog.KeyFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;
import dev.lode.postgres.schema.SchemaStatement.Late;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the catalog stands to an index or foreign key of a script.
sealed interface LateState {
    /// Done, under this name.
    record Done(String name) implements LateState {}

    /// Nothing of that name or meaning; its tables are there.
    record Absent() implements LateState {}

    /// An index of that name on that table that no query can use.
    record Invalid() implements LateState {}

    /// A foreign key of that name and meaning whose rows were never all checked.
    record NotValid() implements LateState {}

    /// It cannot be made.
    record Impossible(String sentence) implements LateState {}

    /// What is missing, if anything is.
    default Optional<MissingLate.State> gap() {
        return switch (this) {
            case Done _ -> Optional.empty();
            case Absent _, Impossible _ -> Optional.of(MissingLate.State.ABSENT);
            case Invalid _ -> Optional.of(MissingLate.State.INVALID);
            case NotValid _ -> Optional.of(MissingLate.State.NOT_VALID);
        };
    }

    /// Compares a declaration with the catalog.
    static LateState of(Late object, Map<TableName, TableFacts> tables) {
        TableFacts table = tables.get(object.table());
        if (table == null) {
            return new Impossible(
                    "table '"
                            + object.table()
                            + "' does not exist; lode init makes the pack's tables");
        }
        if (table.relkind() != 'r' && table.relkind() != 'p') {
            return new Impossible("'" + object.table() + "' is not a table");
        }
        return switch (object) {
            case IndexDeclaration index -> of(index, table);
            case ForeignKeyDeclaration key -> of(key, table, tables.get(key.referencedTable()));
        };
    }

    private static LateState of(IndexDeclaration index, TableFacts table) {
        for (IndexFacts found : table.indexes()) {
            if (found.name().equals(index.name())) {
                return found.valid() ? new Done(found.name()) : new Invalid();
            }
        }
        return table.indexes().stream()
                .filter(found -> found.valid() && sameMeaning(index, found))
                .findFirst()
                .<LateState>map(found -> new Done(found.name()))
                .orElseGet(Absent::new);
    }

    /// Compares spellings: an expression or a predicate that the server spells otherwise counts as
    /// different.
    private static boolean sameMeaning(IndexDeclaration index, IndexFacts found) {
        if (index.unique() && !found.unique()) {
            return false;
        }
        List<SqlToken> tokens = SqlLexer.tokens(found.definition(), new Mistakes("catalog"));
        for (int at = 0; at < tokens.size(); at++) {
            if (tokens.get(at).is("using")) {
                return StatementParser.shape(tokens.subList(at, tokens.size()))
                        .equals(index.shape());
            }
        }
        return false;
    }

    private static LateState of(
            ForeignKeyDeclaration key, TableFacts table, @Nullable TableFacts referenced) {
        if (referenced == null) {
            return new Impossible(
                    "table '"
                            + key.referencedTable()
                            + "' does not exist; lode init makes the pack's tables");
        }
        List<String> referencedColumns =
                key.referencedColumns().isEmpty()
                        ? referenced.primaryKey().map(KeyFacts::columns).orElse(List.of())
                        : key.referencedColumns();
        if (referencedColumns.size() != key.columns().size()) {
            return new Impossible(
                    "'"
                            + key.referencedTable()
                            + "' has no primary key of "
                            + key.columns().size()
                            + " columns to refer to");
        }
        var declared =
                ForeignKeyFacts.declared(
                        key.name(),
                        key.table(),
                        key.columns(),
                        key.referencedTable(),
                        referencedColumns,
                        key.matchFull(),
                        "");
        for (ForeignKeyFacts found : table.foreignKeys()) {
            if (found.name().equals(key.name())) {
                if (!found.sameReference(declared)) {
                    return new Impossible(
                            "a key of that name is there and means something else: "
                                    + found.definition());
                }
                return found.validated() || key.notValid()
                        ? new Done(found.name())
                        : new NotValid();
            }
        }
        // Under another name it is the user's: also one that is NOT VALID stays as it is.
        return table.foreignKeys().stream()
                .filter(declared::sameReference)
                .findFirst()
                .<LateState>map(found -> new Done(found.name()))
                .orElseGet(Absent::new);
    }
}
