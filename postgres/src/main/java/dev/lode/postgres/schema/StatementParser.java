package dev.lode.postgres.schema;

import dev.lode.core.TableName;
import dev.lode.postgres.schema.SchemaObject.Kind;
import dev.lode.postgres.schema.SchemaStatement.Change;
import dev.lode.postgres.schema.SchemaStatement.Creation;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;
import dev.lode.postgres.schema.SchemaStatement.LateComment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads the tokens of one statement as far as is needed to know what it makes and when it may run.
/// What it does not know it refuses: a statement in the wrong half of a load can cost hours, and
/// one that cannot be repeated breaks the promise that every step is idempotent.
final class StatementParser {
    /// What an ALTER TABLE before the rows may begin with.
    private static final Set<String> EARLY_ACTIONS =
            Set.of(
                    "add", "alter", "set", "reset", "replica", "attach", "inherit", "enable",
                    "force");

    /// Why a statement is refused.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        Refused(int line, String sentence) {
            super(sentence);
            this.line = line;
        }

        int line() {
            return line;
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    private final String sql;
    private final List<SqlToken> tokens;
    private final String schema;
    private int at;

    /// @param tokens of one statement, without its semicolon, at least one
    /// @param schema where names without a schema go
    StatementParser(String script, List<SqlToken> tokens, String schema) {
        this.sql = script.substring(tokens.getFirst().start(), tokens.getLast().end());
        this.tokens = tokens;
        this.schema = schema;
    }

    SchemaStatement parse() throws Refused {
        if (tokens.getFirst().isSign('\\')) {
            throw refused("a command of psql, not of the server");
        }
        for (SqlToken token : tokens) {
            if (token.is("concurrently")) {
                throw refused(
                        "CONCURRENTLY; leave it out: each index is built in a transaction of its"
                                + " own");
            }
        }
        if (accept("create")) {
            return create();
        }
        if (accept("alter", "table")) {
            return alterTable();
        }
        if (accept("alter", "sequence")) {
            accept("if", "exists");
            return alterSequence(object(Kind.SEQUENCE));
        }
        if (accept("comment", "on")) {
            return comment();
        }
        throw unknown();
    }

    private SchemaStatement create() throws Refused {
        if (accept("schema")) {
            accept("if", "not", "exists");
            var name = new SchemaObject(Kind.SCHEMA, "", identifier());
            if (at < tokens.size() || name.name().equals("authorization")) {
                throw refused("more than CREATE SCHEMA name");
            }
            return new Creation(sql, line(), name);
        }
        if (accept("extension")) {
            accept("if", "not", "exists");
            return new Creation(sql, line(), new SchemaObject(Kind.EXTENSION, "", identifier()));
        }
        if (accept("type") || accept("domain")) {
            return new Creation(sql, line(), object(Kind.TYPE));
        }
        if (accept("sequence")) {
            accept("if", "not", "exists");
            return new Creation(sql, line(), object(Kind.SEQUENCE));
        }
        if (accept("view") || accept("or", "replace", "view")) {
            return new Creation(sql, line(), object(Kind.VIEW));
        }
        if (accept("table")) {
            accept("if", "not", "exists");
            refuseReferences("CREATE TABLE");
            return new Creation(sql, line(), object(Kind.TABLE));
        }
        if (accept("unlogged", "table")) {
            throw refused(
                    "an unlogged table; a crash of the server empties it while the ledger says it"
                            + " is loaded");
        }
        boolean unique = accept("unique");
        if (accept("index")) {
            return index(unique);
        }
        throw unknown();
    }

    private IndexDeclaration index(boolean unique) throws Refused {
        accept("if", "not", "exists");
        if (peekIs("on")) {
            throw refused("an index without a name; give it one, so that a second run finds it");
        }
        String name = identifier();
        expect("on");
        accept("only");
        TableName table = name();
        return new IndexDeclaration(
                sql, line(), name, table, unique, shape(tokens.subList(at, tokens.size())));
    }

    /// The part of an index's definition that tells what it is, in one spelling.
    static List<String> shape(List<SqlToken> tokens) {
        var shape = new ArrayList<String>();
        if (tokens.isEmpty() || !tokens.getFirst().is("using")) {
            shape.addAll(List.of("using", "btree"));
        }
        tokens.forEach(token -> shape.add(token.meaning()));
        return shape;
    }

    private SchemaStatement alterTable() throws Refused {
        accept("if", "exists");
        accept("only");
        TableName table = name();
        if (at < tokens.size() && tokens.get(at).isSign('*')) {
            at++;
        }
        int action = at;
        if (accept("add", "constraint")) {
            String constraint = identifier();
            if (accept("foreign", "key")) {
                return foreignKey(table, constraint);
            }
        } else if (accept("add", "foreign", "key")) {
            throw refused(
                    "a foreign key without a name; write ADD CONSTRAINT name FOREIGN KEY, so that a"
                            + " second run finds it");
        }
        at = action;
        refuseReferences("ALTER TABLE");
        if (at == tokens.size() || !EARLY_ACTIONS.contains(tokens.get(at).meaning())) {
            throw unknown();
        }
        return new Change(sql, line(), SchemaObject.table(table));
    }

    private Change alterSequence(SchemaObject sequence) throws Refused {
        for (; at < tokens.size(); at++) {
            if (accept("owned", "by") && !peekIs("none")) {
                return new Change(
                        sql, line(), sequence, Optional.of(SchemaObject.table(columnsTable())));
            }
        }
        return new Change(sql, line(), sequence);
    }

    private ForeignKeyDeclaration foreignKey(TableName table, String constraint) throws Refused {
        List<String> columns = columns();
        expect("references");
        TableName referenced = name();
        List<String> referencedColumns =
                at < tokens.size() && tokens.get(at).isSign('(') ? columns() : List.of();
        if (!referencedColumns.isEmpty() && referencedColumns.size() != columns.size()) {
            throw refused(columns.size() + " columns refer to " + referencedColumns.size());
        }
        boolean matchFull = false;
        boolean notValid = false;
        for (; at < tokens.size(); at++) {
            if (tokens.get(at).depth() == 0 && tokens.get(at).isSign(',')) {
                throw refused("a foreign key beside other changes; give each its own ALTER TABLE");
            }
            matchFull |= peekIs("match", "full");
            notValid |= peekIs("not", "valid") || peekIs("not", "enforced");
        }
        return new ForeignKeyDeclaration(
                sql,
                line(),
                constraint,
                table,
                columns,
                referenced,
                referencedColumns,
                matchFull,
                notValid);
    }

    private SchemaStatement comment() throws Refused {
        if (accept("schema")) {
            return new Change(sql, line(), new SchemaObject(Kind.SCHEMA, "", identifier()));
        }
        if (accept("extension")) {
            return new Change(sql, line(), new SchemaObject(Kind.EXTENSION, "", identifier()));
        }
        if (accept("type") || accept("domain")) {
            return new Change(sql, line(), object(Kind.TYPE));
        }
        if (accept("sequence")) {
            return new Change(sql, line(), object(Kind.SEQUENCE));
        }
        if (accept("table")) {
            return new Change(sql, line(), object(Kind.TABLE));
        }
        if (accept("view")) {
            return new Change(sql, line(), object(Kind.VIEW));
        }
        if (accept("column")) {
            return new Change(sql, line(), SchemaObject.table(columnsTable()));
        }
        if (accept("index")) {
            TableName index = name();
            return new LateComment(sql, line(), index.name(), new TableName(index.schema(), ""));
        }
        if (accept("constraint")) {
            String constraint = identifier();
            expect("on");
            return new LateComment(sql, line(), constraint, name());
        }
        throw unknown();
    }

    /// The table of `[schema.]table.column`.
    private TableName columnsTable() throws Refused {
        var parts = new ArrayList<String>();
        parts.add(identifier());
        while (at < tokens.size() && tokens.get(at).isSign('.')) {
            at++;
            parts.add(identifier());
        }
        return switch (parts.size()) {
            case 2 -> new TableName(schema, parts.get(0));
            case 3 -> new TableName(parts.get(0), parts.get(1));
            default -> throw refused("\"" + String.join(".", parts) + "\" is not table.column");
        };
    }

    private void refuseReferences(String where) throws Refused {
        for (SqlToken token : tokens) {
            if (token.is("references")) {
                throw new Refused(
                        token.line(),
                        "a foreign key inside "
                                + where
                                + "; write it as ALTER TABLE ... ADD CONSTRAINT name FOREIGN KEY"
                                + " ..., so that it can be added after the rows");
            }
        }
    }

    private SchemaObject object(Kind kind) throws Refused {
        TableName name = name();
        return new SchemaObject(kind, name.schema(), name.name());
    }

    private TableName name() throws Refused {
        String first = identifier();
        if (at < tokens.size() && tokens.get(at).isSign('.')) {
            at++;
            return new TableName(first, identifier());
        }
        return new TableName(schema, first);
    }

    private List<String> columns() throws Refused {
        var columns = new ArrayList<String>();
        expectSign('(');
        columns.add(identifier());
        while (at < tokens.size() && tokens.get(at).isSign(',')) {
            at++;
            columns.add(identifier());
        }
        expectSign(')');
        return columns;
    }

    private String identifier() throws Refused {
        if (at == tokens.size() || !tokens.get(at).isIdentifier()) {
            throw refused("expected a name, found " + found());
        }
        return tokens.get(at++).identifier();
    }

    private void expect(String keyword) throws Refused {
        if (!accept(keyword)) {
            throw refused("expected " + keyword.toUpperCase(Locale.ROOT) + ", found " + found());
        }
    }

    private void expectSign(char sign) throws Refused {
        if (at == tokens.size() || !tokens.get(at).isSign(sign)) {
            throw refused("expected \"" + sign + "\", found " + found());
        }
        at++;
    }

    private boolean accept(String... keywords) {
        if (!peekIs(keywords)) {
            return false;
        }
        at += keywords.length;
        return true;
    }

    private boolean peekIs(String... keywords) {
        if (at + keywords.length > tokens.size()) {
            return false;
        }
        for (int i = 0; i < keywords.length; i++) {
            if (!tokens.get(at + i).is(keywords[i])) {
                return false;
            }
        }
        return true;
    }

    private String found() {
        return at == tokens.size()
                ? "the end of the statement"
                : "\"" + tokens.get(at).text() + "\"";
    }

    private int line() {
        return tokens.getFirst().line();
    }

    private Refused refused(String sentence) {
        int place = Math.min(at, tokens.size() - 1);
        return new Refused(tokens.get(place).line(), sentence);
    }

    private Refused unknown() {
        String start = String.join(" ", tokens.stream().limit(4).map(SqlToken::text).toList());
        return new Refused(
                line(),
                "\""
                        + start
                        + " ...\" is not a statement of a pack's schema; allowed are CREATE SCHEMA,"
                        + " EXTENSION, TYPE, DOMAIN, SEQUENCE, TABLE, VIEW, INDEX, ALTER TABLE,"
                        + " ALTER SEQUENCE and COMMENT ON these");
    }
}
