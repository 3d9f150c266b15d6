package dev.lode.postgres.schema;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.yaml.Mistakes;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.KeyFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.schema.SchemaStatement.Change;
import dev.lode.postgres.schema.SchemaStatement.Creation;
import dev.lode.postgres.schema.SchemaStatement.Early;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;
import dev.lode.postgres.schema.SchemaStatement.Late;
import dev.lode.postgres.schema.SchemaStatement.LateComment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A pack's `schema.sql`, cut into statements and sorted into what is run before the rows and what
/// after them.
///
/// @param file for sentences
/// @param schema where names without a schema go
/// @param early in the order of the file
/// @param late indexes and foreign keys in the order of the file
/// @param comments on the late ones
public record SchemaScript(
        String file,
        String schema,
        List<Early> early,
        List<Late> late,
        List<LateComment> comments) {
    public SchemaScript {
        early = List.copyOf(early);
        late = List.copyOf(late);
        comments = List.copyOf(comments);
    }

    /// Reads a script. Strings, dollar quotes and nested comments are understood; nothing is asked
    /// of a server.
    ///
    /// @param file for sentences
    /// @param schema where names without a schema go
    /// @throws LodeException of kind USAGE that lists everything that cannot be used, with lines
    public static SchemaScript parse(String file, String sql, String schema) {
        var mistakes = new Mistakes(file);
        var early = new ArrayList<Early>();
        var late = new ArrayList<Late>();
        var comments = new ArrayList<LateComment>();
        for (List<SqlToken> statement : statements(SqlLexer.tokens(sql, mistakes), mistakes)) {
            try {
                switch (new StatementParser(sql, statement, schema).parse()) {
                    case Early before -> early.add(before);
                    case Late after -> late.add(after);
                    case LateComment comment -> comments.add(comment);
                }
            } catch (StatementParser.Refused refused) {
                mistakes.add(refused.line(), refused.sentence());
            }
        }
        // A comment on a constraint that CREATE TABLE makes comes with the table.
        comments.removeIf(
                comment -> {
                    boolean beforeRows =
                            !comment.table().name().isEmpty()
                                    && late.stream().noneMatch(object -> isOn(comment, object));
                    return beforeRows
                            && early.add(
                                    new Change(
                                            comment.sql(),
                                            comment.line(),
                                            SchemaObject.table(comment.table())));
                });
        var script = new SchemaScript(file, schema, early, late, comments);
        // What follows from a statement that could not be read would only hide it.
        if (mistakes.none()) {
            script.check(mistakes);
        }
        mistakes.throwIfAny();
        return script;
    }

    /// Reads a script without a file's name, for the schema `public`.
    public static SchemaScript parse(String sql) {
        return parse("schema.sql", sql, "public");
    }

    private static List<List<SqlToken>> statements(List<SqlToken> tokens, Mistakes mistakes) {
        var statements = new ArrayList<List<SqlToken>>();
        int start = 0;
        for (int at = 0; at <= tokens.size(); at++) {
            boolean end = at == tokens.size();
            if (!end && !tokens.get(at).isSign(';')) {
                continue;
            }
            if (at > start) {
                List<SqlToken> statement = tokens.subList(start, at);
                boolean open =
                        end
                                ? statement.getLast().depth() > 0 || statement.getLast().isSign('(')
                                : tokens.get(at).depth() > 0;
                if (open) {
                    mistakes.add(
                            statement.getFirst().line(), "the statement ends inside a bracket");
                } else {
                    statements.add(statement);
                }
            }
            start = at + 1;
        }
        return statements;
    }

    private void check(Mistakes mistakes) {
        var made = new HashSet<SchemaObject>();
        for (Early statement : early) {
            switch (statement) {
                case Creation creation -> {
                    if (!made.add(creation.object())) {
                        mistakes.add(creation.line(), creation.object() + " is made twice");
                    }
                }
                case Change change ->
                        Stream.concat(Stream.of(change.object()), change.also().stream())
                                .filter(object -> !made.contains(object))
                                .forEach(
                                        object ->
                                                mistakes.add(
                                                        change.line(),
                                                        "changes "
                                                                + object
                                                                + ", which is not made before in"
                                                                + " this file"));
            }
        }
        var names = new HashSet<String>();
        for (Late object : late) {
            if (!names.add(key(object))) {
                mistakes.add(object.line(), object.label() + " is made twice");
            }
            if (!made.contains(SchemaObject.table(object.table()))) {
                mistakes.add(object.line(), object.label() + ": this file does not make the table");
            }
            if (object instanceof ForeignKeyDeclaration key
                    && !made.contains(SchemaObject.table(key.referencedTable()))) {
                mistakes.add(
                        object.line(),
                        object.label()
                                + " refers to '"
                                + key.referencedTable()
                                + "', which this file does not make");
            }
        }
        for (LateComment comment : comments) {
            if (late.stream().noneMatch(object -> isOn(comment, object))) {
                mistakes.add(
                        comment.line(),
                        "comments on '" + comment.on() + "', which this file does not make");
            }
        }
    }

    private static String key(Late object) {
        return switch (object) {
            case IndexDeclaration index ->
                    "index " + new TableName(index.table().schema(), index.name()).sql();
            case ForeignKeyDeclaration key -> "key " + key.table().sql() + key.name();
        };
    }

    private static boolean isOn(LateComment comment, Late object) {
        return comment.on().equals(object.name())
                && switch (object) {
                    case IndexDeclaration index ->
                            comment.table().equals(new TableName(index.table().schema(), ""));
                    case ForeignKeyDeclaration key -> comment.table().equals(key.table());
                };
    }

    /// The comments on a late object.
    public List<LateComment> commentsOn(Late object) {
        return comments.stream().filter(comment -> isOn(comment, object)).toList();
    }

    /// The tables the script makes, in its order.
    public List<TableName> tables() {
        return early.stream()
                .filter(Creation.class::isInstance)
                .map(Early::object)
                .filter(object -> object.kind() == SchemaObject.Kind.TABLE)
                .map(SchemaObject::tableName)
                .toList();
    }

    /// The foreign keys the script declares, whether the catalog has them or not: where `tables`
    /// holds a key of the same meaning that one is told, else the declared one. Keys whose tables
    /// are not in `tables` are left out, and those that leave the referenced columns to a primary
    /// key that is not there.
    public List<ForeignKeyFacts> foreignKeys(Map<TableName, TableFacts> tables) {
        return late.stream()
                .filter(ForeignKeyDeclaration.class::isInstance)
                .map(ForeignKeyDeclaration.class::cast)
                .flatMap(key -> facts(key, tables).stream())
                .toList();
    }

    private static Optional<ForeignKeyFacts> facts(
            ForeignKeyDeclaration key, Map<TableName, TableFacts> tables) {
        TableFacts table = tables.get(key.table());
        TableFacts referenced = tables.get(key.referencedTable());
        if (table == null || referenced == null) {
            return Optional.empty();
        }
        List<String> referencedColumns =
                key.referencedColumns().isEmpty()
                        ? referenced.primaryKey().map(KeyFacts::columns).orElse(List.of())
                        : key.referencedColumns();
        if (referencedColumns.size() != key.columns().size()) {
            return Optional.empty();
        }
        var declared =
                ForeignKeyFacts.declared(
                        key.name(),
                        key.table(),
                        key.columns(),
                        key.referencedTable(),
                        referencedColumns,
                        key.matchFull(),
                        key.sql());
        return Optional.of(
                table.foreignKeys().stream()
                        .filter(declared::sameReference)
                        .findFirst()
                        .orElse(declared));
    }
}
